import { Bytes, headSize } from './bytes.ts';
import { goarchOf } from './machine.ts';
import { Unreadable } from './reading.ts';
import type { RangeSource } from './source.ts';

/** The ELF header, checked; offsets and counts are still claims about the rest of the file. */
export interface Header {
  readonly goarch: string;
  readonly type: 'exec' | 'dyn' | 'rel' | 'core' | 'other';
  readonly entry: bigint;
  readonly headerSize: number;
  readonly programHeaders: { readonly offset: number; readonly count: number };
  readonly sectionHeaders: {
    readonly offset: number;
    readonly count: number;
    readonly entrySize: number;
    readonly nameIndex: number;
  };
}

/** What readHeader begins with; all of a file that is smaller. */
export function readHead(source: RangeSource): Buffer {
  return source.read(0, Math.min(headSize, source.size));
}

/** Throws Unreadable, naming the field or the bytes that are missing. Source: elf(5), include/uapi/linux/elf.h. */
export function readHeader(source: RangeSource, head = readHead(source)): { bytes: Bytes; header: Header } {
  if (source.size < 16) throw new Unreadable(missing(16, source.size));
  const elfClass = oneOf(head[4], [1, 2], 'EI_CLASS');
  const data = oneOf(head[5], [1, 2], 'EI_DATA');
  oneOf(head[6], [1], 'EI_VERSION');
  const wide = elfClass === 2;
  const bytes = new Bytes(source, head, { littleEndian: data === 1, wide });
  const headerSize = wide ? 64 : 52;
  if (source.size < headerSize) throw new Unreadable(missing(headerSize, source.size));
  const raw = bytes.range(0, headerSize, 'ELF header');
  oneOf(bytes.u32(raw, 20), [1], 'e_version');
  const tail = wide ? 52 : 40;
  const u16 = (index: number): number => bytes.u16(raw, tail + 2 * index);
  const header: Header = {
    goarch: goarchOf(bytes.u16(raw, 18), wide, data === 1),
    type: types[bytes.u16(raw, 16)] ?? 'other',
    entry: bytes.exactWord(raw, 24),
    headerSize,
    programHeaders: { offset: bytes.word(raw, wide ? 32 : 28), count: u16(2) },
    sectionHeaders: {
      offset: bytes.word(raw, wide ? 40 : 32),
      entrySize: u16(3),
      count: u16(4),
      nameIndex: u16(5),
    },
  };
  if (header.programHeaders.count > 0) oneOf(u16(1), [wide ? 56 : 32], 'e_phentsize');
  return { bytes, header };
}

const types: Readonly<Record<number, Header['type']>> = { 1: 'rel', 2: 'exec', 3: 'dyn', 4: 'core' };

function oneOf(value: number | undefined, allowed: readonly number[], field: string): number {
  if (value !== undefined && allowed.includes(value)) return value;
  throw new Unreadable(`malformed header: ${field} is ${value} (${allowed.join(' or ')} expected)`);
}

function missing(needed: number, has: number): string {
  return `truncated ELF: needs ${needed} bytes at 0 (ELF header), the file has ${has}`;
}
