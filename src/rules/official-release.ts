import type { BinaryFacts } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import { parseRelease } from '../golang/release.ts';
import type { Outcome } from './finding.ts';
import { fail, pass, unknown, warn } from './outcome.ts';
import type { BuildSurroundings, Rule } from './rule.ts';

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
  before: sayBefore,
  line: judgeAsked,
  verify: judgeRelease,
};

function sayBefore({ release }: Build): Outcome | null {
  if (release === null || release.official) return null;
  return warn(
    `${release.text} is no official stable release (${release.reason}): the agent will refuse what it builds`,
    `GOVERSION ${release.text}`,
  );
}

/** An image's tag says less than a toolchain that can be asked. */
function judgeAsked({ release }: Build, around: BuildSurroundings): Outcome | null {
  if (release !== null && !release.official)
    return fail(`${release.text} is no official stable release (${release.reason})`, `GOVERSION ${release.text}`);
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
  return pass(`version ${goVersion}`);
}
