// Each row of corrupt input has a diagnosis of its own, and costs neither time nor memory.
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { BinaryFacts, Opened } from '../../src/binary/facts.ts';
import { openBinary, openSource } from '../../src/binary/open.ts';
import { complaints, whyNot } from '../support/all-facts.ts';
import { builtBinary } from '../support/binaries.ts';
import { type ElfMap, type Field, mapElf, sectionOf, segmentOf, setField } from '../support/elf-map.ts';

const test = suite('corrupt input');
const [load, dynamic, interpreter] = [1, 2, 3];
const tebibyte = 2n ** 40n;

const original = readFileSync(builtBinary({ source: 'hello', args: ['-ldflags=all=-linkmode=external'] }));
const map = mapElf(original);
const { littleEndian } = map;
const memoryBefore = process.resourceUsage().maxRSS;

/** A copy of the binary, changed; the fields are little-endian 64-bit ones. */
function changed(
  change: (bytes: Buffer, set: (field: Field, value: bigint | number) => void, map: ElfMap) => void,
): Buffer {
  const bytes = Buffer.from(original);
  change(bytes, (field, value) => setField(bytes, field, littleEndian, value), map);
  return bytes;
}

function open(bytes: Buffer): Opened {
  return openSource({
    size: bytes.length,
    read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > bytes.length)
        throw new Error(`read past bounds: ${length} at ${offset}`);
      return bytes.subarray(offset, offset + length);
    },
  });
}

function facts(bytes: Buffer): BinaryFacts {
  const opened = open(bytes);
  if (opened.kind !== 'elf') throw new Error(complaints(opened));
  return opened.facts;
}

/** Asks everything within a second. */
function diagnosis(bytes: Buffer): string {
  const started = performance.now();
  const text = complaints(open(bytes));
  assert.ok(performance.now() - started < 1000, 'within a second');
  return text;
}

test('a file cut off anywhere says how many bytes are missing where', () => {
  const ends = [
    1,
    4,
    15,
    16,
    40,
    63,
    64,
    65,
    100,
    64 + map.segments.length * 56 - 1,
    1000,
    4096,
    original.length >> 1,
    original.length - 1,
  ];
  for (const end of ends)
    assert.match(
      diagnosis(original.subarray(0, end)),
      /truncated ELF: needs \d+ bytes at \d+ .*the file has \d+/,
      `cut at ${end}`,
    );
  assert.match(diagnosis(Buffer.alloc(0)), /an empty file; truncated ELF: needs 16 bytes at 0, the file has 0/);
});

for (const [field, values] of [
  ['class', [0, 3, 255]],
  ['data', [0, 3]],
  ['version', [0, 2]],
  ['programEntrySize', [0, 1, 55, 57]],
] as const) {
  test(`a malformed header names its field: ${field}`, () => {
    const name = { class: 'EI_CLASS', data: 'EI_DATA', version: 'EI_VERSION', programEntrySize: 'e_phentsize' }[field];
    for (const value of values) {
      const opened = open(changed((_, set) => set(map.fields[field], value)));
      assert.is(opened.kind, 'malformed');
      assert.match(complaints(opened), new RegExp(`malformed header: ${name} is ${value}`));
    }
  });
}

const badSections: Readonly<Record<string, Buffer>> = {
  'table past the end': changed((_, set) => set(map.fields.sectionOffset, original.length)),
  'table beyond 2^63': changed((_, set) => set(map.fields.sectionOffset, 2n ** 63n)),
  'count 0xffff': changed((_, set) => set(map.fields.sectionCount, 0xffff)),
  'count 0 with a huge first size': changed((_, set) => {
    set(map.fields.sectionCount, 0);
    const [first] = map.sections;
    if (first) set(first.fields.size, 2n ** 40n);
  }),
  'name index past the last section': changed((_, set) => set(map.fields.nameIndex, 0xfffe)),
  'name index of no string table': changed((_, set) => set(map.fields.nameIndex, 1)),
  'name index of another string table': changed((_, set) =>
    set(
      map.fields.nameIndex,
      map.sections.findIndex(({ name }) => name === '.dynstr'),
    ),
  ),
  'entry size 63': changed((_, set) => set(map.fields.sectionEntrySize, 63)),
  'a name past the names': changed((_, set) => set(sectionOf(map, '.symtab').fields.name, 0xffffff)),
};
for (const [name, bytes] of Object.entries(badSections)) {
  test(`section table unreadable: ${name}`, () => {
    assert.match(diagnosis(bytes), /section table unreadable/);
    const read = facts(bytes);
    assert.is(read.symbolTable().kind, 'unreadable');
    assert.not(read.symbols(['runtime.main']).ok);
    assert.equal(read.interpreter(), { ok: true, value: '/lib64/ld-linux-x86-64.so.2' });
    assert.equal(read.needed(), { ok: true, value: ['libc.so.6'] });
    assert.equal(read.isGo(), { ok: true, value: true });
  });
}

