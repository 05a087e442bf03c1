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
  /** Offset and size again, exact beyond 2^53. */
  exact(): { readonly offset: bigint; readonly size: bigint };
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

/** Where a header's fields stand, in 32-bit words of the file's order (gABI chapter 4); wide ones take two. */
const narrowAt = { flags: 2, address: 3, offset: 4, size: 5, link: 6, entrySize: 9 } as const;
const wideAt = { flags: 2, address: 4, offset: 6, size: 8, link: 10, entrySize: 14 } as const;

function readSection({ wide, littleEndian }: Bytes, table: Uint32Array, start: number) {
  const at = wide ? wideAt : narrowAt;
  const low = (field: number): number => table[start + field + (wide && !littleEndian ? 1 : 0)] ?? 0;
  const high = (field: number): number => (wide ? (table[start + field + (littleEndian ? 1 : 0)] ?? 0) : 0);
  const exact = (field: number): bigint => (BigInt(high(field)) << 32n) + BigInt(low(field));
  return {
    name: '',
    nameOffset: table[start] ?? 0,
    type: table[start + 1] ?? 0,
    flags: low(at.flags),
    address: high(at.address) * 2 ** 32 + low(at.address),
    offset: high(at.offset) * 2 ** 32 + low(at.offset),
    size: high(at.size) * 2 ** 32 + low(at.size),
    link: table[start + at.link] ?? 0,
    entrySize: high(at.entrySize) * 2 ** 32 + low(at.entrySize),
    exact: () => ({ offset: exact(at.offset), size: exact(at.size) }),
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
