// `npm run matrix [WORD…]`: builds through the shim with every Go release × libc or architecture × mode, judges each program,
// lets the preload probe look into it and runs it beside a bare build. Words filter: `npm run matrix -- 1.22 musl`.
import { availableParallelism } from 'node:os';
import { execa } from 'execa';
import which from 'which';
import { goReleases } from '../test/support/binaries.ts';
import { packages } from '../test/support/need.ts';
import { buildOne, type Result } from './matrix/build.ts';
import { imageRows } from './matrix/images.ts';
import { type Combination, combinations, wordsOf } from './matrix/plan.ts';

const chosen = combinations(process.argv.slice(2));
const releases = new Map<string, Promise<string | null>>();
const rows: (readonly string[])[] = [];
const counts = { passed: 0, failed: 0, skipped: 0 };

const queue = chosen.map((combination, index) => ({ combination, index }));
await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, work));
print([['release', 'target', 'mode', 'built', 'verdict', 'probe', 'runs'], ...rows]);
await images();
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function work(): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { combination, index } = next;
    const missing = await whatIsMissing(combination);
    const result = missing === null ? await buildOne(combination) : null;
    if (result === null) counts.skipped++;
    else if (result.good) counts.passed++;
    else counts.failed++;
    const mark =
      result === null ? `SKIP: ${missing}` : result.good ? 'ok' : `FAIL: ${Object.values(result).join(', ')}`;
    process.stderr.write(`${wordsOf(combination)}: ${mark}\n`);
    rows[index] = rowOf(combination, result);
  }
}

/** Image archives by real tools; only without a filter, or with the word `images`. */
async function images(): Promise<void> {
  const words = process.argv.slice(2);
  if (words.length > 0 && !words.includes('images')) return;
  const found = await imageRows();
  for (const { good } of found) counts[good === null ? 'skipped' : good ? 'passed' : 'failed']++;
  process.stdout.write('\n');
  print([['archive', 'expected', 'got'], ...found.map(({ name, expected, got }) => [name, expected, got])]);
}

function rowOf(combination: Combination, result: Result | null): readonly string[] {
  const { release, target, mode } = combination;
  const name = release === 'installed' ? '1.26 (installed)' : release;
  if (result === null) return [name, target.name, mode.name, 'skipped', '-', '-', '-'];
  return [name, target.name, mode.name, result.built, result.verdict, result.probe, result.runs];
}

/** Named, so that a skip is visible and can be mended; null: everything is there. */
async function whatIsMissing({ release, target }: Combination): Promise<string | null> {
  const missing = target.needs.filter(program => which.sync(program, { nothrow: true }) === null);
  if (missing.length > 0)
    return `needs ${missing.map(name => `${name} (${packages[name] ?? packageOf(name)})`).join(', ')}`;
  const asked = releases.get(release) ?? canRun(release);
  releases.set(release, asked);
  return asked;
}

async function canRun(release: keyof typeof goReleases): Promise<string | null> {
  const { program, toolchain } = goReleases[release];
  const env = { ...process.env, GOTOOLCHAIN: toolchain, GOFLAGS: '' };
  const asked = await execa(program, ['env', 'GOVERSION'], { env, reject: false, timeout: 300_000 });
  if (asked.exitCode === 0 && asked.stdout.startsWith('go1.')) return null;
  return `needs Go ${release} (${toolchain === 'local' ? `${program}: apt-get install golang-1.19-go` : `GOTOOLCHAIN=${toolchain}`})`;
}

function packageOf(program: string): string {
  if (program.startsWith('qemu-')) return 'qemu-user';
  if (program === 'zig') return 'pip install ziglang';
  if (program === 'ld.lld') return 'lld';
  return program.endsWith('-gcc') ? `gcc-${program.slice(0, -'-gcc'.length)}` : program;
}

function print(table: readonly (readonly string[])[]): void {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map(row => Math.min(50, row[column]?.length ?? 0))),
  );
  for (const row of table)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}
