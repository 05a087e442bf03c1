import type { BinaryFacts, BuildInfo } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import { parseRelease, type Release } from '../golang/release.ts';
import type { Outcome } from './finding.ts';
import type { BuildSurroundings, Rule } from './rule.ts';
import { fail, pass, unknown, warn } from './shared/outcome.ts';

/**
 * A version text is all that can be seen: a distribution that builds Go itself and says plain `go1.19.8` passes.
 * Microsoft's toolchain records settings of its own (`microsoft_…`) next to a plain version.
 */
export const officialRelease: Rule = {
  id: 'official-release',
  title: 'built by an official stable Go release',
  why:
    'The agent knows the layout of each official release (go1.N, go1.N.P) and supports no other: candidates, development trees, ' +
    "vendors' builds, experiments. This is the agent's policy: injection as such works with them.",
  fix: 'build with a stable release from go.dev/dl (for instance GOTOOLCHAIN=go1.26.8)',
  seed: 'S2',
  symbols: ['runtime.buildVersion.str', 'runtime.buildVersion'],
  before: sayBefore,
  line: judgeAsked,
  verify: judgeRelease,
};

/** go env GOVERSION does not show what GOEXPERIMENT adds to the version that goes into the program. */
function sayBefore(build: Build): Outcome | null {
  const { release } = build;
  if (release === null) return null;
  const refused = 'the agent will refuse what it builds';
  if (!release.official)
    return warn(
      `${spelled(release)} is no official stable release (${release.reason}): ${refused}`,
      `GOVERSION ${release.text}`,
    );
  const { value, origin } = build.env('GOEXPERIMENT');
  if (value === '') return null;
  const fix = origin === 'go env -w' ? 'go env -u GOEXPERIMENT' : 'build without GOEXPERIMENT';
  return {
    ...warn(
      `${release.text} with GOEXPERIMENT=${value} is no official stable release (experiments switched on): ${refused}`,
      `GOEXPERIMENT=${value} (${origin})`,
    ),
    fix,
  };
}

/** gccgo's go answers `unknown`, and an old one nothing at all. */
function spelled({ text, minor }: Release): string {
  return minor === null ? `GOVERSION "${text}"` : text;
}

/** An image's tag says less than a toolchain that can be asked. */
function judgeAsked({ release }: Build, around: BuildSurroundings): Outcome | null {
  if (release !== null && !release.official)
    return fail(`${spelled(release)} is no official stable release (${release.reason})`, `GOVERSION ${release.text}`);
  const toolchain = around.toolchain?.();
  if (toolchain === undefined || toolchain.official === true) return null;
  return toolchain.official === false
    ? fail(`${toolchain.what} is no official stable release`, toolchain.what)
    : unknown(`whether ${toolchain.what} is an official release is not known`, toolchain.what);
}

function judgeRelease(facts: BinaryFacts): Outcome {
  const info = facts.buildInfo();
  if (!info.ok) return unknown('the Go release could not be read', info.why);
  if (info.value === null) return unknown('the file does not say which Go release built it', 'no build info');
  const { goVersion, settings, from } = info.value;
  if (from === 'pclntab')
    return unknown('the file does not say which Go release built it', `no build info; function table of ${goVersion}`);
  const release = parseRelease(goVersion);
  if (!release.official)
    return fail(`built by ${goVersion}, no official stable release (${release.reason})`, `version ${goVersion}`);
  const vendor = [...settings.keys()].find(key => key.startsWith('microsoft_'));
  if (vendor !== undefined)
    return fail("built by Microsoft's toolchain, no official release", `build info ${vendor}=${settings.get(vendor)}`);
  return judgeClaim(facts, info.value) ?? pass(`version ${goVersion}`);
}

/**
 * The version is a text that can be written over: in the file, by `-X=runtime.buildVersion=`. What else the file says of its
 * release has to agree. cmd/go records GOEXPERIMENT as it was set; the version names what is not that release's own default.
 */
function judgeClaim(facts: BinaryFacts, { goVersion, settings }: BuildInfo): Outcome | null {
  const linkFlags = settings.get('-ldflags') ?? '';
  if (linkFlags.includes('runtime.buildVersion'))
    return unknown(
      'which release built it is not known: -ldflags wrote over its version',
      `build info -ldflags=${linkFlags}`,
    );
  const experiments = settings.get('GOEXPERIMENT') ?? '';
  if (experiments !== '')
    return unknown(
      `built with GOEXPERIMENT=${experiments}, which its version does not show`,
      `build info GOEXPERIMENT=${experiments}, version ${goVersion}`,
    );
  // A look-up of its own would walk all names again.
  if (facts.symbolTable().kind !== 'present' || !facts.definedSymbols(officialRelease.symbols ?? []).ok) return null;
  const runtime = facts.runtimeVersion();
  if (!runtime.ok || runtime.value === null || runtime.value === goVersion) return null;
  return fail(
    `build info and the runtime disagree on its release (${goVersion}, ${runtime.value})`,
    `runtime.buildVersion ${runtime.value}`,
  );
}
