// Child of test/run.ts: runs one test file's uvu queue and writes {passed, failed, skipped} to fd 3.
import { writeSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runScript, Skipped } from './script.ts';

type Suite = (index?: number) => Promise<readonly [string, number, number, number]>;
// uvu keeps its queue in globals when UVU_DEFER is set; an entry is one `test.run()`.
const uvu = globalThis as { UVU_DEFER?: number; UVU_QUEUE?: Suite[][]; UVU_INDEX?: number };

const file = process.argv[2];
if (file === undefined) throw new Error('Assertion failed: no test file given');
uvu.UVU_DEFER = 1;
uvu.UVU_QUEUE = [[]];
uvu.UVU_INDEX = 0;

let passed = 0;
let failed = 0;
let skipped = 0;
let missing = 0;
process.on('unhandledRejection', error => complain(error));
try {
  if (file.endsWith('.txtar')) await scenario(file);
  else await import(pathToFileURL(file).href);
  const suites = uvu.UVU_QUEUE.flat();
  if (suites.length === 0) complain('no suite was queued (is .run() missing?)');
  for (const suite of suites) {
    // Skipped tests are not in `total`; a throwing hook leaves `ran` short of it without an error text.
    const [errors, ran, jumped, total] = await suite();
    if (typeof errors === 'string') process.stdout.write(`${errors}\n`);
    else if (ran < total) process.stdout.write(`a hook threw: ${total - ran} tests did not run\n`);
    if (total + jumped === 0) complain('a suite holds no test');
    passed += ran - missing;
    skipped += missing;
    skipped += jumped;
    failed += total - ran;
  }
} catch (error) {
  complain(error);
}
writeSync(3, JSON.stringify({ passed, failed, skipped }));
process.exit(failed > 0 ? 1 : 0);

function complain(problem: unknown): void {
  failed++;
  process.stdout.write(`${file}: ${problem instanceof Error ? problem.stack : String(problem)}\n`);
}

async function scenario(script: string): Promise<void> {
  // Not at the top: uvu looks at UVU_DEFER once, when it is loaded.
  const { test } = await import('uvu');
  const name = basename(script, '.txtar');
  test(name, () => {
    try {
      runScript(script);
    } catch (error) {
      if (!(error instanceof Skipped)) throw error;
      process.stdout.write(`SKIP ${name}: needs ${error.message}\n`);
      missing = 1;
    }
  });
  test.run();
}
