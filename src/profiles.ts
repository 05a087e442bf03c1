import { basename, isAbsolute, join } from 'node:path';
import oneagent from '../profiles/oneagent.json' with { type: 'json' };
import oneagentStatic from '../profiles/oneagent-static.json' with { type: 'json' };
import { rules } from './rules/index.ts';
import { checkedPolicies, checkedProfile, refusedProfile } from './settings/checked.ts';
import { readSettingsFile, shown } from './settings/file.ts';

/** `fix`: rewrite, and fail if it still shows. `fail`: refuse. `warn`: leave the wish and say so. `off`: do not ask. */
export type Policy = 'fix' | 'fail' | 'warn' | 'off';

/** One agent's rules as data (profiles/NAME.json, schema/profile.schema.json). Rules not named are off. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly rules: Readonly<Record<string, Policy>>;
  /** Pure-Go static binaries are monitored too (seed S5). */
  readonly staticMonitoring: boolean;
  /** GOARCH values the agent has, each with the agent version it begins with; null = all. `musl` false: on glibc only. */
  readonly architectures: Readonly<
    Record<string, { readonly minAgent: string | null; readonly musl?: boolean | undefined }>
  > | null;
  /**
   * Go minor release → `min`, the first agent version that takes it, and the highest Go release of it (`1.26.3`) that agent
   * `releasesAsOf` knows by itself (`builtInMax`) or with metadata from its server (`metadataMax`). null: not known.
   */
  readonly releases: Readonly<
    Record<string, { readonly min: string; readonly builtInMax: string | null; readonly metadataMax: string | null }>
  > | null;
  /** The newest agent version that `releases` speaks of. */
  readonly releasesAsOf?: string | undefined;
  /** First agent version with static monitoring, and the first that uses memfd_create instead of ptrace for it. */
  readonly staticSince?: string | undefined;
  readonly memfdSince?: string | undefined;
  /** Third-party modules whose packages the agent watches, by path prefix; vendored ones go unwatched (seed S13). */
  readonly monitored?: readonly string[] | undefined;
}

/**
 * A profile by its name, or a file's: `./file.json` seen from `directory` (no `..`), or an absolute path.
 * UsageError, one line: an unknown name, with the names there are; a file that cannot be read or is no JSON; a key or value
 * that is not allowed, with what is. A bundled profile may name rules that this goshim does not have (they are off); a file may not.
 */
export function loadProfile(nameOrFile: string, directory: string): Profile {
  if (!nameOrFile.startsWith('./') && !isAbsolute(nameOrFile)) {
    const known = Object.hasOwn(bundled, nameOrFile) ? bundled[nameOrFile] : undefined;
    return known ?? refusedProfile(nameOrFile, forms());
  }
  if (nameOrFile.split('/').includes('..')) return refusedProfile(nameOrFile, forms());
  const path = isAbsolute(nameOrFile) ? nameOrFile : join(directory, nameOrFile);
  const name = basename(path, '.json');
  return { name, title: name, ...checkedProfile(readSettingsFile(path, example), ruleIds(), shown(path)) };
}

/** The profiles that come with goshim, the default first. */
export function profileNames(): readonly string[] {
  return Object.keys(bundled);
}

/**
 * The profile with some policies replaced, as `rules` of `.goshim.json` does. UsageError names `where` (the file) for a rule
 * that there is not.
 */
export function withPolicies(profile: Profile, policies: Readonly<Record<string, Policy>>, where: string): Profile {
  return { ...profile, rules: { ...profile.rules, ...checkedPolicies(policies, ruleIds(), where) } };
}

/** Not checked at each start: a test holds them against the schema and its defaults. */
const bundled: Readonly<Record<string, Profile>> = {
  oneagent: oneagent as Profile,
  'oneagent-static': oneagentStatic as Profile,
};
const example = 'an object such as {"rules": {"no-race": "fix"}}';

function forms(): string {
  return `${profileNames().join(', ')}, or ./file.json without ..`;
}

function ruleIds(): readonly string[] {
  return rules.map(({ id }) => id);
}
