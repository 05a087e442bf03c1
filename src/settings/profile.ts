import { loadProfile, type Profile, withPolicies } from '../profiles.ts';
import { rules } from '../rules/index.ts';
import { isKind } from '../same-kind.ts';
import type { Settings } from '../settings.ts';
import { UsageError } from '../usage-error.ts';
import { shown } from './file.ts';

/**
 * The profile that the settings name, with the policies of `.goshim.json` in it. UsageError when there is none of this
 * name, its file is malformed, or `rules` or `accept` speak of a rule that does not exist; it names the file or the variable.
 */
export function profileInForce(settings: Settings): Profile {
  const file = shown(settings.file ?? '');
  const ids = rules.map(({ id }) => id);
  const stranger = settings.accept.find(({ rule }) => !ids.includes(rule));
  if (stranger !== undefined)
    throw new UsageError(`${file}: accept: there is no rule "${stranger.rule}"; allowed: ${ids.join(', ')}`);
  const profile = load(settings, file);
  return Object.keys(settings.rules).length === 0 ? profile : withPolicies(profile, settings.rules, file);
}

function load(settings: Settings, file: string): Profile {
  try {
    return loadProfile(settings.profile, settings.profileDirectory);
  } catch (error) {
    if (!isKind(error, UsageError) || settings.origins.profile === 'option') throw error;
    const from = settings.origins.profile === 'file' ? `${file}: profile` : 'GOSHIM_PROFILE';
    throw new UsageError(`${from}: ${error.message.replace(/^profile: /, '')}`);
  }
}
