// Binaries over 64 MiB, of which only ranges are held while they pass by.

import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FileReport } from '../../../src/rules/finding.ts';
import { program, tar } from '../../support/tar.ts';
import { complaints, debian, good, inDirectory, judgeBytes, judgePath, write } from './subject.ts';

const MiB = 2 ** 20;

/** The binary with its tables (symbols, names, section headers) moved apart: `gap` bytes before them, `end` before the headers. */
function stretched(binary: Buffer, gap: number, end: number): Buffer {
  const table = Number(binary.readBigUInt64LE(40));
  const count = binary.readUInt16LE(60);
  const headers = Buffer.from(binary.subarray(table, table + 64 * count));
  const rows = Array.from({ length: count }, (_, index) => headers.subarray(64 * index, 64 * index + 64));
  const isLoaded = (row: Buffer): boolean => (row.readUInt32LE(8) & 2) !== 0;
  const offset = (row: Buffer): number => Number(row.readBigUInt64LE(24));
  const first = Math.min(...rows.filter(row => !isLoaded(row) && offset(row) > 0).map(offset));
  for (const row of rows) if (offset(row) >= first) row.writeBigUInt64LE(BigInt(offset(row) + gap), 24);
  const whole = Buffer.concat([
    binary.subarray(0, first),
    Buffer.alloc(gap),
    binary.subarray(first),
    Buffer.alloc(end),
    headers,
  ]);
  whole.writeBigUInt64LE(BigInt(whole.length - headers.length), 40);
  return whole;
}

const small = tar([...debian, program('app', good)]);
const large = tar([...debian, program('app', stretched(good, MiB, 70 * MiB))]);
const scattered = tar([...debian, program('app', stretched(good, 20 * MiB, 70 * MiB))]);

/** Every finding but the size of the file. */
function said(report: FileReport): readonly string[] {
  return report.findings.filter(({ rule }) => rule !== 'whole-file').map(finding => JSON.stringify(finding));
}

test('a large binary is judged as a small one, from a file and through a pipe', async () => {
  const expected = said(await judgeBytes(small));
  assert.ok(expected.length > 10 && expected.every(each => each.includes('"pass"')));
  assert.equal(said(await judgeBytes(large)), expected);
  await inDirectory(async path => {
    assert.equal(said(await judgePath(write(path, 'root.tar', large))), expected);
  });
});

test('tables that had passed by are read in a second pass; a pipe has none, which is unknown', async () => {
  await inDirectory(async path => {
    for (const bytes of [scattered, gzipSync(scattered, { level: 1 })])
      assert.equal(complaints(await judgePath(write(path, 'root.tar', bytes))), []);
  });
  const piped = await judgeBytes(scattered);
  assert.equal(complaints(piped), ['unknown readable linux/unknown!/app']);
  assert.match(piped.findings[0]?.message ?? '', /^\/app: \d+ MiB, more than is held.*give the archive as a file$/);
});

test.run();
