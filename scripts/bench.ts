// `npm run bench [WORD…]`: what goshim costs beside the tool that does the job without it, and exit 1 past a budget. Every
// file in scripts/bench/ that exports a `bench…` function takes part; words choose among the functions (`npm run bench --
// launcher`). `--budget N` holds all of them against another budget.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Row } from './bench/row.ts';

const { values, positionals } = parseArgs({ options: { budget: { type: 'string' } }, allowPositionals: true });
const directory = join(dirname(fileURLToPath(import.meta.url)), 'bench');
const rows: Row[] = [];
for (const file of readdirSync(directory).sort())
  for (const [name, bench] of Object.entries(await import(join(directory, file))))
    if (name.startsWith('bench') && typeof bench === 'function' && isChosen(name))
      rows.push(...((await bench()) as readonly Row[]).map(held));

print([
  ['', 'direct', 'wrapped', 'overhead', 'budget', '', ''],
  ...rows.map(row => [
    row.name,
    ...[row.direct, row.wrapped, row.overhead, row.budget].map(shown),
    row.unit,
    mark(row),
  ]),
]);
process.exitCode = rows.length === 0 || rows.some(isOver) ? 1 : 0;

function isChosen(name: string): boolean {
  return positionals.length === 0 || positionals.some(word => name.toLowerCase().includes(word.toLowerCase()));
}

function held(row: Row): Row {
  return values.budget === undefined ? row : { ...row, budget: Number(values.budget) };
}

function isOver({ overhead, budget }: Row): boolean {
  return !(overhead <= budget);
}

function mark(row: Row): string {
  return isOver(row) ? 'OVER' : 'ok';
}

function shown(value: number): string {
  return value.toFixed(value < 100 ? 2 : 0);
}

function print(table: readonly (readonly string[])[]): void {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map(row => row[column]?.length ?? 0)));
  for (const row of table) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || column > 4 ? cell.padEnd(width) : cell.padStart(width);
    });
    process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
  }
}
