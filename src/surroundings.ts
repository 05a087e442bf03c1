import type { Build } from './golang/build.ts';
import type { GoEnv } from './golang/env.ts';
import { vendored } from './golang/vendor.ts';
import { differsFromModules } from './golang/vendor-compare.ts';
import { agentOnHost } from './host/agent.ts';
import { findCompiler } from './host/compiler.ts';
import { libcAtOnce, linksStatically } from './host/libc.ts';
import { makerOf } from './host/toolchain.ts';
import type { Profile } from './profiles.ts';
import type { BuildSurroundings, VerifySurroundings } from './rules/rule.ts';
import type { Settings } from './settings.ts';

export interface Place {
  /** Absolute path of the real go. */
  readonly real: string;
  readonly build: Build;
  readonly env: GoEnv;
  readonly settings: Settings;
  readonly profile: Profile;
  readonly environment: NodeJS.ProcessEnv;
  /** Where go will build; absolute. */
  readonly directory: string;
}

/** What the rules may ask about this machine and this module, each answered once and only when asked. */
export function surroundingsOf({
  real,
  build,
  env,
  settings,
  profile,
  environment,
  directory,
}: Place): BuildSurroundings {
  const compiler = once(() => {
    const found = findCompiler({
      goos: build.goos,
      goarch: build.goarch,
      goarm: build.env('GOARM').value || undefined,
      hostArch: env.get('GOHOSTARCH').value,
      cc: build.env('CC'),
      path: environment.PATH,
    });
    // What go refuses in its own words is go's to refuse.
    return found.found || found.refusedByGo !== true
      ? found
      : { found: true as const, words: [build.env('CC').value], refusedByGo: true as const };
  });
  const libc = once(() => {
    const found = compiler();
    return found.found && !('refusedByGo' in found) ? libcAtOnce(found.words, environment) : null;
  });
  return {
    profile,
    agentVersion: agentVersionOf(settings),
    compiler,
    maker: once(() => {
      const names = ['GOROOT', 'GOVERSION', 'GOHOSTOS', 'GOHOSTARCH'];
      return makerOf(real, Object.fromEntries(names.map(name => [name, env.get(name).value])));
    }),
    compilerLibc: () => libc()?.libc ?? 'unknown',
    compilerLibcWhy: () => libc()?.why ?? null,
    compilerIsStatic: words => compiler().found && linksStatically(words, environment),
    vendored: once(() => {
      const found = vendored(build, directory);
      return found === null
        ? null
        : { ...found, differs: () => differsFromModules(found, env.get('GOMODCACHE').value) };
    }),
  };
}

/** What the rules may know when they judge a binary under these settings. */
export function judgingOf(settings: Settings, profile: Profile): VerifySurroundings {
  return { profile, agentVersion: agentVersionOf(settings), runtime: settings.runtime };
}

/** The setting, else the agent that is installed on this host. */
function agentVersionOf(settings: Settings): string | null {
  return settings.agentVersion ?? agentOnHost().version;
}

function once<T>(answer: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => {
    known ??= { value: answer() };
    return known.value;
  };
}