test('no section headers are no symbol table', () => {
  const bytes = changed((_, set) => {
    set(map.fields.sectionOffset, 0);
    set(map.fields.sectionCount, 0);
    set(map.fields.nameIndex, 0);
  });
  assert.is(facts(bytes).symbolTable().kind, 'no-sections');
});

test('a program header count of 0xffff stands in the first section header', () => {
  const [first] = map.sections;
  const elsewhere = (count: number) =>
    changed((_, set) => {
      set(map.fields.programCount, 0xffff);
      if (first) set(first.fields.info, count);
    });
  assert.equal(facts(elsewhere(map.segments.length)).needed(), { ok: true, value: ['libc.so.6'] });
  assert.match(diagnosis(elsewhere(0)), /malformed header: e_phnum is 0xffff and sh_info of section 0 is 0/);
  assert.match(diagnosis(elsewhere(0xffffffff)), /malformed header: e_phnum is 4294967295/);
});

test('program headers beyond 2^63 or past the end', () => {
  assert.match(diagnosis(changed((_, set) => set(map.fields.programOffset, 2n ** 63n))), /malformed header: e_phoff/);
  assert.match(
    diagnosis(changed((_, set) => set(map.fields.programOffset, original.length - 10))),
    /truncated ELF: .*program headers/,
  );
});

for (const [name, change] of [
  ['size 0', (set, fields) => set(fields.fileSize, 0)],
  ['size 1 TiB', (set, fields) => set(fields.fileSize, tebibyte)],
  ['size 1', (set, fields) => set(fields.fileSize, 1)],
  ['no NUL', (set, fields) => set(fields.fileSize, 10)],
  ['past the end', (set, fields) => set(fields.offset, original.length)],
] as readonly [
  string,
  (set: (field: Field, value: bigint | number) => void, fields: ReturnType<typeof segmentOf>['fields']) => void,
][]) {
  test(`invalid PT_INTERP: ${name}`, () => {
    const read = facts(changed((_, set) => change(set, segmentOf(map, interpreter).fields)));
    const reading = read.interpreter();
    assert.match(reading.ok ? '' : reading.why, /^invalid PT_INTERP: /);
    whyNot(read);
  });
}

for (const [name, change] of [
  ['past the end', (set, fields) => set(fields.offset, original.length - 16)],
  ['beyond 2^63', (set, fields) => set(fields.offset, 2n ** 63n)],
  ['1 TiB', (set, fields) => set(fields.fileSize, tebibyte)],
  ['no DT_NULL', (set, fields) => set(fields.fileSize, 32)],
  ['an address elsewhere', (set, fields) => set(fields.address, 0x400000)],
] as readonly [
  string,
  (set: (field: Field, value: bigint | number) => void, fields: ReturnType<typeof segmentOf>['fields']) => void,
][]) {
  test(`invalid PT_DYNAMIC: ${name}`, () => {
    const read = facts(changed((_, set) => change(set, segmentOf(map, dynamic).fields)));
    const reading = read.needed();
    assert.match(reading.ok ? '' : reading.why, /^invalid PT_DYNAMIC: /);
    assert.not(read.dynamicSymbols().ok);
    assert.not(read.isPie().ok);
    whyNot(read);
  });
}

test('sections of 4 GiB and more, and overlapping ones, are never allocated', () => {
  for (const name of ['.symtab', '.strtab', '.gopclntab', '.go.buildinfo', '.dynsym', '.dynstr'])
    for (const size of [2n ** 32n, tebibyte, 2n ** 63n, 2n ** 64n - 1n])
      assert.match(
        diagnosis(changed((_, set) => set(sectionOf(map, name).fields.size, size))),
        /truncated ELF|unusable|no multiple/,
        `${name} ${size}`,
      );
  const overlapping = changed((_, set) => {
    for (const section of map.sections) set(section.fields.offset, 64);
  });
  diagnosis(overlapping);
  assert.not(facts(overlapping).symbolTable().kind === 'present' && facts(overlapping).symbols(['runtime.main']).ok);
});

const symbols = sectionOf(map, '.symtab');
const names = sectionOf(map, '.strtab');
for (const [name, bytes, why] of [
  ['linked to itself', changed((_, set) => set(symbols.fields.link, map.sections.indexOf(symbols))), /itself/],
  ['linked past the end', changed((_, set) => set(symbols.fields.link, 0xffff)), /past the last section/],
  [
    'linked to code',
    changed((_, set) =>
      set(
        symbols.fields.link,
        map.sections.findIndex(({ name }) => name === '.text'),
      ),
    ),
    /no string table/,
  ],
  ['entry size 0', changed((_, set) => set(symbols.fields.entrySize, 0)), /sh_entsize is 0/],
  ['NOBITS', changed((_, set) => set(symbols.fields.type, 8)), /NOBITS/],
  ['names NOBITS', changed((_, set) => set(names.fields.type, 8)), /NOBITS/],
  ['compressed', changed((_, set) => set(symbols.fields.flags, 0x800)), /compressed/],
  ['names compressed', changed((_, set) => set(names.fields.flags, 0x800)), /compressed/],
  ['a size between two entries', changed((_, set) => set(symbols.fields.size, symbols.size - 1)), /no multiple/],
  ['empty', changed((_, set) => set(symbols.fields.size, 0)), /empty/],
] as const) {
  test(`symbol table present but unusable: ${name}`, () => {
    const read = facts(bytes);
    const state = read.symbolTable();
    assert.is(state.kind, 'unusable');
    assert.match('why' in state ? state.why : '', why);
    assert.not(read.symbols(['runtime.main']).ok);
    assert.not(read.entrySymbol().ok);
  });
}

