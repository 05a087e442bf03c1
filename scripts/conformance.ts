// `npm run conformance [-- WORD…]`: cmd/go's own script tests with the shim standing where go stood, held against bare go script by
// script. With GOSHIM=off nothing may differ; under the oneagent profile what test/conformance/differences.json lists, and that must.
// Words choose: a release (`1.24`), a group (`named`, `building`, `rest`), or how scripts' names begin (`build_`).
import { type Group, groupNames, groupsOf, scriptsIn } from './conformance/groups.ts';
import { complaintsOf, measure } from './conformance/measure.ts';
import { findRelease, type Release, toolchains } from './conformance/releases.ts';
import { testBinary } from './conformance/test-binary.ts';

const words = process.argv.slice(2);
const releaseWords = words.filter(word => /^\d+\.\d+$/.test(word));
const groupWords = words.filter(word => groupNames.some(name => name === word));
const prefixes = words.filter(word => !releaseWords.includes(word) && !groupWords.includes(word));
const counts = { passed: 0, failed: 0, skipped: 0 };
const rows: (readonly string[])[] = [];
const complaints: string[] = [];

for (const [name, toolchain] of Object.entries(toolchains)) {
  const release = findRelease(toolchain);
  if (typeof release === 'string') {
    tell(`SKIP Go ${name}: ${release}`);
    counts.skipped++;
  } else if (releaseWords.length === 0 || releaseWords.includes(release.name)) await conform(release);
}
printTable([['release', 'group', 'mode', 'scripts', 'same', 'listed', 'different', 'skipped', 'bare fails'], ...rows]);
for (const line of complaints) process.stdout.write(`\nFAIL ${line}`);
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function conform(release: Release): Promise<void> {
  complain(complaintsOf(release));
  try {
    testBinary(release);
  } catch (error) {
    complain([`Go ${release.name}: no test binary: ${error instanceof Error ? error.message : String(error)}`]);
    return;
  }
  for (const group of groupsOf(release)) {
    if (groupWords.length > 0 && !groupWords.includes(group.name)) continue;
    const scripts = scriptsIn(group, release, prefixes);
    if (scripts.length > 0) await compareGroup(release, group, scripts);
  }
}

async function compareGroup(release: Release, group: Group, scripts: readonly string[]): Promise<void> {
  const { bare, modes } = await measure(release, group, scripts, tell);
  const passed = scripts.filter(script => bare.get(script)?.status === 'PASS').length;
  const title = [`${release.name} (${release.version})`, group.name] as const;
  rows.push([...title, 'bare', `${scripts.length}`, `${passed}`, '', '', '', '']);
  if (prefixes.length === 0 && passed < group.atLeast)
    complain([`Go ${release.name}, ${group.name}: bare go passes ${passed} scripts, too few to compare with`]);
  for (const { mode, same, listed, wrong, skipped, leftOut, again } of modes) {
    const numbers = [scripts.length, same, listed.length, wrong.size, skipped, leftOut].map(String);
    rows.push([...title, mode, ...numbers]);
    counts.passed += same + listed.length;
    counts.skipped += skipped + leftOut;
    for (const script of again)
      tell(`Go ${release.name}, ${mode}: ${script} differed at first, and not when run by itself`);
    complain([...wrong].map(([script, why]) => `Go ${release.name}, ${mode}: ${script}: ${why}`));
  }
}

function complain(lines: readonly string[]): void {
  counts.failed += lines.length;
  complaints.push(...lines);
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function printTable(table: readonly (readonly string[])[]): void {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map(row => row[column]?.length ?? 0)));
  for (const row of table)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}
