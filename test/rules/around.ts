// Surroundings of a machine with gcc and glibc, and profiles with some policies replaced: what the tests of the rules share.
import { loadProfile, type Policy, type Profile } from '../../src/profiles.ts';
import { type Plan, planBuild } from '../../src/rules/plan.ts';
import type { BuildSurroundings, VerifySurroundings } from '../../src/rules/rule.ts';
import { opened, type Setting } from '../golang/lines.ts';

export const strict = loadProfile('oneagent', '/');
export const staticProfile = loadProfile('oneagent-static', '/');

export function withPolicy(policies: Readonly<Record<string, Policy>>, profile: Profile = strict): Profile {
  return { ...profile, rules: { ...profile.rules, ...policies } };
}

/** A profile that asks this one rule only. */
export function only(rule: string, policy: Policy, profile: Profile = strict): Profile {
  return { ...profile, rules: { [rule]: policy } };
}

export function around(changes: Partial<BuildSurroundings> = {}): BuildSurroundings {
  return {
    profile: strict,
    compiler: () => ({ found: true, words: ['gcc'] }),
    compilerLibc: () => 'glibc',
    vendored: () => null,
    agentVersion: null,
    ...changes,
  };
}

export const noCompiler: Pick<BuildSurroundings, 'compiler'> = {
  compiler: () => ({ found: false, what: 'a C compiler (gcc)', install: 'apt-get install gcc libc6-dev' }),
};

export function judging(changes: Partial<VerifySurroundings> = {}): VerifySurroundings {
  return { profile: strict, agentVersion: null, runtime: null, ...changes };
}

/** The plan of a line, words apart at blanks. */
export function planOf(
  line: string | readonly string[],
  changes: Partial<BuildSurroundings> = {},
  setting: Setting = {},
): Plan {
  const argv = typeof line === 'string' ? line.split(' ') : line;
  return planBuild(opened(argv, setting), around(changes));
}
