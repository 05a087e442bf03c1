import type { Bytes } from './bytes.ts';
import type { Header } from './header.ts';
import { Unreadable } from './reading.ts';

/** A program header. Numbers are file offsets, addresses and sizes in bytes. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

export const segmentType = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const;
export const segmentFlag = { execute: 1, write: 2, read: 4 } as const;

/** `e_phnum` when the true count stands in the first section header (include/uapi/linux/elf.h). */
const countElsewhere = 0xffff;
/** Linux loads no more program headers than this (fs/binfmt_elf.c, load_elf_phdrs). */
const mostBytes = 65_536;

export function readSegments(bytes: Bytes, header: Header): readonly Segment[] {
  const entrySize = bytes.wide ? 56 : 32;
  const { offset } = header.programHeaders;
  const count =
    header.programHeaders.count === countElsewhere ? extendedCount(bytes, header) : header.programHeaders.count;
  if (count === 0) return [];
  if (count * entrySize > mostBytes)
    throw new Unreadable(`malformed header: e_phnum is ${count}, more than Linux loads`);
  if (offset > Number.MAX_SAFE_INTEGER) throw new Unreadable('malformed header: e_phoff lies beyond 2^53');
  const table = bytes.words(offset, count * entrySize, 'program headers');
  return Array.from({ length: count }, (_, index) => readSegment(bytes, table, (index * entrySize) / 4));
}

/** Where a header's fields stand, in 32-bit words (gABI chapter 5); wide ones take two. */
const narrowAt = { flags: 6, offset: 1, address: 2, fileSize: 4, memorySize: 5 } as const;
const wideAt = { flags: 1, offset: 2, address: 4, fileSize: 8, memorySize: 10 } as const;

function readSegment(bytes: Bytes, table: Uint32Array, start: number): Segment {
  const at = bytes.wide ? wideAt : narrowAt;
  return {
    type: table[start] ?? 0,
    flags: table[start + at.flags] ?? 0,
    offset: bytes.wordAt(table, start + at.offset),
    address: bytes.wordAt(table, start + at.address),
    fileSize: bytes.wordAt(table, start + at.fileSize),
    memorySize: bytes.wordAt(table, start + at.memorySize),
  };
}

function extendedCount(bytes: Bytes, header: Header): number {
  const at = header.sectionHeaders.offset;
  const size = bytes.wide ? 64 : 40;
  if (at === 0)
    throw new Unreadable('malformed header: e_phnum is 0xffff and there is no section header to hold the count');
  const count = bytes.u32(bytes.range(at, size, 'section header 0, which holds e_phnum'), bytes.wide ? 44 : 28);
  if (count === 0) throw new Unreadable('malformed header: e_phnum is 0xffff and sh_info of section 0 is 0');
  return count;
}

/** Where an address lies in the file, and how many bytes follow it there; null when no PT_LOAD brings it. */
export function locate(segments: readonly Segment[], address: number): { offset: number; length: number } | null {
  let place: { offset: number; length: number } | null = null;
  for (const { type, address: start, offset, fileSize } of segments) {
    if (type !== segmentType.load || start > address || address - start >= fileSize) continue;
    const at = offset + (address - start);
    // What the loader would map there depends on the order; no linker makes such a file.
    if (place !== null && place.offset !== at) throw new Unreadable('overlapping PT_LOAD segments');
    place ??= { offset: at, length: fileSize - (address - start) };
  }
  return place;
}

/** `length` bytes at an address. Throws Unreadable, naming `what`. */
export function atAddress(
  bytes: Bytes,
  segments: readonly Segment[],
  address: number,
  length: number,
  what: string,
): Buffer {
  const place = locate(segments, address);
  if (place === null || place.length < length)
    throw new Unreadable(`${what}: its address is in no segment of the file`);
  return bytes.range(place.offset, length, what);
}

/** PT_INTERP as Linux reads it: by file offset, 2 to 4096 bytes with a NUL at the end. */
export function readInterpreter(bytes: Bytes, segments: readonly Segment[]): string | null {
  const segment = segments.find(({ type }) => type === segmentType.interpreter);
  if (segment === undefined) return null;
  const { offset, fileSize } = segment;
  const invalid = (why: string): Unreadable => new Unreadable(`invalid PT_INTERP: ${why}`);
  if (fileSize < 2 || fileSize > 4096) throw invalid(`its size is ${fileSize} (2 to 4096 expected)`);
  if (offset > bytes.size - fileSize) throw invalid(`it ends past the file (${bytes.size} bytes)`);
  const text = bytes.range(offset, fileSize, 'PT_INTERP');
  const end = text.indexOf(0);
  if (end < 0 || text[fileSize - 1] !== 0) throw invalid('its text has no NUL at the end');
  if (end === 0) throw invalid('its text is empty');
  if (text.subarray(end).some(byte => byte !== 0)) throw invalid('its text goes on behind a NUL');
  return text.toString('utf8', 0, end);
}
