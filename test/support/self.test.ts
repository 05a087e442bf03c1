import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const child = join(dirname(fileURLToPath(import.meta.url)), 'one-file.ts');
const uvu = import.meta.resolve('uvu');

for (const [name, body, passed, failed, skipped] of [
  ['a passing test', "test('a', () => {}); test.run();", 1, 0, 0],
  ['a failing test', "test('a', () => { throw new Error('no'); }); test.run();", 0, 1, 0],
  ['a skipped test', "test.skip('a'); test('b', () => {}); test.run();", 1, 0, 1],
  ['a forgotten run()', "test('a', () => {});", 0, 1, 0],
  ['no test at all', 'export {};', 0, 1, 0],
  ['an empty suite', 'test.run();', 0, 1, 0],
  [
    'a throwing before hook',
    "test.before(() => { throw new Error('no'); }); test('a', () => {}); test.run();",
    0,
    1,
    0,
  ],
  ['a throw at the top', "throw new Error('no');", 0, 1, 0],
] as const) {
  test(`the runner sees ${name}`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'goshim-test-'));
    try {
      const file = join(directory, 'x.mjs');
      writeFileSync(file, `import { test } from ${JSON.stringify(uvu)};\n${body}\n`);
      const ended = spawnSync(process.execPath, ['--import', 'tsx', child, file], {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
        encoding: 'utf8',
      });
      assert.equal(JSON.parse(String(ended.output[3])), { passed, failed, skipped });
      assert.is(ended.status, failed > 0 ? 1 : 0);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

test('one file runs each suite once', () => {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-test-'));
  try {
    const file = join(directory, 'x.mjs');
    const body =
      "const a = suite('a'); a('1', () => console.log('RAN')); a.run(); const b = suite('b'); b('2', async () => console.log('RAN')); b.run();";
    writeFileSync(file, `import { suite } from ${JSON.stringify(uvu)};\n${body}\n`);
    const ended = spawnSync(process.execPath, ['--import', 'tsx', child, file], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    assert.equal(JSON.parse(String(ended.output[3])), { passed: 2, failed: 0, skipped: 0 });
    assert.is(ended.stdout.split('RAN').length, 3);
    assert.not.match(ended.stdout, 'Total:');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.run();
