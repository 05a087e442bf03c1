import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import which from 'which';
import { expandLists } from '../../src/strip/lists.ts';
import { readStripLine } from '../../src/strip/words.ts';
import { builtBinary } from '../support/binaries.ts';
import { need } from '../support/need.ts';
import { inDirectory, type Ran, run, shimDirectory } from '../support/side-by-side.ts';

const test = suite('strip');
const it = need(test, 'gcc', 'strip', 'readelf');
const real = which.sync('strip', { nothrow: true }) ?? '';
const ours = join(shimDirectory, 'strip');

const sections = (file: string) => run('readelf', ['-SW', file]).stdout;
const hasSymbols = (file: string) => / \.symtab /.test(sections(file));
const hasDebug = (file: string) => /\.z?debug_info/.test(sections(file));
const runs = (file: string) => run(file, []);

/** A directory with a Go program `app` and a C program `tool`, both with symbols and debug sections. */
function inPlace(
  body: (directory: string, stripped: (words: readonly string[], env?: Record<string, string>) => Ran) => void,
): void {
  inDirectory(cwd => {
    copyFileSync(builtBinary({ source: 'hello', args: ['-ldflags=all=-linkmode=external'] }), join(cwd, 'app'));
    writeFileSync(join(cwd, 'tool.c'), 'int main(void) { return 0; }\n');
    assert.is(run('gcc', ['-g', '-o', 'tool', 'tool.c'], { cwd }).status, 0);
    chmodSync(join(cwd, 'app'), 0o755);
    body(cwd, (words, env = {}) => run(ours, words, { cwd, env }));
  });
}

for (const words of [
  ['app'],
  ['-s', 'app'],
  ['--strip-all', '--', 'app'],
  ['--strip-unneeded', '-R', '.comment', 'app'],
  ['-sxp', 'app'],
  ['-g', '-s', 'app'],
  ['--strip-a', 'app'],
  ['-R', '.note', './app'],
  ['-R', '.symtab', '-g', 'app'],
]) {
  it(`${words.join(' ')}: a Go program keeps its symbol table and loses its debug sections`, () =>
    inPlace((cwd, stripped) => {
      const app = join(cwd, 'app');
      const before = runs(app);
      assert.ok(hasSymbols(app) && hasDebug(app));
      const ran = stripped(words);
      assert.equal([ran.status, ran.stdout], [0, '']);
      assert.match(ran.stderr, /^goshim: symbol-table: (\.\/)?app keeps its symbol table[^\n]*\n$/);
      assert.ok(hasSymbols(app));
      assert.not.ok(hasDebug(app));
      assert.equal(runs(app), before);
    }));
}

it('what takes no symbols away, and every answer of strip, is the real strip without a word', () =>
  inPlace((cwd, stripped) => {
    for (const words of [
      ['-g', 'app'],
      ['--strip-debug', 'app'],
      ['-S', 'app'],
      ['-X', 'app'],
      ['--strip-dwo', 'app'],
      ['-V'],
      ['--help'],
      ['--info'],
      ['-V', 'app'],
    ]) {
      const other = join(cwd, 'other');
      copyFileSync(join(cwd, 'app'), other);
      const bare = run(
        real,
        words.map(word => (word === 'app' ? 'other' : word)),
        { cwd },
      );
      const same = (text: string) => text.replaceAll(ours, real);
      const ran = stripped(words);
      assert.equal({ ...ran, stderr: same(ran.stderr) }, bare, words.join(' '));
      assert.ok(readFileSync(join(cwd, 'app')).equals(readFileSync(other)), words.join(' '));
    }
  }));

it('other programs are stripped as asked, without Node', () =>
  inPlace((cwd, stripped) => {
    const ran = stripped(['-s', 'tool'], { GOSHIM_NODE: '/nonexistent' });
    assert.equal([ran.status, ran.stderr], [0, '']);
    assert.not.ok(hasSymbols(join(cwd, 'tool')));
  }));

it('Go programs and others in one line: each as it must be', () =>
  inPlace((cwd, stripped) => {
    writeFileSync(join(cwd, 'list'), '-s \'tool\'\n"app"');
    assert.is(stripped(['@list']).status, 0);
    assert.ok(hasSymbols(join(cwd, 'app')));
    assert.not.ok(hasSymbols(join(cwd, 'tool')));
    const bad = stripped(['tool', 'missing', 'app']);
    assert.is(bad.status, run(real, ['missing'], { cwd }).status);
    assert.match(bad.stderr, /'missing': No such file/);
  }));

it('-o writes elsewhere and leaves the file', () =>
  inPlace((cwd, stripped) => {
    const before = readFileSync(join(cwd, 'app'));
    for (const words of [
      ['-o', 'out', 'app'],
      ['app', '-oout'],
      ['-so', 'out', 'app'],
    ]) {
      assert.is(stripped(words).status, 0);
      assert.ok(hasSymbols(join(cwd, 'out')) && !hasDebug(join(cwd, 'out')));
      assert.ok(readFileSync(join(cwd, 'app')).equals(before));
    }
    stripped(['--only-keep-debug', '-o', 'app.debug', 'app']);
    assert.ok(hasDebug(join(cwd, 'app.debug')));
  }));

