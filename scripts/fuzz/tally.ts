import type { FuzzVerdict, Tally, Violation } from './run.ts';

const verdicts: readonly FuzzVerdict[] = ['pass', 'warn', 'fail', 'unknown', 'not-go', 'malformed', 'not-elf'];

export function merge(tallies: readonly Tally[]): Tally {
  const table: Record<string, Partial<Record<FuzzVerdict, number>>> = {};
  for (const tally of tallies)
    for (const [structure, row] of Object.entries(tally.table))
      for (const verdict of verdicts) {
        const sum = (table[structure]?.[verdict] ?? 0) + (row[verdict] ?? 0);
        table[structure] = { ...table[structure], [verdict]: sum };
      }
  const total = (of: (tally: Tally) => number): number => tallies.reduce((sum, tally) => sum + of(tally), 0);
  return {
    mutations: total(({ mutations }) => mutations),
    pastHeader: total(({ pastHeader }) => pastHeader),
    causeGone: total(({ causeGone }) => causeGone),
    slowest: tallies
      .map(({ slowest }) => slowest)
      .reduce((worst, next) => (next.milliseconds > worst.milliseconds ? next : worst), { milliseconds: 0, number: 0 }),
    violations: tallies.flatMap(({ violations }) => violations),
    table,
  };
}

/** A table of mutated structures by verdict, and what was wrong. */
export function render(tally: Tally): string {
  const names = Object.keys(tally.table).sort();
  const width = Math.max(...names.map(name => name.length), 10);
  const row = (name: string, cells: readonly (string | number)[]): string =>
    `${name.padEnd(width)}${cells.map(cell => String(cell).padStart(11)).join('')}`;
  const sums = verdicts.map(verdict => names.reduce((sum, name) => sum + (tally.table[name]?.[verdict] ?? 0), 0));
  return [
    row('mutated', verdicts),
    ...names.map(name =>
      row(
        name,
        verdicts.map(verdict => tally.table[name]?.[verdict] ?? 0),
      ),
    ),
    row('together', sums),
    `${tally.mutations} mutations; ${tally.pastHeader} got past the ELF header (${((100 * tally.pastHeader) / tally.mutations).toFixed(1)} %)`,
    `${tally.causeGone} times a failing seed passed because the cause was really gone`,
    `slowest: ${tally.slowest.milliseconds.toFixed(1)} ms (mutation ${tally.slowest.number})`,
    `${tally.violations.length} violations`,
    ...tally.violations.slice(0, 50).map(violation => `  ${describe(violation)}`),
    '',
  ].join('\n');
}

export function describe({ number, seed, structure, what }: Violation): string {
  return `${number} ${seed}, ${structure}: ${what}`;
}
