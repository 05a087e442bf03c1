// A made-up /proc: what cannot be had from real processes.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isSecureExecution } from '../../src/host/proc/auxv.ts';
import { hidingOption } from '../../src/host/proc/list.ts';
import { parseMaps } from '../../src/host/proc/maps.ts';
import { wrapperOf } from '../../src/host/proc/program.ts';
import { parseStat } from '../../src/host/proc/stat.ts';
import { hasSysPtrace, parseStatus } from '../../src/host/proc/status.ts';
import { ps, staticGo } from './running.ts';

interface World {
  root: string;
}

const test = suite<World>('a made-up /proc');

test.before.each(world => {
  world.root = mkdtempSync(join(tmpdir(), 'goshim-proc-'));
});
test.after.each(({ root }) => rmSync(root, { recursive: true }));

test('a stat line is cut at its last parenthesis', () => {
  const fields = 'S 7 1 1 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 5 0 4242 1 1';
  for (const comm of ['sh', 'a) S 1 (b', ') ', '\n)', '(', '']) {
    const stat = parseStat(Buffer.from(`12 (${comm}) ${fields}\n`));
    assert.equal(
      [stat?.pid, stat?.comm.toString(), stat?.state, stat?.ppid, stat?.startTicks],
      [12, comm, 'S', 7, 4242n],
    );
    assert.is(stat?.kernelThread, false);
  }
  assert.is(
    parseStat(Buffer.from('12 (kworker) I 2 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 9 0'))?.kernelThread,
    true,
  );
  for (const rubbish of ['', '12', '12 (x', '() S', 'x (y) z', '12 (x) S 1'])
    assert.is(parseStat(Buffer.from(rubbish)), null, rubbish);
});

test('masks are read as 64 bits', () => {
  const status = (mask: string) => parseStatus(`Name:\tx\nUid:\t1000\t0\t0\t0\nCapBnd:\t${mask}\nSeccomp:\t2\n`);
  assert.is(hasSysPtrace(status('00000000a80425fb').bounding ?? 0n), false, "Docker's default");
  assert.is(hasSysPtrace(status('000001ffffffffff').bounding ?? 0n), true);
  assert.is(hasSysPtrace(status('0000000000080000').bounding ?? 0n), true);
  assert.is(hasSysPtrace(status('fffffffffff7ffff').bounding ?? 0n), false);
  assert.is(status('zz').bounding, null);
  assert.equal([status('0').seccomp, status('0').realUid, status('0').effectiveUid], [2, 1000, 0]);
});

test('AT_SECURE in both word sizes', () => {
  const vector = (size: 4 | 8, ...words: number[]) => {
    const bytes = Buffer.alloc(words.length * size);
    words.forEach((word, index) =>
      size === 8 ? bytes.writeBigUInt64LE(BigInt(word), index * 8) : bytes.writeUInt32LE(word, index * 4),
    );
    return bytes;
  };
  for (const size of [4, 8] as const) {
    assert.is(isSecureExecution(vector(size, 33, 1, 23, 1, 0, 0), size), true);
    assert.is(isSecureExecution(vector(size, 33, 1, 23, 0, 0, 0), size), false);
    assert.is(isSecureExecution(vector(size, 33, 1, 0, 0, 23, 1), size), null);
    assert.is(isSecureExecution(Buffer.alloc(3), size), null);
  }
});

test('mappings: escapes undone, anonymous ones left out', () => {
  const maps = parseMaps(
    Buffer.from(
      '7f00-7f10 r-xp 00000000 fd:01 42       /a\\012b (deleted)\n7f20-7f30 rw-p 0 00:00 0  [heap]\n7f40-7f50 rw-p 0 00:00 0\n',
    ),
  );
  assert.equal(
    maps.map(({ range, inode, path }) => [range, inode, path.toString()]),
    [['7f00-7f10', '42', '/a\nb (deleted)']],
  );
});

test('who runs somebody else’s program', () => {
  for (const [exe, wrapper] of [
    ['/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', 'ld.so'],
    ['/lib/ld-2.31.so', 'ld.so'],
    ['/lib/ld-linux.so.2 (deleted)', 'ld.so'],
    ['/lib/ld64.so.1', 'ld.so'],
    ['/lib/ld-musl-x86_64.so.1', 'ld.so'],
    ['/usr/lib/x86_64-linux-musl/libc.so', 'ld.so'],
    ['/opt/dynatrace/oneagent/agent/lib64/oneagentdynamizer', 'dynamizer'],
    ['/usr/bin/qemu-aarch64-static', 'qemu-user'],
    ['/usr/bin/qemu-system-x86_64', null],
    ['/usr/bin/ld.bfd', null],
    ['/usr/bin/ld-linux-helper', null],
    ['/usr/bin/app', null],
  ] as const)
    assert.is(wrapperOf(Buffer.from(exe)), wrapper, exe);
});

test('hidepid is read from the mount options of /proc', ({ root }) => {
  const mount = (options: string) =>
    put(root, '/proc/self/mountinfo', `22 27 0:21 / /proc rw,relatime - proc proc ${options}\n`);
  mount('rw');
  assert.is(hidingOption(root), null);
  mount('rw,hidepid=invisible');
  assert.is(hidingOption(root), 'hidepid=invisible');
  mount('rw,hidepid=1');
  assert.is(hidingOption(root), null, 'level 1 hides nothing from the list');
});

