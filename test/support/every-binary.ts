// Every binary that tests make: each kind, and whatever the other test files have built so far.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import which from 'which';
import { type Kind, kinds, programsFor } from '../binary/kinds.ts';
import { builtBinary, goReleases } from './binaries.ts';
import { cacheDirectory } from './cached.ts';

export interface NamedBinary {
  /** The kind; of another test's binary the key of its place in the cache. */
  readonly name: string;
  /** null: made by another test, perhaps to be broken or to deceive. */
  readonly kind: Kind | 'release' | null;
  path(): string;
}

/** Kinds whose programs are missing here are left out; the tests of the kinds themselves say so. */
export function everyBinary(): readonly NamedBinary[] {
  const named: NamedBinary[] = [];
  for (const kind of Object.keys(kinds) as Kind[])
    if (areThere(programsFor(kind))) named.push({ name: kind, kind, path: () => builtBinary(kinds[kind]) });
  for (const go of Object.keys(goReleases) as (keyof typeof goReleases)[]) {
    if (!areThere([goReleases[go].program, 'gcc'])) continue;
    const spec = { source: 'hello', go, args: ['-ldflags=all=-linkmode=external'] } as const;
    named.push({ name: `Go ${go}, external`, kind: 'release', path: () => builtBinary(spec) });
  }
  const others = existsSync(cacheDirectory) ? readdirSync(cacheDirectory) : [];
  for (const key of others.sort()) {
    const path = join(cacheDirectory, key, 'app');
    if (/^[0-9a-f]{20}$/.test(key) && existsSync(path)) named.push({ name: key, kind: null, path: () => path });
  }
  return named;
}

function areThere(programs: readonly string[]): boolean {
  return programs.every(program => which.sync(program, { nothrow: true }) !== null);
}
