// Runs every *.test.ts and *.txtar under test/, each in a process of its own, and cannot be falsely green: a file that queued nothing,
// threw, exited early or hung is a failed test (uvu alone would exit 0).
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const patterns = process.argv.slice(2);
const limit = 420_000;

const files = listTests(here)
  .filter(file => patterns.length === 0 || patterns.some(pattern => file.includes(pattern)))
  .sort((a, b) => weight(a) - weight(b) || a.localeCompare(b));

const totals = { passed: 0, failed: 0, skipped: 0 };
const queue = [...files];
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
if (files.length === 0) {
  process.stdout.write(`no test file matches ${patterns.join(' ')}\n`);
  totals.failed++;
}
const green = totals.failed === 0 && totals.passed > 0;
process.exitCode = green ? 0 : 1;
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);

async function worker(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const { counts, output, seconds } = await runFile(file);
    totals.passed += counts.passed;
    totals.failed += counts.failed;
    totals.skipped += counts.skipped;
    const mark = counts.failed > 0 ? 'FAIL' : 'ok  ';
    process.stdout.write(
      `${mark} ${relative(root, file)} (${seconds.toFixed(1)} s)${counts.failed > 0 || output.includes('SKIP') ? `\n${output.trimEnd()}` : ''}\n`,
    );
  }
}

function runFile(file: string): Promise<{ counts: Counts; output: string; seconds: number }> {
  const started = performance.now();
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(here, 'support', 'one-file.ts'), file], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    let answer = '';
    const [, out, err, result] = child.stdio;
    for (const stream of [out, err])
      stream?.on('data', chunk => {
        output += String(chunk);
      });
    result?.on('data', chunk => {
      answer += String(chunk);
    });
    const timer = setTimeout(() => {
      output += `\nno answer within ${limit / 1000} s: killed\n`;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, limit);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const seconds = (performance.now() - started) / 1000;
      const counts = readCounts(answer);
      if (counts === null) output += `\nended without a result (exit ${code ?? signal})\n`;
      resolve({ counts: counts ?? { passed: 0, failed: 1, skipped: 0 }, output, seconds });
    });
  });
}

function readCounts(answer: string): Counts | null {
  try {
    return JSON.parse(answer) as Counts;
  } catch {
    return null;
  }
}

/** Files that say `@slow` in their first line start first, so that both cores are busy to the end. */
function weight(file: string): number {
  return readFileSync(file, 'utf8').slice(0, 200).includes('@slow') ? 0 : 1;
}

function listTests(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts') || file.endsWith('.txtar'))
    .map(file => join(directory, file));
}
