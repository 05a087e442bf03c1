import { agentOnHost } from '../agent.ts';
import { type Check, ok, unknown, warn } from './check.ts';

export const agent: Check = {
  id: 'agent',
  why: 'which Go releases and architectures are taken depends on the version of the agent that will run',
  run: ({ root, settings }) => {
    const { directory, version, fullVersion, source, why } = agentOnHost(root);
    const set = settings.agentVersion;
    const said = set === null ? '' : `; the settings say ${set}`;
    if (directory === null) return unknown(`${why}${said}`, set === null ? 'export GOSHIM_AGENT_VERSION=1.N' : '');
    if (version === null)
      return unknown(`an agent in ${directory}, of unknown version (${why})${said}`, 'export GOSHIM_AGENT_VERSION=1.N');
    const fact = `agent ${fullVersion} in ${directory} (${source})`;
    if (set !== null && !(fullVersion === set || `${fullVersion}.`.startsWith(`${set}.`)))
      return warn(
        `${fact}${said}, and that is what builds are judged by`,
        'unset GOSHIM_AGENT_VERSION, or take agentVersion out of .goshim.json',
      );
    return ok(fact);
  },
};
