import { join } from 'node:path';
import { cacheDirectory } from '../../test/support/cached.ts';
import { type Compared, compare } from './compare.ts';
import { complaintsAbout, differencesOf, expected, linesOf } from './differences.ts';
import type { Group } from './groups.ts';
import type { Release } from './releases.ts';
import { type Results, whole } from './results.ts';
import { type Mode, runScripts } from './run.ts';

export interface Measured extends Compared {
  readonly mode: Exclude<Mode, 'bare'>;
  /** Scripts that differed at first and no more when they were run again by themselves: a busy machine, a time limit. */
  readonly again: readonly string[];
}

/** Runs a group's scripts bare and through the shim, and compares. `tell` is given a line as each step ends. */
export async function measure(
  release: Release,
  group: Group,
  scripts: readonly string[],
  tell: (line: string) => void,
): Promise<{ readonly bare: Results; readonly modes: readonly Measured[] }> {
  const run = async (mode: Mode, chosen: readonly string[], part = '') => {
    const log = join(
      cacheDirectory,
      `conformance-${release.name}-${group.name}${group.short ? '-short' : ''}-${mode}${part}.log`,
    );
    const started = performance.now();
    const results = await runScripts({ release, mode, scripts: chosen, short: group.short, log });
    const seconds = Math.round((performance.now() - started) / 1000);
    tell(`Go ${release.name}, ${group.name}, ${mode}: ${chosen.length} scripts, ${seconds} s, ${log}`);
    return results;
  };
  const listed = expected(release);
  const bare = await run('bare', scripts);
  const modes: Measured[] = [];
  for (const mode of ['off', 'on'] as const) {
    const held = (results: Results) =>
      compare(
        scripts,
        bare,
        results,
        mode === 'on' ? listed : {},
        (script, line) => linesOf(script, release)?.[line - 1] ?? '',
      );
    const first = await run(mode, scripts);
    const doubtful = scripts.filter(script => held(first).wrong.has(script) && first.get(script)?.status !== 'PASS');
    const second = doubtful.length === 0 ? [] : [...(await run(mode, doubtful, '-again'))];
    // What was left in TMPDIR the first time is not forgiven.
    const compared = held(new Map([...first, ...second.filter(([script]) => script !== whole)]));
    const again = doubtful.filter(script => !compared.wrong.has(script));
    modes.push({ ...compared, mode, again });
  }
  return { bare, modes };
}

/** What is wrong with the list of differences, a line each. */
export function complaintsOf(release: Release): readonly string[] {
  return complaintsAbout(differencesOf(release), release).map(line => `Go ${release.name}: ${line}`);
}
