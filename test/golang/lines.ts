// Lines opened without a go, and edited the way the strict profile's rules do: what the tests of this room share.
import type { Build, LinkFlags } from '../../src/golang/build.ts';
import { defaultAnswers } from '../../src/golang/default-answers.ts';
import { type GoEnv, layerEnv } from '../../src/golang/env.ts';
import { readLine } from '../../src/golang/line.ts';
import { openBuild } from '../../src/golang/open.ts';

export interface Setting {
  readonly goversion?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly goenvText?: string;
  readonly gorootEnvText?: string;
  readonly hasCompiler?: boolean;
}

export function envOf({ goversion = 'go1.26.8', environment = {}, hasCompiler = true, ...files }: Setting = {}): GoEnv {
  const answers = defaultAnswers({ goversion, goos: 'linux', goarch: 'amd64', hasCompiler, environment });
  return layerEnv({
    answers,
    environment,
    goenvText: files.goenvText ?? null,
    gorootEnvText: files.gorootEnvText ?? null,
  });
}

export function open(argv: readonly string[], setting: Setting = {}): Build | { readonly untouched: string } {
  return openBuild(readLine(argv), envOf(setting));
}

/** A build that must open; the reason why it did not otherwise. */
export function opened(argv: readonly string[], setting: Setting = {}): Build {
  const build = open(argv, setting);
  if ('untouched' in build) throw new Error(`untouched: ${build.untouched}`);
  return build;
}

export function rewritten(build: Build): Build {
  const cgoOff = build.env('CGO_ENABLED');
  const safe = ['race', 'msan', 'asan', 'linkshared'].reduce((line, name) => line.dropFlag(name), build);
  const gc = build.flag('compiler')?.value === 'gccgo' ? safe.setFlag('compiler', 'gc') : safe;
  const cgo = gc.setEnv('CGO_ENABLED', '1').filterEnv('CGO_LDFLAGS', keepDynamic).filterEnv('CC', keepDynamic);
  const tagged = cgoOff.value === '0' && cgoOff.origin !== 'default' ? cgo.addTags(['netgo', 'osusergo']) : cgo;
  return tagged.editLinkFlags(linkAsRules);
}

export function linkAsRules(flags: LinkFlags): LinkFlags {
  const wished = flags.get('s') === 'true';
  const filtered = flags.filterExternal(keepDynamic).remove('race').remove('linkshared').remove('d');
  const linked = filtered.set('linkmode', 'external').set('s', 'false');
  return wished && flags.get('w') === undefined ? linked.set('w', 'true') : linked;
}

function keepDynamic(word: string): boolean {
  return !['-static', '-s', '-static-pie', '-Wl,-s'].includes(word);
}
