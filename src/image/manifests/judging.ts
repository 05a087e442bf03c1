import type { Profile } from '../../profiles.ts';
import type { Finding } from '../../rules/finding.ts';
import { findingOf, inForce } from '../../rules/judge.ts';
import type { ContainerSecurity } from '../../rules/shared/place.ts';

export interface Judging {
  readonly profile: Profile;
  readonly agentVersion: string | null;
}

/** What the rules say of one container, passes included. */
export function judgeContainer(container: ContainerSecurity, { profile }: Judging): Finding[] {
  return inForce(profile).flatMap(({ rule, policy }) => {
    const outcome = rule.container?.(container, profile) ?? null;
    return outcome === null ? [] : [findingOf(rule, policy, outcome)];
  });
}

/** A part of a manifest whose type is wrong: it cannot be judged, and whoever reads it would refuse it. */
export function malformed(what: string, line: number): Finding {
  return { rule: 'readable', verdict: 'unknown', message: what, evidence: what, fix: '', line };
}
