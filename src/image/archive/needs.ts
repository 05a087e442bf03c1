import type { BinaryFacts } from '../../binary/facts.ts';
import { linkingOf } from '../../rules/linking.ts';
import type { ProgramNeeds } from '../../rules/place.ts';

/** What a program's bytes ask of the system it starts on. */
export function needsOf(facts: BinaryFacts): ProgramNeeds {
  const linking = linkingOf(facts);
  const none = { libc: 'none', perhapsStatic: false, interpreter: null, glibc: null, why: '' } as const;
  if (!linking.ok) return { ...none, libc: 'unknown', why: linking.why };
  if (linking.value.kind === 'loader only') return { ...none, interpreter: linking.value.interpreter };
  if (linking.value.kind !== 'dynamic') return none;
  const { libc, interpreter, library } = linking.value;
  if (libc === 'other') return { ...none, libc: 'unknown', interpreter, why: `it needs ${library}` };
  if (libc === 'musl') return { ...none, libc, interpreter };
  const versions = facts.versionNeeds();
  if (!versions.ok) return { ...none, libc, interpreter, why: versions.why };
  const minor = highestGlibc(versions.value.flatMap(need => need.versions)) ?? 0;
  return { ...none, libc, interpreter, glibc: { minor, is: 'needed' } };
}

/** N of the highest `GLIBC_2.N`; null when there is none. */
export function highestGlibc(versions: readonly string[]): number | null {
  const minors = versions.flatMap(version => {
    const minor = /^GLIBC_2\.(\d{1,4})(\.|$)/.exec(version)?.[1];
    return minor === undefined ? [] : [Number(minor)];
  });
  return minors.length === 0 ? null : Math.max(...minors);
}
