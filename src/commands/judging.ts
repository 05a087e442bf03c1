import { isAbsolute } from 'node:path';
import { agentOnHost } from '../host/agent.ts';
import type { Profile } from '../profiles.ts';
import type { Basis } from '../report/document.ts';
import { rules } from '../rules/index.ts';
import type { VerifySurroundings } from '../rules/rule.ts';
import { checkedAgentVersion } from '../settings/checked.ts';
import { profileInForce } from '../settings/profile.ts';
import { loadSettings, type Settings } from '../settings.ts';
import { version } from '../version.ts';
import type { Io } from './command.ts';
import type { Options } from './options.ts';

/** What a command that judges needs to know before it looks at anything. */
export interface Judging {
  /** With `--profile` and `--agent-version` in them. */
  readonly settings: Settings;
  readonly profile: Profile;
  readonly around: VerifySurroundings;
  readonly basis: Basis;
}

/** Settings as seen from `io.cwd`, the options over them. UsageError for a malformed one of either. */
export function judgingFor(options: Pick<Options, 'get'>, io: Io): Judging {
  const settings = settingsFor(options, io);
  const profile = profileInForce(settings);
  const agentVersion = settings.agentVersion ?? agentOnHost().version;
  const around = { profile, agentVersion, runtime: settings.runtime };
  return { settings, profile, around, basis: basisOf(settings, profile, agentVersion) };
}

/** What reports say about how a judgement was made. */
export function basisOf(settings: Settings, profile: Profile, agentVersion: string | null): Basis {
  return { profile, agentVersion, settingsFile: settings.file, version, rules };
}

/** The settings in force, with `--profile` and `--agent-version` over environment and file. */
export function settingsFor(options: Pick<Options, 'get'>, io: Io): Settings {
  const settings = loadSettings(io.env, io.cwd, io.cwd);
  const profile = options.get('profile');
  const agentVersion = options.get('agent-version');
  if (agentVersion !== undefined) checkedAgentVersion(agentVersion);
  return {
    ...settings,
    ...(profile === undefined ? {} : { profile: fileOrName(profile), profileDirectory: io.cwd }),
    ...(agentVersion === undefined ? {} : { agentVersion }),
    origins: {
      ...settings.origins,
      ...(profile === undefined ? {} : { profile: 'option' as const }),
      ...(agentVersion === undefined ? {} : { agentVersion: 'option' as const }),
    },
  };
}

/** On a command line `profiles/our.json` is as plain as `./profiles/our.json`. */
function fileOrName(profile: string): string {
  return profile.endsWith('.json') && !profile.startsWith('./') && !isAbsolute(profile) ? `./${profile}` : profile;
}
