import type { BinaryFacts } from '../../binary/facts.ts';
import { linkingOf } from '../../rules/shared/linking.ts';
import type { ProgramNeeds } from '../../rules/shared/place.ts';
import { highestGlibc } from '../../rules/shared/run-time-needs.ts';

/** What a program's bytes ask of the system it starts on. */
export function needsOf(facts: BinaryFacts): ProgramNeeds {
  const linking = linkingOf(facts);
  const none = {
    libc: 'none',
    perhapsStatic: false,
    interpreter: null,
    glibc: null,
    glibcAtMost: null,
    why: '',
  } as const;
  if (!linking.ok) return { ...none, libc: 'unknown', why: linking.why };
  if (linking.value.kind === 'loader only') return { ...none, interpreter: linking.value.interpreter };
  if (linking.value.kind !== 'dynamic') return none;
  const { libc, interpreter, library } = linking.value;
  if (libc === 'other') return { ...none, libc: 'unknown', interpreter, why: `it needs ${library}` };
  if (libc === 'musl') return { ...none, libc, interpreter };
  const version = highestGlibc(facts);
  if (!version.ok) return { ...none, libc, interpreter, why: version.why };
  return { ...none, libc, interpreter, glibc: { minor: glibcMinor(version.value ?? '') ?? 0, is: 'needed' } };
}

/** N of the highest `GLIBC_2.N` that a libc defines; null when it defines none. */
export function highestDefined(versions: readonly string[]): number | null {
  const minors = versions.flatMap(version => glibcMinor(version.replace(/^GLIBC_/, '')) ?? []);
  return minors.length === 0 ? null : Math.max(...minors);
}

/** N of `2.N`, `2.N.M`. */
function glibcMinor(version: string): number | null {
  const minor = /^2\.(\d{1,4})(\.|$)/.exec(version)?.[1];
  return minor === undefined ? null : Number(minor);
}
