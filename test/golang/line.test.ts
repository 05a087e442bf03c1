// Where the command word stands and which directory -C enters, held against a real go that prints its working directory.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readLine } from '../../src/golang/line.ts';
import { goReleases } from '../support/binaries.ts';
import { available, minorOf, runGo } from './real-go.ts';

for (const [argv, command, before, chdir, words] of [
  [['build', '-C', 'a', '.'], 'build', [], 'a', ['.']],
  [['build', '--C=a', '-v'], 'build', [], 'a', ['-v']],
  [['build', '-C', '-v', '.'], 'build', [], '-v', ['.']],
  [['-C', 'a', 'run', '-v', '.'], 'run', ['-C', 'a'], 'a', ['-v', '.']],
  [['-C=a', '--', 'install'], 'install', ['-C=a', '--'], 'a', []],
  [['--', 'build'], 'build', ['--'], null, []],
  [['build', '-o', '-C', '.'], 'build', [], null, ['-o', '-C', '.']],
  [['build', '--', '-C', 'a'], 'build', [], null, ['--', '-C', 'a']],
  [['run', '.', '-C', 'a'], 'run', [], null, ['.', '-C', 'a']],
] as const) {
  test(`go ${argv.join(' ')}`, () => {
    const line = readLine(argv);
    if ('untouched' in line) throw new Error(line.untouched);
    assert.equal([line.command, line.before, line.chdir, line.words], [command, before, chdir, words]);
    assert.not(line.lateChdir);
    assert.equal([...line.before, line.command, ...line.chdirWords, ...line.words], argv);
  });
}

for (const argv of [[], ['help', 'build'], ['-n', 'build'], ['-'], ['--version'], ['-C'], ['--', '-C', 'a', 'build']]) {
  test(`go ${argv.join(' ') || 'alone'} is no build line`, () => assert.ok('untouched' in readLine(argv)));
}

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'goshim-line-')));
for (const place of ['', 'a', 'a/b', 'b']) {
  mkdirSync(join(directory, place), { recursive: true });
  writeFileSync(join(directory, place, 'x.go'), 'package main\n\nfunc main() {}\n');
}
test.after(() => rmSync(directory, { recursive: true }));

for (const go of available('installed', '1.20')) {
  const minor = minorOf(go);
  if (minor < 20) continue;
  for (const argv of [
    ['build', '-C', 'a'],
    ['-C', 'a', 'build'],
    ['build', '-v', '-C', 'a'],
    ['build', '-C', 'a', '-C', 'b'],
    ['build', '-v', '-C', 'a', '-C=b'],
    ['-C', 'a', 'build', '-C', 'b'],
  ]) {
    test(`go ${argv.join(' ')} (${go}) enters the directory that readLine names, or is refused`, () => {
      // -n builds nothing, and still leaves the graph in the directory that go entered.
      const whole = [...argv, '-n', '-debug-actiongraph=graph.json', 'x.go'];
      const line = readLine(whole);
      if ('untouched' in line) throw new Error(line.untouched);
      const { stderr } = runGo(whole, { go, cwd: directory });
      // A go that switches toolchains takes one -C itself and hands a second one on.
      const handedOn = goReleases[go].toolchain !== 'local' && !stderr.includes('usage:');
      if (line.lateChdir && minor > 20 && !handedOn) assert.match(stderr, '-C flag must be first flag');
      else rmSync(join(resolve(directory, line.chdir ?? ''), 'graph.json'));
    });
  }
}

test.run();
