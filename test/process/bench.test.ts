// @slow
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { need } from '../support/need.ts';

const test = suite('npm run bench');
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

function bench(...words: string[]): { status: number | null; stdout: string } {
  return spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts', 'bench.ts'), ...words], {
    cwd: root,
    env: { ...process.env, BENCH_ROUNDS: '1' },
    encoding: 'utf8',
  });
}

need(test, 'gcc')('past a budget it exits 1 and says where, within all budgets 0', () => {
  const over = bench('launcher', '--budget', '0');
  assert.is(over.status, 1);
  assert.match(over.stdout, /^ +direct +wrapped +overhead +budget$/m);
  assert.match(over.stdout, /^go version +[\d.]+ +[\d.]+ +[\d.]+ +0\.00 +ms CPU +OVER$/m);
  assert.match(over.stdout, /^go build, all cached .* OVER$/m);
  const within = bench('launcher', '--budget', '100000');
  assert.is(within.status, 0, within.stdout);
  assert.not.match(within.stdout, 'OVER');
});

test('a word that chooses nothing is no success', () => {
  assert.is(bench('no-such-bench').status, 1);
});

test.run();
