import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import which from 'which';
import { readHandover, userEnvironment } from '../../src/process/handover.ts';
import { quoteAll } from '../../src/process/quote.ts';
import { runPlan } from '../../src/process/run-plan.ts';

const test = suite('the plan crosses to sh');
const shells: readonly (readonly string[])[] = [
  ['bash', '--norc', '-p'],
  ['dash'],
  ['busybox', 'ash'],
  ['mksh'],
  ['zsh', '--emulate', 'sh'],
].filter(([name = '']) => which.sync(name, { nothrow: true }) !== null);

/** What a shell makes of the text of a plan, word by word. */
function evaluated(shell: readonly string[], text: string): string[] {
  const [program = '', ...options] = shell;
  // As bin/go does it: the text comes from a command substitution, and is evaluated once.
  const ended = spawnSync(
    program,
    [...options, '-c', 'text=$(cat); eval "set -- $text"; [ $# = 0 ] || printf "%s\\0" "$@"'],
    {
      input: text,
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
      encoding: 'utf8',
    },
  );
  assert.equal([ended.status, ended.stderr], [0, ''], shell.join(' '));
  return ended.stdout.split('\0').slice(0, -1);
}

const word = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...'\'"\\$`!*?[]{}()<>|&;~#%= \t\n\r-:/aA0'), maxLength: 16 }),
    fc.constantFrom(
      '',
      "'",
      "''",
      "'\\''",
      '$(touch x)',
      '`id`',
      '-n',
      '--',
      '\n',
      'a\n',
      '\\',
      '!!',
      '~',
      '*',
      '\u00e9',
      '\u{1f600}',
      '\u007f',
      '\u0001',
    ),
  )
  .map(text => text.replaceAll('\0', '').toWellFormed());

for (const shell of shells) {
  test(`${shell.join(' ')} reads every word back`, () => {
    fc.assert(
      // Many words a run: a shell's start is what costs.
      fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), words => {
        assert.equal(evaluated(shell, quoteAll(words)), words);
      }),
      { numRuns: 25 },
    );
  });

  test(`${shell.join(' ')} reads every byte that UTF-8 text can hold`, () => {
    const all = Array.from({ length: 0x2ff }, (_, code) => String.fromCodePoint(code + 1));
    assert.equal(evaluated(shell, quoteAll(all)), all);
    assert.equal(evaluated(shell, quoteAll([all.join('')])), [all.join('')]);
  });
}

test('a plan is changes of the environment, -- and go’s words', () => {
  const text = runPlan(['run', '--', "it's"], { CGO_ENABLED: '1', GOFLAGS: null, CC: 'a b' });
  assert.equal(evaluated(['sh'], text), ['CGO_ENABLED=1', '-GOFLAGS', 'CC=a b', '--', 'run', '--', "it's"]);
});

test('a hand-over is read back', () => {
  const handover = readHandover([
    'install',
    'go=/x=y/go',
    'env:NODE_OPTIONS=--a=b',
    'env:_=',
    'fd=9',
    'fd=5',
    'closed=2',
    'closed=0',
    'files=1024',
    'ignored=0000000001001001',
    'odd=1',
    'entry=/p',
    'shell=/bin/bash',
    '--',
    'install',
    '--',
    'env:A=1',
  ]);
  assert.equal(handover, {
    mode: 'install',
    go: '/x=y/go',
    argv: ['install', '--', 'env:A=1'],
    shell: '/bin/bash',
    entry: '/p',
    setAside: { NODE_OPTIONS: '--a=b', _: '' },
    inherited: { descriptors: [5, 9], closed: [0, 2], files: '1024', ignored: [1, 13, 25], odd: true },
  });
  assert.is(userEnvironment(handover)['NODE_OPTIONS'], '--a=b');
  assert.equal(readHandover(['run', 'go=/g', '--']).inherited, {
    descriptors: [],
    closed: [],
    files: null,
    ignored: [],
    odd: false,
  });
  for (const bad of [[], ['test', '--'], ['build', 'go=/g']])
    assert.throws(() => readHandover(bad), /Assertion failed/);
});

test.run();
