import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openBinary } from '../../src/binary/open.ts';

const test = suite<{ directory: string }>('paths');
test.before(context => {
  context.directory = mkdtempSync(join(tmpdir(), 'goshim-paths-'));
});
test.after(context => rmSync(context.directory, { recursive: true }));

test('a FIFO is not opened, and nobody waits', ({ directory }) => {
  const path = join(directory, 'fifo');
  spawnSync('mkfifo', [path]);
  assert.equal(openBinary(path), { kind: 'unreadable', code: 'ENOTREG', why: 'not a regular file (a FIFO)' });
});

test('a device is not opened', () => {
  assert.equal(openBinary('/dev/zero'), { kind: 'unreadable', code: 'ENOTREG', why: 'not a regular file (a device)' });
});

test('a socket is not opened', async ({ directory }) => {
  const path = join(directory, 'socket');
  const server = createServer();
  await new Promise<void>(resolve => server.listen(path, resolve));
  try {
    assert.equal(openBinary(path), { kind: 'unreadable', code: 'ENOTREG', why: 'not a regular file (a socket)' });
  } finally {
    server.close();
  }
});

test('each errno keeps its name', ({ directory }) => {
  const loop = join(directory, 'loop');
  symlinkSync(loop, loop);
  const file = join(directory, 'file');
  writeFileSync(file, 'text');
  for (const [path, code] of [
    [directory, 'EISDIR'],
    [loop, 'ELOOP'],
    [join(directory, 'missing'), 'ENOENT'],
    [join(file, 'below'), 'ENOTDIR'],
    [join(directory, 'x'.repeat(300)), 'ENAMETOOLONG'],
  ] as const) {
    const opened = openBinary(path);
    assert.is(opened.kind === 'unreadable' && opened.code, code, path);
  }
});

(process.getuid?.() === 0 ? test.skip : test)('a file that may not be read', ({ directory }) => {
  const path = join(directory, 'secret');
  writeFileSync(path, 'text');
  chmodSync(path, 0);
  const opened = openBinary(path);
  assert.is(opened.kind === 'unreadable' && opened.code, 'EACCES');
});

test('a path that is no UTF-8 is opened as it is', ({ directory }) => {
  const path = Buffer.concat([Buffer.from(join(directory, 'a')), Buffer.from([0xff, 0xfe])]);
  writeFileSync(path, '#!/bin/sh\n');
  assert.equal(openBinary(path), { kind: 'not-elf', looksLike: 'script' });
});

test('what is no ELF file says what it looks like', ({ directory }) => {
  mkdirSync(join(directory, 'kinds'));
  for (const [bytes, looksLike] of [
    ['cffaedfe07000001', 'Mach-O'],
    ['feedface00000000', 'Mach-O'],
    ['cafebabe00000002', 'fat Mach-O'],
    ['cafebabe00000041', 'Java class'],
    ['4d5a900003000000', 'PE'],
    ['213c617263683e0a', 'ar archive'],
    ['0061736d01000000', 'WebAssembly'],
    ['1f8b080000000000', 'gzip'],
    ['7f454c', 'malformed'],
    ['00010203', 'data'],
    ['68656c6c6f0a', 'text'],
  ] as const) {
    const path = join(directory, 'kinds', bytes);
    writeFileSync(path, Buffer.from(bytes, 'hex'));
    const opened = openBinary(path);
    assert.is(opened.kind === 'not-elf' ? opened.looksLike : opened.kind, looksLike, bytes);
  }
});

test.run();
