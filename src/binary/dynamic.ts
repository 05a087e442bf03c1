import type { Bytes } from './bytes.ts';
import { Unreadable } from './reading.ts';
import { atAddress, locate, type Segment, segmentType } from './segments.ts';

/** The dynamic table of a program or library, read as the dynamic linker does: through program headers. */
export interface Dynamic {
  /** Value of a tag, or undefined. Of several the last one counts, as it does for the dynamic linkers of glibc and musl. */
  get(tag: number): number | undefined;
  all(tag: number): readonly number[];
  /** A string of DT_STRTAB. */
  string(offset: number, what: string): string;
}

/** Source: elf(5), gABI chapter 5. */
export const tag = {
  null: 0,
  needed: 1,
  hash: 4,
  strings: 5,
  symbols: 6,
  stringsSize: 10,
  symbolSize: 11,
  soname: 14,
  rela: 7,
  relaSize: 8,
  initArray: 25,
  gnuHash: 0x6ffffef5,
  flags1: 0x6ffffffb,
  versionNeed: 0x6ffffffe,
  versionNeedCount: 0x6fffffff,
  mipsSymbolCount: 0x70000011,
} as const;

/** DF_1_PIE */
export const pieFlag = 0x0800_0000;

const mostBytes = 1 << 20;
const mostNeeded = 4096;

/** null when there is no PT_DYNAMIC. */
export function readDynamic(bytes: Bytes, segments: readonly Segment[]): Dynamic | null {
  const [segment, ...others] = segments.filter(({ type }) => type === segmentType.dynamic);
  if (segment === undefined) return null;
  const invalid = (why: string): Unreadable => new Unreadable(`invalid PT_DYNAMIC: ${why}`);
  if (others.length > 0) throw invalid(`there are ${others.length + 1} of them`);
  const { offset, fileSize, address } = segment;
  if (fileSize > mostBytes) throw invalid(`its size is ${fileSize}`);
  if (offset > bytes.size - fileSize) throw invalid(`it ends past the file (${bytes.size} bytes)`);
  // The dynamic linker goes by address, most tools by offset: a file in which the two differ fools one of them.
  if (locate(segments, address)?.offset !== offset) throw invalid('p_offset and p_vaddr name different bytes');
  const entries = readEntries(bytes, bytes.words(offset, fileSize - (fileSize % 4), 'PT_DYNAMIC'));
  if (entries === null) throw invalid('no DT_NULL at its end');
  const get = (wanted: number): number | undefined => entries.get(wanted)?.at(-1);
  return {
    get,
    all: wanted => entries.get(wanted) ?? [],
    string: (at, what) => dynamicString(bytes, segments, get, at, what),
  };
}

/** Values by tag, in order; null without a DT_NULL. */
function readEntries(bytes: Bytes, table: Uint32Array): ReadonlyMap<number, readonly number[]> | null {
  const entries = new Map<number, number[]>();
  const valueAt = bytes.wordSize / 4;
  for (let at = 0; at + 2 * valueAt <= table.length; at += 2 * valueAt) {
    const key = bytes.wordAt(table, at);
    if (key === tag.null) return entries;
    const value = bytes.wordAt(table, at + valueAt);
    const same = entries.get(key);
    if (same === undefined) entries.set(key, [value]);
    else same.push(value);
  }
  return null;
}

function dynamicString(
  bytes: Bytes,
  segments: readonly Segment[],
  get: Dynamic['get'],
  offset: number,
  what: string,
): string {
  const start = get(tag.strings);
  const size = get(tag.stringsSize);
  if (start === undefined || size === undefined) throw new Unreadable(`${what}: no DT_STRTAB or DT_STRSZ`);
  if (offset >= size) throw new Unreadable(`${what}: a name at ${offset} lies past DT_STRSZ (${size})`);
  const place = locate(segments, start);
  if (place === null || place.length < size) throw new Unreadable(`${what}: DT_STRTAB lies in no segment of the file`);
  return bytes.string(place.offset + offset, place.offset + size, what);
}

/** DT_NEEDED in order. */
export function readNeeded(dynamic: Dynamic | null): readonly string[] {
  if (dynamic === null) return [];
  const offsets = dynamic.all(tag.needed);
  if (offsets.length > mostNeeded) throw new Unreadable(`invalid PT_DYNAMIC: ${offsets.length} DT_NEEDED entries`);
  return offsets.map(offset => dynamic.string(offset, 'DT_NEEDED'));
}

/** The value at an address that the dynamic linker would have filled in: what stands there, or the addend of its relocation. */
export function pointerAt(
  bytes: Bytes,
  segments: readonly Segment[],
  dynamic: Dynamic | null,
  address: number,
): number {
  const value = bytes.word(atAddress(bytes, segments, address, bytes.wordSize, 'pointer'), 0);
  if (value !== 0) return value;
  return addendFor(bytes, segments, dynamic, address) ?? 0;
}

function addendFor(
  bytes: Bytes,
  segments: readonly Segment[],
  dynamic: Dynamic | null,
  address: number,
): number | null {
  const start = dynamic?.get(tag.rela);
  const size = dynamic?.get(tag.relaSize) ?? 0;
  const entry = 3 * bytes.wordSize;
  if (start === undefined || size > mostRelocationBytes) return null;
  const chunk = entry * 4096;
  for (let at = 0; at < size; at += chunk) {
    const table = atAddress(bytes, segments, start + at, Math.min(chunk, size - at), 'relocations');
    for (let row = 0; row + entry <= table.length; row += entry)
      if (bytes.word(table, row) === address) return bytes.word(table, row + 2 * bytes.wordSize);
  }
  return null;
}

const mostRelocationBytes = 1 << 26;
