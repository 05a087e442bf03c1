import type { Bytes } from './bytes.ts';
import type { Header } from './header.ts';
import { Unreadable } from './reading.ts';

/** A section header with its name. Numbers are file offsets, addresses and sizes in bytes. */
export interface SectionHeader {
  readonly name: string;
  readonly type: number;
  readonly flags: bigint;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entrySize: number;
  /** Offset and size again, exact beyond 2^53. */
  readonly exact: { readonly offset: bigint; readonly size: bigint };
}

export const sectionType = { null: 0, progbits: 1, symbols: 2, strings: 3, nobits: 8, dynamicSymbols: 11 } as const;
export const sectionFlag = { allocated: 2n, execute: 4n, compressed: 0x800n } as const;

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
    sectionHeaders.count === 0 ? readSection(bytes, bytes.range(offset, size, 'section header 0'), 0) : null;
  const count = first?.size ?? sectionHeaders.count;
  if (count === 0) return null;
  bytes.check(offset, count * size, `${count} section headers`);
  if (count > mostSections) throw new Unreadable(`${count} sections`);
  const table = bytes.range(offset, count * size, 'section headers');
  const raw = Array.from({ length: count }, (_, index) => readSection(bytes, table, index * size));
  const nameIndex = sectionHeaders.nameIndex === nameIndexElsewhere ? raw[0]?.link : sectionHeaders.nameIndex;
  const names = readNames(bytes, raw[nameIndex ?? 0], nameIndex ?? 0);
  // Any other string table would give every section a wrong name. LLVM's object files have one table for both.
  const own = nameAt(names, raw[nameIndex ?? 0]?.nameOffset ?? 0);
  if (own !== '.shstrtab' && own !== '.strtab')
    throw new Unreadable(`e_shstrndx is ${nameIndex}, which is not .shstrtab`);
  let budget = 4 * names.length + 65_536;
  return raw.map(section => {
    const name = nameAt(names, section.nameOffset);
    budget -= name.length;
    if (budget < 0) throw new Unreadable('section names overlap');
    return { ...section, name };
  });
}

function readSection(bytes: Bytes, table: Buffer, at: number) {
  // In words: (name, type), flags, address, offset, size, (link, info), align, entsize; 32-bit has one word for each.
  const word = (narrow: number, wide: number): number => at + (bytes.wide ? wide : narrow);
  return {
    nameOffset: bytes.u32(table, at),
    type: bytes.u32(table, at + 4),
    flags: bytes.exactWord(table, word(8, 8)),
    address: bytes.word(table, word(12, 16)),
    offset: bytes.word(table, word(16, 24)),
    size: bytes.word(table, word(20, 32)),
    link: bytes.u32(table, word(24, 40)),
    entrySize: bytes.word(table, word(36, 56)),
    exact: { offset: bytes.exactWord(table, word(16, 24)), size: bytes.exactWord(table, word(20, 32)) },
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