it('errors are the real strip’s', () =>
  inPlace((cwd, stripped) => {
    mkdirSync(join(cwd, 'directory'));
    for (const words of [
      [],
      ['missing'],
      ['--no-such', 'app'],
      ['tool.c'],
      ['directory'],
      ['-o', 'x', 'app', 'tool'],
      ['-K'],
    ]) {
      const bare = run(real, words, { cwd });
      const ran = stripped(words);
      assert.is(ran.status, bare.status, words.join(' '));
      assert.is.not(ran.status, 0);
    }
  }));

it('GOSHIM=off and a profile without the rule strip everything; quiet says nothing', () =>
  inPlace((cwd, stripped) => {
    const original = readFileSync(join(cwd, 'app'));
    const fresh = () => writeFileSync(join(cwd, 'app'), original);
    assert.is(stripped(['app'], { GOSHIM_LOG: 'quiet' }).stderr, '');
    assert.ok(hasSymbols(join(cwd, 'app')));
    fresh();
    assert.equal(stripped(['app'], { GOSHIM: 'off' }), { status: 0, signal: null, stdout: '', stderr: '' });
    assert.not.ok(hasSymbols(join(cwd, 'app')));
    fresh();
    writeFileSync(join(cwd, '.goshim.json'), '{"rules": {"symbol-table": "off"}}');
    assert.is(stripped(['app']).stderr, '');
    assert.not.ok(hasSymbols(join(cwd, 'app')));
    fresh();
    writeFileSync(join(cwd, '.goshim.json'), '{"rules": {"symbol-table": "maybe"}}');
    const refused = stripped(['app']);
    assert.is(refused.status, 2);
    assert.ok(hasSymbols(join(cwd, 'app')));
    assert.is(stripped(['app'], { GOSHIM_NODE: '/nonexistent' }).status, 3);
  }));

it('install -s finds it on PATH', () =>
  inPlace(cwd => {
    const ran = run('install', ['-s', 'app', 'installed'], { cwd });
    assert.is(ran.status, 0, ran.stderr);
    assert.ok(hasSymbols(join(cwd, 'installed')) && !hasDebug(join(cwd, 'installed')));
    assert.is(statSync(join(cwd, 'installed')).mode & 0o777, 0o755);
  }));

it('it never calls itself: links, relative entries, scripts that come back', () =>
  inPlace(cwd => {
    mkdirSync(join(cwd, 'links'));
    symlinkSync(ours, join(cwd, 'links', 'strip'));
    mkdirSync(join(cwd, 'planted'));
    writeFileSync(join(cwd, 'planted', 'strip'), '#!/bin/sh\nexec strip "$@"\n');
    chmodSync(join(cwd, 'planted', 'strip'), 0o755);
    const at = (path: string) => run(ours, ['-V'], { cwd, env: { PATH: path } });
    assert.match(at(`${cwd}/links:${shimDirectory}:/usr/bin:/bin`).stdout, /^GNU strip/);
    assert.match(at(`planted::${shimDirectory}:/usr/bin:/bin`).stdout, /^GNU strip/);
    assert.match(at(`${shimDirectory}:${cwd}/planted:/usr/bin:/bin`).stdout, /^GNU strip/);
    const nothing = at(`${shimDirectory}:${cwd}/links:.`);
    assert.equal([nothing.status, nothing.stderr.split('\n').length], [127, 2]);
    const loop = run(ours, ['-V'], { cwd, env: { PATH: `${shimDirectory}:${cwd}/planted` } });
    assert.equal([loop.status, loop.stderr.split('\n').length], [126, 2]);
  }));

test('option words are read as getopt_long reads them', () => {
  const line = (...words: string[]) => readStripLine(words);
  assert.equal(line('-K', '-s', 'a', '-o', 'b', '--', '-c').files, ['a', '-c']);
  assert.equal(line('--keep-symbol', 'x', '--keep-symbol=y', 'a').keepingSymbols(['a']), [
    '--keep-symbol',
    'x',
    '--keep-symbol=y',
    '--strip-debug',
    '--',
    'a',
  ]);
  assert.equal(line('-pso', 'out', '-xw', 'a').keepingSymbols(['a']), [
    '-p',
    '-o',
    'out',
    '-w',
    '--strip-debug',
    '--',
    'a',
  ]);
  for (const [words, takes] of [
    [['a'], true],
    [['-X', 'a'], false],
    [['-x', 'a'], true],
    [['-s', '-g', 'a'], false],
    [['-g', '-s', 'a'], true],
    [['--strip-unneeded', '-d', 'a'], false],
    [['-R.comment', 'a'], true],
    [['-p', 'a'], true],
    [['--only-keep-debug', 'a'], false],
    [['-h', '-s', 'a'], false],
  ] as const)
    assert.is(line(...words).takesSymbols, takes, words.join(' '));
});

test('lists of words', () => {
  const files: Record<string, string> = { list: 'a "b c" d\\ e \'f\n"g\' @more\n', more: 'x  y', loop: '@loop' };
  const read = (name: string) => {
    const text = files[name];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };
  assert.equal(expandLists(['-s', '@list', '@none'], read), ['-s', 'a', 'b c', 'd e', 'f\n"g', 'x', 'y', '@none']);
  assert.equal(expandLists(['@loop'], read), ['@loop']);
});

test.run();
