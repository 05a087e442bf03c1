import type { Release } from '../../golang/release.ts';
import type { Profile } from '../../profiles.ts';
import type { Outcome } from '../finding.ts';
import { fail, pass, warn } from './outcome.ts';
import { isNewer } from './versions.ts';

export const otherRelease = 'update the agent, or build with an older Go (GOTOOLCHAIN=go1.N.P)';

/** Whether this agent takes this Go release. null where the profile has no table, the agent is not known, or the table says nothing of this release. */
export function judgeRelease(
  release: Release,
  { releases, releasesAsOf }: Profile,
  agent: string | null,
): Outcome | null {
  if (releases === null || agent === null || release.minor === null) return null;
  const spelled = `1.${release.minor}.${release.patch}`;
  const row = releases[`1.${release.minor}`];
  const evidence = `${release.text}, agent ${agent}`;
  if (row === undefined) {
    const known = Object.keys(releases);
    const newest = known.reduce((top, each) => (isNewer(each, top) ? each : top), known[0] ?? '');
    if (!isNewer(`1.${release.minor}`, newest)) return null;
    return warn(
      `${release.text} is newer than any release this profile knows an agent for (up to ${newest})`,
      evidence,
    );
  }
  if (isNewer(row.min, agent))
    return fail(`${release.text} needs agent ${row.min} or later, this one is ${agent}`, evidence);
  const bounded = releasesAsOf !== undefined && !isNewer(agent, releasesAsOf);
  if (bounded && row.metadataMax !== null && isNewer(spelled, row.metadataMax))
    return warn(`agent ${agent} is known to take Go 1.${release.minor} up to ${row.metadataMax} only`, evidence);
  if (bounded && row.builtInMax !== null && isNewer(spelled, row.builtInMax))
    return pass(evidence, `agent ${agent} takes ${release.text} only with metadata from its server`);
  return pass(evidence);
}
