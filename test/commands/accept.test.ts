import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { applyAccepted } from '../../src/accept.ts';
import type { Accepted } from '../../src/settings.ts';
import { fail, file, missing, notGo, pass, unknown, warn } from '../report/samples.ts';

const place = { cwd: '/project/sub', today: '2026-11-30' };

function settings(...accept: Partial<Accepted>[]) {
  return {
    file: '/project/.goshim.json',
    accept: accept.map(entry => ({ rule: 'symbol-table', path: '*', reason: 'known', until: null, ...entry })),
  };
}

test('an accepted finding no longer counts and stays', () => {
  const [judged] = applyAccepted([file('app', pass, fail, warn)], settings({}), place);
  assert.is(judged?.verdict, 'warn');
  assert.equal(
    judged?.findings.map(({ accepted }) => accepted),
    [undefined, { reason: 'known', until: null }, undefined],
  );
});

test('only its own rule, and never a pass', () => {
  const other = file('app', pass, warn);
  assert.is(applyAccepted([other], settings({}, { rule: 'no-race' }), place)[0], other);
});

test('the last day counts, the day after does not, and says so', () => {
  assert.is(applyAccepted([file('app', fail)], settings({ until: '2026-11-30' }), place)[0]?.verdict, 'pass');
  const [judged] = applyAccepted([file('app', fail)], settings({ until: '2026-11-29' }), place);
  assert.is(judged?.verdict, 'fail');
  assert.is(judged?.findings[0]?.message, 'no symbol table (accepted until 2026-11-29, which is over: known)');
  const both = settings({ until: '2026-11-29' }, { reason: 'newer' });
  assert.is(applyAccepted([file('app', fail)], both, place)[0]?.findings[0]?.accepted?.reason, 'newer');
});

for (const [pattern, path, matches] of [
  ['app', 'app', true],
  ['app', 'dist/app', true],
  ['app', 'application', false],
  ['*.test', 'dist/x.test', true],
  ['sub/dist/*', 'dist/app', true],
  ['./sub/dist/app', 'dist/app', true],
  ['dist/*', 'dist/app', true],
  ['dist/*', 'other/dist/app', false],
  ['**/dist/*', '/elsewhere/dist/app', true],
  ['/elsewhere/**', '/elsewhere/dist/app', true],
  ['sub/**', '../app', false],
  ['dist/[app]', 'dist/[app]', true],
  ['.hidden', 'dist/.hidden', true],
  ['**', 'any/where/.deep/app', true],
] as const)
  test(`${pattern} ${matches ? 'means' : 'does not mean'} ${path}`, () => {
    const [judged] = applyAccepted([file(path, fail)], settings({ path: pattern }), place);
    assert.is(judged?.verdict, matches ? 'pass' : 'fail');
  });

test('a program in an image goes by its own path or the archive with it', () => {
  const inside = { ...fail, binary: 'linux/amd64!/usr/bin/app' };
  for (const path of ['/usr/bin/app', 'sub/image.tar!/usr/bin/app', 'image.tar'])
    assert.is(applyAccepted([file('image.tar', inside)], settings({ path }), place)[0]?.verdict, 'pass', path);
  assert.is(applyAccepted([file('image.tar', inside)], settings({ path: '/bin/app' }), place)[0]?.verdict, 'fail');
});

test('a glob longer than the matcher takes is the settings file’s mistake', () => {
  const long = () => applyAccepted([file('app', fail)], settings({ path: 'x'.repeat(70_000) }), place);
  assert.throws(long, /goshim\.json: accept: a path of 70000 characters/);
  assert.is(applyAccepted([file('app', fail)], settings({ path: './' }), place)[0]?.verdict, 'fail');
});

test('what could not be judged stays so', () => {
  const untouched = applyAccepted([notGo, missing], settings({ path: '**' }), place);
  assert.equal(
    untouched.map(({ verdict }) => verdict),
    ['not-go', 'unknown'],
  );
  const [judged] = applyAccepted([file('app', fail, unknown)], settings({}), place);
  assert.is(judged?.verdict, 'unknown');
});

test.run();