test('a symbol whose name lies outside of the names makes the table unreadable', () => {
  const bytes = changed(copy => copy.writeUInt32LE(0xfffffff0, symbols.offset + 24 * 5));
  assert.match(diagnosis(bytes), /a name at 4294967280 lies outside the string table/);
  assert.not(facts(bytes).symbols(['runtime.main']).ok);
});

test('tables beyond 4 GiB in a sparse file are read', () => {
  withDirectory(directory => {
    const path = join(directory, 'sparse');
    const far = 5 * 2 ** 30;
    const parts = [
      { part: symbols, field: symbols.fields.offset, at: far },
      { part: names, field: names.fields.offset, at: far + 2 ** 28 },
    ];
    const table = { offset: map.sections[0]?.header.offset ?? 0, size: map.sections.length * 64 };
    const bytes = changed((_, set) => {
      for (const { field, at } of parts) set(field, at);
      set(map.fields.sectionOffset, far + 2 ** 30);
    });
    writeFileSync(path, bytes);
    const fd = openSync(path, 'r+');
    for (const { part, at } of parts) writeSync(fd, original, part.offset, part.size, at);
    writeSync(fd, bytes, table.offset, table.size, far + 2 ** 30);
    closeSync(fd);
    const started = performance.now();
    const opened = openBinary(path);
    assert.ok(opened.kind === 'elf');
    assert.equal(whyNot(opened.facts), []);
    assert.equal(opened.facts.symbols(['runtime.main', 'nope']), { ok: true, value: new Set(['runtime.main']) });
    assert.equal(opened.facts.entrySymbol(), { ok: true, value: '_start' });
    assert.ok(opened.facts.sections().ok);
    assert.ok(performance.now() - started < 1000);
    opened.close();
  });
});

const info = original.indexOf('\xff Go buildinf:', 0, 'latin1');
for (const [name, bytes, why] of [
  ['a huge length', changed(copy => copy.fill(0xff, info + 32, info + 42)), /a length without an end/],
  [
    'a length past the end',
    changed(copy => copy.write('\xff\xff\xff\xff\x0f', info + 32, 'latin1')),
    /a string of 4294967295 bytes/,
  ],
  ['a length of 0', changed(copy => copy.fill(0, info + 32, info + 33)), /no version/],
  [
    'pointers of an odd size',
    changed(copy => copy.fill(3, info + 14, info + 15).fill(0, info + 15, info + 16)),
    /pointer size is 3/,
  ],
  [
    'pointers out of the file',
    changed(copy =>
      copy
        .fill(8, info + 14, info + 15)
        .fill(0, info + 15, info + 16)
        .fill(0x7f, info + 16, info + 32),
    ),
    /no segment|out of the file/,
  ],
  ['no magic', changed(copy => copy.fill(0, info, info + 14)), /does not hold the magic/],
] as const) {
  test(`build info corrupt is not "not Go": ${name}`, () => {
    const read = facts(bytes);
    const reading = read.buildInfo();
    assert.match(reading.ok ? JSON.stringify(reading.value) : reading.why, why);
    assert.match(reading.ok ? '' : reading.why, /^build info corrupt: /);
    assert.equal(read.isGo(), { ok: true, value: true });
  });
}

test('a load segment past the end is a truncated file', () => {
  const bytes = changed((_, set) => set(segmentOf(map, load).fields.fileSize, tebibyte));
  const appended = facts(bytes).appendedBytes();
  assert.match(appended.ok ? '' : appended.why, /truncated ELF/);
});

test('a file that changes while it is read is noticed', () => {
  withDirectory(directory => {
    for (const change of [
      (path: string) => truncateSync(path, 100_000),
      (path: string) => utimesSync(path, new Date(), new Date(Date.now() + 5000)),
      (path: string) => writeFileSync(path, 'x', { flag: 'a' }),
    ]) {
      const path = join(directory, 'app');
      writeFileSync(path, original);
      const opened = openBinary(path);
      assert.ok(opened.kind === 'elf');
      assert.is(opened.facts.symbolTable().kind, 'present');
      assert.is(opened.changed(), false);
      change(path);
      assert.equal(opened.facts.symbols(['runtime.main']), { ok: false, why: 'the file changed while it was read' });
      assert.is(opened.changed(), true);
      opened.close();
    }
  });
});

test('all of this took less than 100 MB', () => {
  const used = (process.resourceUsage().maxRSS - memoryBefore) / 1024;
  assert.ok(used < 100, `${used.toFixed()} MB`);
});

test.run();

function withDirectory(use: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-corrupt-'));
  try {
    use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
