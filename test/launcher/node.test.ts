import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inDirectory, realGo, run, shim, shimDirectory } from '../support/side-by-side.ts';

const test = suite('finding Node');
const system = '/usr/bin:/bin';
const nowhere = `${shimDirectory}:${dirname(realGo)}`;
const oneLine = (text: string, pattern: RegExp) => {
  assert.match(text, pattern);
  assert.is(text.trimEnd().split('\n').length, 1, text);
};

test('without Node: one line and exit 3 for build, install and run, and nothing else is touched', () => {
  for (const word of ['build', 'install', 'run']) {
    const ran = run(shim, [word], { env: { PATH: nowhere } });
    assert.equal([ran.status, ran.stdout], [3, '']);
    oneLine(ran.stderr, /^goshim: no node on PATH: install Node 20/);
  }
  assert.is(run(shim, ['version'], { env: { PATH: nowhere } }).status, 0);
  assert.is(run(shim, ['build', '-h'], { env: { PATH: nowhere, GOSHIM: 'off' } }).status, 2);
});

test('GOSHIM_NODE is used, or its mistake is said', () =>
  inDirectory(cwd => {
    mkdirSync(join(cwd, 'directory'));
    writeFileSync(join(cwd, 'plain'), '');
    for (const value of ['node', './node', cwd, join(cwd, 'none'), join(cwd, 'plain')]) {
      const ran = run(shim, ['build'], { cwd, env: { GOSHIM_NODE: value } });
      assert.is(ran.status, 3);
      oneLine(ran.stderr, /^goshim: GOSHIM_NODE=/);
      const managed = run(join(shimDirectory, 'goshim'), ['--version'], { cwd, env: { GOSHIM_NODE: value } });
      assert.is(managed.status, 3);
      oneLine(managed.stderr, /^goshim: GOSHIM_NODE=/);
    }
    const env = { PATH: nowhere, GOSHIM_NODE: process.execPath };
    assert.is(run(shim, ['build', '-h'], { env }).status, 2);
    assert.match(run(join(shimDirectory, 'goshim'), ['--version'], { env }).stdout, /^goshim \d/);
  }));

test('a Node that is too old is told so by itself', () =>
  inDirectory(cwd => {
    // The first file of a start is in syntax that any Node reads: here one that only says it is old.
    const start = readFileSync(join(shimDirectory, 'goshim-start.cjs'), 'utf8');
    assert.not.match(start, /=>|\blet\b|\bconst\b|`|\?\?|\?\.|\.\.\./);
    writeFileSync(
      join(cwd, 'old.cjs'),
      `Object.defineProperty(process.versions, 'node', {value: '18.20.8'});\n${start}`,
    );
    const ran = run(process.execPath, [join(cwd, 'old.cjs'), 'build', '--', 'build']);
    assert.equal([ran.status, ran.stdout], [3, '']);
    oneLine(ran.stderr, /^goshim: Node 20 or later is needed/);
  }));

test('a broken or slow Node environment does not stop a build', () => {
  for (const env of [
    { NODE_OPTIONS: '--no-such-option' },
    { NODE_OPTIONS: '--require /nonexistent' },
    { NODE_EXTRA_CA_CERTS: '/nonexistent' },
    { NODE_CHANNEL_FD: '3' },
    { NODE_DEBUG: 'fs' },
    { OPENSSL_CONF: '/dev/null/x' },
    { NODE_V8_COVERAGE: '/dev/null/x' },
  ]) {
    for (const words of [
      ['build', '-h'],
      ['run', '-h'],
    ])
      assert.equal(run(shim, words, { env }), run(realGo, words), JSON.stringify(env));
    assert.match(run(join(shimDirectory, 'goshim'), ['--version'], { env }).stdout, /^goshim \d/);
  }
});

test('goshim works through npm’s link, and goshim go is the shim', () =>
  inDirectory(cwd => {
    mkdirSync(join(cwd, 'node_modules', '.bin'), { recursive: true });
    symlinkSync(join(shimDirectory, 'goshim'), join(cwd, 'node_modules', '.bin', 'goshim'));
    const linked = (...words: string[]) =>
      run('node_modules/.bin/goshim', words, { cwd, env: { PATH: `${dirname(realGo)}:${process.env['PATH']}` } });
    assert.match(linked('--version').stdout, /^goshim \d/);
    assert.equal(linked('go', 'version'), run(realGo, ['version']));
    assert.equal(linked('go', 'build', '-h'), run(realGo, ['build', '-h']));
    assert.equal(linked('go'), run(realGo, []));
    assert.is(linked().status, 2);
    assert.is(linked('no-such-command').status, 2);
  }));

test('a checkout that was not built says what to do', () =>
  inDirectory(cwd => {
    cpSync(shimDirectory, join(cwd, 'bin'), { recursive: true });
    const go = join(cwd, 'bin', 'go');
    assert.is(run(go, ['version']).status, 0);
    for (const [program, words] of [
      [go, ['build']],
      [go, ['run', '.']],
      [join(cwd, 'bin', 'goshim'), ['verify', go]],
    ] as const) {
      const ran = run(program, words);
      assert.is(ran.status, 3);
      oneLine(ran.stderr, /^goshim: dist\/ is not built: run `npm ci` in /);
    }
    rmSync(join(cwd, 'bin', 'goshim-start.cjs'));
    assert.is(run(go, ['build']).status, 3);
  }));

test('Node is not taken from a file that cannot run, a directory or a relative entry', () =>
  inDirectory(cwd => {
    mkdirSync(join(cwd, 'a', 'node'), { recursive: true });
    mkdirSync(join(cwd, 'b'));
    writeFileSync(join(cwd, 'b', 'node'), '#!/bin/sh\necho planted\n');
    mkdirSync(join(cwd, 'c'));
    writeFileSync(join(cwd, 'c', 'node'), '#!/bin/sh\necho planted\n');
    chmodSync(join(cwd, 'c', 'node'), 0o755);
    const path = `:c:${cwd}/a:${cwd}/b:${nowhere}:${dirname(process.execPath)}:${system}`;
    assert.equal(run(shim, ['build', '-h'], { cwd, env: { PATH: path } }), run(realGo, ['build', '-h']));
  }));

test.run();
