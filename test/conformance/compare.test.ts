import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compare } from '../../scripts/conformance/compare.ts';
import { complaintsAbout } from '../../scripts/conformance/differences.ts';
import { readResults, type ScriptResult, whole } from '../../scripts/conformance/results.ts';
import { testBinary } from '../../scripts/conformance/test-binary.ts';

const pass: ScriptResult = { status: 'PASS', line: null, why: '' };
const skip: ScriptResult = { status: 'SKIP', line: null, why: '' };
const failAt = (line: number): ScriptResult => ({ status: 'FAIL', line, why: 'unexpected success' });
const lines: readonly string[] = ['go build', '! stale app', 'stdout x'];
const held = (bare: ScriptResult, mode: ScriptResult, listed = {}) =>
  compare(['a'], new Map([['a', bare]]), new Map([['a', mode]]), listed, (_, line) => lines[line - 1] ?? '');
const listed = { a: { line: '! stale app', reason: 'the link line' } };

test('a script that holds bare and not here is wrong, with the line at which it fails', () => {
  assert.equal(
    held(pass, failAt(2)).wrong.get('a'),
    'PASS with bare go, FAIL here at line 2 (! stale app): unexpected success',
  );
});

test('a skip is a difference, too, and so is a script that was not run', () => {
  assert.match(held(pass, skip).wrong.get('a') ?? '', /^PASS with bare go, SKIP here/);
  assert.match(held(skip, pass).wrong.get('a') ?? '', /^SKIP with bare go, PASS here/);
  assert.match(compare(['a'], new Map([['a', pass]]), new Map(), {}, () => '').wrong.get('a') ?? '', /it was not run/);
});

test('a listed script may fail, at its line only', () => {
  assert.equal(held(pass, failAt(2), listed).listed, ['a']);
  assert.equal(held(pass, failAt(2), listed).wrong.size, 0);
  assert.match(held(pass, failAt(3), listed).wrong.get('a') ?? '', /and is listed with another line \(! stale app\)/);
});

test('a listed script that holds is wrong: the list can only shrink', () => {
  assert.match(held(pass, pass, listed).wrong.get('a') ?? '', /take it off the list/);
});

test('what bare go fails is left out and counted', () => {
  for (const mode of [pass, failAt(2), skip]) {
    const { leftOut, wrong } = held(failAt(1), mode, listed);
    assert.equal(leftOut, 1);
    assert.equal(wrong.size, 0);
  }
});

test('the words of go test -v are read', () => {
  const log = [
    '    --- PASS: TestScript/one (0.10s)',
    '        --- FAIL: TestScript/printed_by_a_script (0.10s)',
    '    script_test.go:163: FAIL: testdata/script/two.txt:17: stale mycmd: unexpected success',
    '    --- FAIL: TestScript/two (0.10s)',
    '    --- SKIP: TestScript/three (0.00s)',
    'FAIL',
  ].join('\n');
  const results = readResults(log, 1);
  assert.equal([...results.keys()], ['one', 'two', 'three', whole]);
  assert.equal(results.get('two'), { status: 'FAIL', line: 17, why: 'stale mycmd: unexpected success' });
  assert.equal(results.get(whole)?.status, 'PASS');
});

test('files left in TMPDIR and a test that died count as a script that fails', () => {
  const left = readResults('2026/11/25 01:00:00 unexpected files left in tmpdir: ["goshim-x/a"]\n', 1);
  assert.match(left.get(whole)?.why ?? '', /goshim-x/);
  assert.equal(readResults('', 2).get(whole)?.status, 'FAIL');
  const compared = compare([], new Map(), left, {}, () => '');
  assert.match(compared.wrong.get(whole) ?? '', /left in tmpdir/);
});

test('a list that is too long, without reasons, or of scripts and lines that are not there is complained about', () => {
  const goroot = mkdtempSync(join(tmpdir(), 'goshim-goroot-'));
  try {
    const release = { name: '1.26', version: 'go1.26.0', goroot, installed: true };
    const scripts = join(goroot, 'src/cmd/go/testdata/script');
    mkdirSync(scripts, { recursive: true });
    const names = Array.from({ length: 21 }, (_, index) => `build_${index}`);
    for (const name of names) writeFileSync(join(scripts, `${name}.txt`), '  go build  \n-- go.mod --\nmodule m\n');
    const entry = { line: 'go build', reason: 'why' };
    assert.equal(complaintsAbout({ build_0: entry }, release), []);
    const all = Object.fromEntries(names.map(name => [name, entry]));
    assert.equal(complaintsAbout(all, release), ['the list holds 21 scripts of the named groups, 20 at most']);
    const wrong = {
      build_0: { ...entry, reason: ' ' },
      build_1: { ...entry, line: 'module m' },
      build_gone: entry,
    };
    assert.equal(complaintsAbout(wrong, release), [
      'build_0 is listed without a reason',
      'build_1 is listed, and has no line `module m`',
      'build_gone is listed, and Go 1.26 has no such script',
    ]);
  } finally {
    rmSync(goroot, { recursive: true });
  }
});

test('a release whose own test reads otherwise is refused', () => {
  const goroot = mkdtempSync(join(tmpdir(), 'goshim-goroot-'));
  try {
    mkdirSync(join(goroot, 'src/cmd/go'), { recursive: true });
    writeFileSync(join(goroot, 'src/cmd/go/go_test.go'), 'package main_test\n');
    const release = { name: '1.99', version: 'go1.99.0', goroot, installed: true };
    assert.throws(() => testBinary(release), /go_test\.go holds `os\.Symlink\(testExe, testGo\)` 0 times, not once$/);
  } finally {
    rmSync(goroot, { recursive: true });
  }
});

test.run();