test('no /proc at all, and an empty one: one line, exit 3', async ({ root }) => {
  const absent = await ps(['--format', 'text'], root);
  assert.equal([absent.code, absent.stdout], [3, '']);
  assert.match(absent.stderr, /^goshim: ps: \S+\/proc cannot be listed \(ENOENT\): there is nothing to judge\n$/);
  mkdirSync(join(root, 'proc'));
  const empty = await ps(['--format', 'text'], root);
  assert.is(empty.code, 3);
  assert.match(empty.stderr, /not mounted/);
});

test('no Go process: one line, exit 3', async ({ root }) => {
  fake(root, 10, { exe: '/bin/sh' });
  const { code, stderr } = await ps(['--format', 'text'], root);
  assert.is(code, 3);
  assert.match(stderr, /^goshim: ps: no Go process is running\n$/);
});

test('a list that hides processes says so', async ({ root }) => {
  put(root, '/proc/self/mountinfo', '22 27 0:21 / /proc rw - proc proc rw,hidepid=2\n');
  fake(root, 10, { exe: staticGo() });
  const { code, stderr } = await ps([], root);
  assert.is(code, 1);
  assert.match(stderr, /hidepid=2: processes of other users are not listed/);
});

test('kernel threads and zombies are none; what ended while it was read is unknown', async ({ root }) => {
  fake(root, 2, { flags: 0x208040 });
  fake(root, 3, { ppid: 2 });
  fake(root, 4, { state: 'Z' });
  fake(root, 5, {});
  mkdirSync(join(root, 'proc/6'));
  put(root, '/proc/7/stat', 'rubbish');
  const { code, processes } = await ps([], root);
  assert.equal(
    processes.map(({ pid, verdict, reason }) => [pid, verdict, reason]),
    [
      [5, 'unknown', 'ended while it was read (ENOENT)'],
      [6, 'unknown', 'ended while it was read (ENOENT)'],
      [7, 'unknown', 'its executable cannot be read (its stat cannot be parsed)'],
    ],
  );
  assert.is(code, 3);
});

test('a corrupt ELF file behind a process is unknown, in one line', async ({ root }) => {
  put(root, '/broken', Buffer.from('7f454c46020101', 'hex'));
  fake(root, 10, { exe: join(root, 'broken') });
  const { code, processes, stdout } = await ps(['--format', 'text'], root);
  assert.is(code, 3);
  assert.equal(processes, []);
  assert.match(stdout, /^ +10 {2}unknown {2}unknown .*broken \(.+\)$/m);
});

for (const [how, environ, cmdline] of [
  ['DT_DYNAMIZER_TARGET_EXE', 'A=b\0DT_DYNAMIZER_TARGET_EXE=/app\0', '/elsewhere\0'],
  ['its command line', 'A=b\0', '/app\0serve\0'],
  ['its memory map', '', ''],
] as const)
  test(`the dynamizer is shown as the Go program behind it, found by ${how}`, async ({ root }) => {
    const dynamizer = join(root, 'opt/dynatrace/oneagent/agent/lib64/oneagentdynamizer');
    put(root, '/opt/dynatrace/oneagent/agent/lib64/oneagentdynamizer', '');
    copyFileSync('/bin/sh', dynamizer);
    copyFileSync(staticGo(), join(root, 'app'));
    const { ino } = (await import('node:fs')).statSync(join(root, 'app'));
    fake(root, 10, { exe: dynamizer, environ, cmdline, maps: `1000-2000 r-xp 0 fd:01 ${ino}   /app\n` });
    symlinkSync(root, join(root, 'proc/10/root'));
    const { processes } = await ps(['--profile', 'oneagent-static'], root);
    const [entry] = processes;
    assert.equal([entry?.program, entry?.via, entry?.foundBy], ['/app', 'dynamizer', how]);
    assert.is(entry?.exe, dynamizer);
    const { stdout } = await ps(['--format', 'text'], root);
    assert.match(stdout, /the agent's dynamizer runs \/app, found by /);
  });

test('a dynamizer whose program cannot be found is unknown', async ({ root }) => {
  put(root, '/agent/oneagentdynamizer', '');
  copyFileSync('/bin/sh', join(root, 'agent/oneagentdynamizer'));
  fake(root, 10, { exe: join(root, 'agent/oneagentdynamizer'), maps: '' });
  const { code, processes } = await ps([], root);
  assert.is(code, 3);
  assert.match(processes[0]?.reason ?? '', /wrapped by the dynamizer; the Go program behind it was not found/);
});

test.run();

interface Fake {
  readonly exe?: string;
  readonly state?: string;
  readonly ppid?: number;
  readonly flags?: number;
  readonly environ?: string;
  readonly cmdline?: string;
  readonly maps?: string;
}

function fake(
  root: string,
  pid: number,
  { exe, state = 'S', ppid = 1, flags = 4194304, environ, cmdline, maps }: Fake,
): void {
  put(root, `/proc/${pid}/stat`, `${pid} (x) ${state} ${ppid} 1 1 0 -1 ${flags} 1 0 0 0 1 1 0 0 20 0 1 0 100 1 1\n`);
  if (exe !== undefined) symlinkSync(exe, join(root, 'proc', String(pid), 'exe'));
  for (const [name, text] of Object.entries({ environ, cmdline, maps }))
    if (text !== undefined) put(root, `/proc/${pid}/${name}`, text);
}

function put(root: string, path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
