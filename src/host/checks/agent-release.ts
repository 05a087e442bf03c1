import { judgeRelease, otherRelease } from '../../rules/shared/release-taken.ts';
import { type Check, ok, problem, unknown, warn } from './check.ts';

export const agentRelease: Check = {
  id: 'agent-release',
  why: 'each agent version knows the Go releases that existed when it was made; a newer one is not monitored',
  run: async ({ go, profile, agentVersion }) => {
    const answer = await go();
    const release = answer.answered ? answer.env.release : null;
    const minor = release?.minor ?? null;
    if (release === null || minor === null) return unknown('which Go release builds here is not known');
    if (profile.releases === null) return ok(`profile ${profile.name} has no table of releases`);
    const row = profile.releases[`1.${minor}`];
    if (row === undefined) return warn(`profile ${profile.name} knows no agent version for ${release.text}`);
    if (agentVersion === null)
      return unknown(
        `${release.text} needs agent ${row.min} or later; which one will run is not known`,
        'export GOSHIM_AGENT_VERSION=1.N',
      );
    const judged = judgeRelease(release, profile, agentVersion);
    if (judged?.verdict === 'fail') return problem(judged.message, otherRelease);
    if (judged?.verdict === 'warn') return warn(judged.message, otherRelease);
    if (judged !== null && judged.message !== '') return ok(judged.message);
    return ok(`agent ${agentVersion} takes ${release.text} (from ${row.min})`);
  },
};
