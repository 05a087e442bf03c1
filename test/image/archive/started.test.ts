import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FileReport } from '../../../src/rules/finding.ts';
import { archived, dockerSave, type TestImage } from '../../support/image.ts';
import { directory, file, program, symlink, type TarItem } from '../../support/tar.ts';
import { bad, good, image, judgeBytes } from './subject.ts';

const shell = program('bin/sh', 'no shell at all');

/** Names of the binaries that were judged, and the verdict. */
async function judged(items: readonly TarItem[], more: Omit<TestImage, 'layers'>, all = false): Promise<string> {
  return said(await judgeBytes(archived(dockerSave([image(items, { entrypoint: [], ...more })])), { all }));
}

function said(report: FileReport): string {
  const binaries = new Set(report.findings.flatMap(({ binary, rule }) => (rule === 'readable' ? [] : [binary ?? ''])));
  return [report.verdict, ...[...binaries].map(binary => binary.replace('linux/amd64!', ''))].join(' ');
}

const two = [program('good', good), program('bad', bad)];

for (const [name, more, expected] of [
  ['Entrypoint', { entrypoint: ['/good'] }, 'pass /good'],
  ['Cmd alone', { cmd: ['/bad', '-x'] }, 'fail /bad'],
  ['Entrypoint with Cmd as its arguments', { entrypoint: ['/good'], cmd: ['/bad'] }, 'pass /good'],
  ['a name in PATH', { cmd: ['good'], env: ['PATH=/usr/bin:/'] }, 'pass /good'],
  ['a path seen from the working directory', { cmd: ['./good'], workingDir: '/' }, 'pass /good'],
  ['the shell form, without a shell in the image', { entrypoint: ['/bin/sh', '-c', '/good --flag'] }, 'pass /good'],
  ['exec in the shell form', { cmd: ['/bin/sh', '-c', 'set -e; cd /tmp && exec /bad "$@"'] }, 'fail /bad'],
  ['two programs in the shell form', { cmd: ['/bin/sh', '-ec', '/good migrate && exec /bad'] }, 'fail /good /bad'],
  ['a variable of the image', { cmd: ['/bin/sh', '-c', 'exec $APP'], env: ['APP=/bad'] }, 'fail /bad'],
  ['positional arguments', { entrypoint: ['sh', '-c', 'exec "$@"', '--'], cmd: ['/bad'] }, 'fail /bad'],
  ['tini', { entrypoint: ['/tini', '--', '/good'] }, 'pass /good'],
  ['dumb-init with options', { entrypoint: ['dumb-init', '--rewrite', '15:3', '--', '/good'] }, 'pass /good'],
  ['su-exec', { entrypoint: ['su-exec', 'nobody:nobody', '/bad'] }, 'fail /bad'],
  ['env -S', { entrypoint: ['/usr/bin/env', '-S', '/bad x'] }, 'fail /bad'],
  ['env', { entrypoint: ['/usr/bin/env', 'A=b', 'good'], env: ['PATH=/'] }, 'pass /good'],
] as const) {
  test(`starts ${name}`, async () => {
    assert.is(await judged(two, more), expected);
  });
}

test('a script starts who knows what: every Go binary counts', async () => {
  const items = [...two, program('entrypoint.sh', '#!/bin/sh\nexec /good\n'), shell];
  assert.is(await judged(items, { entrypoint: ['/entrypoint.sh'] }), 'fail /good /bad');
  assert.is(await judged(items, { entrypoint: ['/bin/sh', '/entrypoint.sh'] }), 'fail /good /bad');
  assert.is(await judged(items, { entrypoint: ['/bin/sh', '-c', 'exec $UNKNOWN_TO_US/x'] }), 'fail /good /bad');
});

test('a link is followed to the binary', async () => {
  const items = [directory('opt'), program('opt/app-1.2', good), symlink('app', 'opt/app-1.2')];
  assert.is(await judged(items, { entrypoint: ['/app'] }), 'pass /opt/app-1.2');
});

test('--all judges every Go binary once', async () => {
  const items = [...two, symlink('usr/bin', '/'), { name: 'same', type: '1', linkname: 'good' }];
  assert.is(await judged(items, { entrypoint: ['/good'] }, true), 'fail /good /bad');
});

test('with --all an image that starts nothing is judged by its Go binaries', async () => {
  assert.is(await judged([program('good', good)], { entrypoint: [] }, true), 'pass /good');
  assert.is(await judged(two, { entrypoint: [] }, true), 'fail /good /bad');
  assert.is(
    (await judgeBytes(archived(dockerSave([image([], { entrypoint: [] })])), { all: true })).verdict,
    'unknown',
  );
});

test('a wrapper that is not known is tried with its arguments', async () => {
  const items = [...two, symlink('init', 'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2')];
  assert.is(await judged(items, { entrypoint: ['/init', '-v', '/bad'] }), 'fail /bad');
});

test('what is started and is not there is unknown, never a pass', async () => {
  for (const [entrypoint, words] of [
    [['/gone'], 'starts what is not there: /gone: no such file'],
    [['gone'], 'starts what is not there: gone: not in PATH'],
    [['/loop'], '/loop: more than 40 links'],
    [['/bin/sh', '-c', '/gone || /good'], '/gone: no such file'],
    [['/usr'], '/usr is a directory'],
    [['/plain'], '/plain is not executable'],
    [[], 'names no program to start'],
  ] as const) {
    const items = [...two, symlink('loop', '/loop'), file('plain', good)];
    const report = await judgeBytes(archived(dockerSave([image(items, { entrypoint })])));
    assert.ok(['unknown', 'fail'].includes(report.verdict), report.verdict);
    const message = report.findings.find(({ rule }) => rule === 'readable')?.message ?? '';
    assert.ok(message.includes(words), message);
  }
});

test('an image without a Go binary is not-go, and says what it starts', async () => {
  const library = symlink('app', 'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2');
  for (const [items, entrypoint, words] of [
    [
      [library],
      ['/app'],
      'app:latest (linux/amd64) starts /usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2, no Go binary',
    ],
    [
      [program('run.sh', '#!/bin/sh\n')],
      ['/run.sh'],
      'app:latest (linux/amd64): /run.sh is a script, and no Go binary is there',
    ],
  ] as const) {
    const report = await judgeBytes(archived(dockerSave([image(items, { entrypoint })])));
    assert.equal([report.verdict, report.reason, report.findings], ['not-go', words, []]);
  }
});

test('an image without a Go binary beside one with is not passed over', async () => {
  const other = image([program('run.sh', '#!/bin/sh\n')], {
    entrypoint: ['/run.sh'],
    tag: 'other:1',
    workingDir: '/x',
  });
  const report = await judgeBytes(archived(dockerSave([image([program('app', good)]), other])));
  assert.is(report.verdict, 'unknown');
  assert.equal(
    report.findings.filter(({ verdict }) => verdict === 'unknown').map(({ rule }) => rule),
    ['go-binary'],
  );
});

test('a started file that is no sound ELF file is unknown', async () => {
  for (const data of [good.subarray(0, 40), Buffer.concat([good.subarray(0, 5000)])]) {
    const report = await judgeBytes(archived(dockerSave([image([program('app', data)])])));
    assert.ok(['unknown', 'fail'].includes(report.verdict), report.verdict);
  }
  const empty = await judgeBytes(archived(dockerSave([image([file('app', '', 0o755)])])));
  assert.is(empty.verdict, 'not-go');
});

test.run();
