import type { Bytes } from './bytes.ts';
import type { Header } from './header.ts';
import { Unreadable } from './reading.ts';

/** A section header with its name. Numbers are file offsets, addresses and sizes in bytes. */
export interface SectionHeader {
  readonly name: string;
  readonly type: number;
  /** The lower 32 bits, which hold all that are looked at. */
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entrySize: number;
}

export const sectionType = { null: 0, progbits: 1, symbols: 2, strings: 3, nobits: 8, dynamicSymbols: 11 } as const;
export const sectionFlag = { allocated: 2, execute: 4, compressed: 0x800 } as const;

/** More sections than this are not read; a Go program has about 40. */
const mostSections = 1 << 16;
const mostNameBytes = 1 << 22;
const nameIndexElsewhere = 0xffff;

/** null: the file has no section headers at all. Throws Unreadable when it has some that cannot be read. */
export function readSections(bytes: Bytes, header: Header): readonly SectionHeader[] | null {
  try {
    return read(bytes, header);
  } catch (error) {
    if (error instanceof Unreadable) throw new Unreadable(`section table unreadable: ${error.message}`);
    throw error;
  }
}

function read(bytes: Bytes, { sectionHeaders }: Header): readonly SectionHeader[] | null {
  const { offset, entrySize } = sectionHeaders;
  if (offset === 0) return null;
  const size = bytes.wide ? 64 : 40;
  if (sectionHeaders.count > 0 && entrySize !== size)
    throw new Unreadable(`malformed header: e_shentsize is ${entrySize} (${size} expected)`);
  const first =
    sectionHeaders.count === 0 ? readSection(bytes, bytes.words(offset, size, 'section header 0'), 0) : null;
  const count = first?.size ?? sectionHeaders.count;
  if (count === 0) return null;
  bytes.check(offset, count * size, `${count} section headers`);
  if (count > mostSections) throw new Unreadable(`${count} sections`);
  const table = bytes.words(offset, count * size, 'section headers');
  const raw = Array.from({ length: count }, (_, index) => readSection(bytes, table, (index * size) / 4));
  const nameIndex = sectionHeaders.nameIndex === nameIndexElsewhere ? raw[0]?.link : sectionHeaders.nameIndex;
  const names = readNames(bytes, raw[nameIndex ?? 0], nameIndex ?? 0);
  // Any other string table would give every section a wrong name. LLVM's object files have one table for both.
  const own = nameAt(names, raw[nameIndex ?? 0]?.nameOffset ?? 0);
  if (own !== '.shstrtab' && own !== '.strtab')
    throw new Unreadable(`e_shstrndx is ${nameIndex}, which is not .shstrtab`);
  let budget = 4 * names.length + 65_536;
  for (const section of raw) {
    section.name = nameAt(names, section.nameOffset);
    budget -= section.name.length;
    if (budget < 0) throw new Unreadable('section names overlap');
  }
  return raw;
}

/** Offset and size of a section again, exact beyond 2^53. */
export function exactPlace(
  bytes: Bytes,
  { sectionHeaders }: Header,
  index: number,
): { readonly offset: bigint; readonly size: bigint } {
  const row = bytes.range(
    sectionHeaders.offset + index * (bytes.wide ? 64 : 40),
    bytes.wide ? 40 : 24,
    'section header',
  );
  const [offset, size] = bytes.wide ? [24, 32] : [16, 20];
  return { offset: bytes.exactWord(row, offset), size: bytes.exactWord(row, size) };
}

/** Where a header's fields stand, in 32-bit words of the file's order (gABI chapter 4); wide ones take two. */
const narrowAt = { address: 3, offset: 4, size: 5, link: 6, entrySize: 9 } as const;
const wideAt = { address: 4, offset: 6, size: 8, link: 10, entrySize: 14 } as const;

function readSection(bytes: Bytes, table: Uint32Array, start: number) {
  const at = bytes.wide ? wideAt : narrowAt;
  return {
    name: '',
    nameOffset: table[start] ?? 0,
    type: table[start + 1] ?? 0,
    flags: table[start + (bytes.wide && !bytes.littleEndian ? 3 : 2)] ?? 0,
    address: bytes.wordAt(table, start + at.address),
    offset: bytes.wordAt(table, start + at.offset),
    size: bytes.wordAt(table, start + at.size),
    link: table[start + at.link] ?? 0,
    entrySize: bytes.wordAt(table, start + at.entrySize),
  };
}

function readNames(bytes: Bytes, section: ReturnType<typeof readSection> | undefined, index: number): Buffer {
  if (section === undefined) throw new Unreadable(`e_shstrndx is ${index}, past the last section`);
  if (section.type !== sectionType.strings) throw new Unreadable(`e_shstrndx is ${index}, which is no string table`);
  if (section.size > mostNameBytes) throw new Unreadable(`section names of ${section.size} bytes`);
  return bytes.range(section.offset, section.size, 'section names');
}

function nameAt(names: Buffer, offset: number): string {
  const end = offset < names.length ? names.indexOf(0, offset) : -1;
  if (end < 0) throw new Unreadable(`a section's name at ${offset} lies outside the ${names.length} bytes of names`);
  return names.toString('utf8', offset, end);
}
