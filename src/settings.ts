import { dirname, resolve } from 'node:path';
import type { Policy } from './profiles.ts';
import { checkedFile, checkedVariable, type Said, type SettingsFile } from './settings/checked.ts';
import { findSettingsFile, readSettingsFile, shown } from './settings/file.ts';
import type * as schema from './settings/schema.ts';

export type { Accepted, ReportTarget } from './settings/schema.ts';

/** What is in force for a build in one directory: environment over `.goshim.json` over defaults. */
export interface Settings {
  readonly mode: 'on' | 'observe' | 'off';
  /** GOSHIM_GO, GOSHIM_NODE: absolute paths; whether they serve is the launcher's to say. */
  readonly go: string | null;
  readonly node: string | null;
  /** A profile's name, or a file as it was given; relative ones are seen from `profileDirectory`. */
  readonly profile: string;
  readonly profileDirectory: string;
  readonly agentVersion: string | null;
  readonly onFail: 'fail' | 'warn';
  readonly strict: boolean;
  readonly log: 'quiet' | 'changes' | 'verbose' | 'json';
  /** Paths are absolute. */
  readonly report: readonly schema.ReportTarget[];
  /** Policies that replace the profile's. */
  readonly rules: Readonly<Record<string, Policy>>;
  readonly ignore: readonly string[];
  /** GOOS/GOARCH; null = whatever the profile cares for. */
  readonly targets: readonly string[] | null;
  readonly runtime: { readonly libc: 'glibc' | 'musl' | 'none'; readonly version: string | null } | null;
  readonly accept: readonly schema.Accepted[];
  /** The `.goshim.json` that was read, absolute; null when there is none. */
  readonly file: string | null;
  readonly origins: Readonly<Record<SettingName, SettingOrigin>>;
}

export type SettingName = Exclude<keyof Settings, 'file' | 'origins' | 'profileDirectory'>;
export type SettingOrigin = 'option' | 'environment' | 'file' | 'default';

/** The variable of each setting that has one. */
export const variables = {
  mode: 'GOSHIM',
  go: 'GOSHIM_GO',
  node: 'GOSHIM_NODE',
  profile: 'GOSHIM_PROFILE',
  agentVersion: 'GOSHIM_AGENT_VERSION',
  onFail: 'GOSHIM_ON_FAIL',
  strict: 'GOSHIM_STRICT',
  log: 'GOSHIM_LOG',
  report: 'GOSHIM_REPORT',
} as const satisfies Partial<Record<SettingName, string>>;

/**
 * Reads the settings for a build in `directory` (absolute; go's own directory after `-C`). Relative paths in the environment
 * are seen from `cwd`. An empty variable is an unset one. UsageError, one line that names file or variable, key and what is
 * allowed, for the first thing that is wrong.
 */
export function loadSettings(environment: NodeJS.ProcessEnv, directory: string, cwd = process.cwd()): Settings {
  const path = findSettingsFile(directory, environment.GOWORK);
  const file: SettingsFile = path === null ? {} : checkedFile(readSettingsFile(path), shown(path));
  const fileDirectory = path === null ? directory : dirname(path);
  const said = readVariables(environment);
  const report = said.report ?? file.report ?? [];
  return {
    mode: said.mode ?? 'on',
    go: said.go ?? null,
    node: said.node ?? null,
    profile: said.profile ?? file.profile ?? 'oneagent',
    profileDirectory: said.profile === undefined ? fileDirectory : cwd,
    agentVersion: said.agentVersion ?? file.agentVersion ?? null,
    onFail: said.onFail ?? file.onFail ?? 'fail',
    strict: said.strict ?? file.strict ?? false,
    log: said.log ?? file.log ?? 'changes',
    report: report.map(target => absolute(target, said.report === undefined ? fileDirectory : cwd)),
    rules: file.rules ?? {},
    ignore: file.ignore ?? [],
    targets: file.targets ?? null,
    runtime: file.runtime ? { libc: file.runtime.libc, version: file.runtime.version ?? null } : null,
    accept: (file.accept ?? []).map(entry => ({ ...entry, until: entry.until ?? null })),
    file: path,
    origins: originsOf(said, file),
  };
}

function readVariables(environment: NodeJS.ProcessEnv): Said {
  const said: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(variables) as [keyof typeof variables, string][]) {
    const value = environment[variable];
    if (value !== undefined && value !== '') said[name] = checkedVariable(name, value, variable);
  }
  return said as Said;
}

function absolute(target: schema.ReportTarget, directory: string): schema.ReportTarget {
  return target.path === null ? target : { ...target, path: resolve(directory, target.path) };
}

function originsOf(said: object, file: object): Settings['origins'] {
  const origin = (name: SettingName): SettingOrigin =>
    name in said ? 'environment' : name in file ? 'file' : 'default';
  return {
    mode: origin('mode'),
    go: origin('go'),
    node: origin('node'),
    profile: origin('profile'),
    agentVersion: origin('agentVersion'),
    onFail: origin('onFail'),
    strict: origin('strict'),
    log: origin('log'),
    report: origin('report'),
    rules: origin('rules'),
    ignore: origin('ignore'),
    targets: origin('targets'),
    runtime: origin('runtime'),
    accept: origin('accept'),
  };
}
