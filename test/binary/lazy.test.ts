// Only what is asked for is read: the size of a file is no matter.
import { chmodSync, copyFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BinaryFacts } from '../../src/binary/facts.ts';
import { openSource } from '../../src/binary/open.ts';
import { openFile } from '../../src/binary/source.ts';
import { builtBinary } from '../support/binaries.ts';
import { kinds } from './kinds.ts';

const headers = (facts: BinaryFacts) => [
  facts.interpreter(),
  facts.needed(),
  facts.versionNeeds(),
  facts.isPie(),
  facts.buildInfo(),
];

test('headers, dynamic table and build info are a few reads of less than 32 KB', () => {
  const { reads, bytes } = counted(builtBinary(kinds['external, glibc']), headers);
  assert.ok(reads <= 12, `${reads} reads`);
  assert.ok(bytes <= 32 * 1024, `${bytes} bytes`);
});

test('looking symbols up reads their tables once, however often', () => {
  const path = builtBinary(kinds['external, glibc']);
  const look = (times: number) =>
    counted(path, facts => {
      for (let index = 0; index < times; index++) facts.definedSymbols(['runtime.main', `nope${index}`]);
      facts.entrySymbol();
    }).bytes;
  assert.is(look(9), look(1));
});

test('157 MB of padding change nothing but its note', () => {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-lazy-'));
  try {
    const original = builtBinary(kinds['external, glibc']);
    const padded = join(directory, 'padded');
    copyFileSync(original, padded);
    chmodSync(padded, 0o644);
    truncateSync(padded, statSync(original).size + 157 * 2 ** 20);
    assert.equal(counted(padded, headers), counted(original, headers));
    counted(padded, facts => assert.equal(facts.appendedBytes(), { ok: true, value: 157 * 2 ** 20 }));
  } finally {
    rmSync(directory, { recursive: true });
  }
});

function counted(path: string, use: (facts: BinaryFacts) => unknown): { reads: number; bytes: number } {
  const file = openFile(path);
  if ('code' in file) throw new Error(file.why);
  let reads = 0;
  let bytes = 0;
  try {
    const opened = openSource({
      size: file.size,
      read(offset, length) {
        reads++;
        bytes += length;
        return file.read(offset, length);
      },
    });
    if (opened.kind !== 'elf') throw new Error(opened.kind);
    use(opened.facts);
  } finally {
    file.close();
  }
  return { reads, bytes };
}

test.run();
