import type { Bytes } from './bytes.ts';
import { type Dynamic, tag } from './dynamic.ts';
import { Unreadable } from './reading.ts';
import { atAddress, locate, type Segment } from './segments.ts';

export interface DynamicSymbols {
  readonly defined: ReadonlySet<string>;
  readonly undefined: ReadonlySet<string>;
}

const mostSymbols = 1 << 20;
const mostNameBytes = 1 << 26;

/** .dynsym through PT_DYNAMIC, so that files without section headers answer too. */
export function readDynamicSymbols(
  bytes: Bytes,
  segments: readonly Segment[],
  dynamic: Dynamic | null,
  known: { readonly goarch: string; sectionCount(address: number): number | null },
): DynamicSymbols {
  const defined = new Set<string>();
  const missing = new Set<string>();
  const start = dynamic?.get(tag.symbols);
  if (dynamic === null || start === undefined) return { defined, undefined: missing };
  const entrySize = bytes.wide ? 24 : 16;
  const said = dynamic.get(tag.symbolSize);
  if (said !== entrySize) throw new Unreadable(`invalid DT_SYMENT: ${said} (${entrySize} expected)`);
  const count =
    countSymbols(bytes, segments, dynamic, known.goarch) ?? known.sectionCount(start) ?? countByGap(dynamic, entrySize);
  if (count > mostSymbols) throw new Unreadable(`${count} dynamic symbols`);
  const place = locate(segments, start);
  if (place === null || place.length < count * entrySize)
    throw new Unreadable('dynamic symbols: their address is in no segment of the file');
  const table = bytes.words(place.offset, count * entrySize, 'dynamic symbols');
  const rowSize = entrySize / 4;
  const [sectionAt, shift] = [bytes.wide ? 1 : 3, bytes.littleEndian ? 16 : 0];
  const names = readNames(bytes, segments, dynamic);
  // Names may share their ends; names that overlap beyond that would multiply the table's size.
  let budget = 4 * names.length + 65_536;
  for (let index = 1; index < count; index++) {
    const at = index * rowSize;
    const name = table[at] ?? 0;
    const end = name < names.length ? names.indexOf(0, name) : -1;
    if (end < 0) throw new Unreadable(`dynamic symbols: a name at ${name} lies outside the string table`);
    const section = ((table[at + sectionAt] ?? 0) >>> shift) & 0xffff;
    budget -= end - name;
    if (budget < 0) throw new Unreadable('dynamic symbols: their names overlap');
    (section === 0 ? missing : defined).add(names.toString('utf8', name, end));
  }
  return { defined, undefined: missing };
}

function readNames(bytes: Bytes, segments: readonly Segment[], dynamic: Dynamic): Buffer {
  const start = dynamic.get(tag.strings);
  const size = dynamic.get(tag.stringsSize);
  if (start === undefined || size === undefined) throw new Unreadable('dynamic symbols: no DT_STRTAB or DT_STRSZ');
  if (size > mostNameBytes) throw new Unreadable(`dynamic symbols: DT_STRSZ is ${size}`);
  return atAddress(bytes, segments, start, size, 'dynamic string table');
}

/** No dynamic tag holds the count: it follows from one of the hash tables. */
function countSymbols(bytes: Bytes, segments: readonly Segment[], dynamic: Dynamic, goarch: string): number | null {
  const hash = dynamic.get(tag.hash);
  if (hash !== undefined) {
    // Only s390x (and Alpha) has 8-byte words here: cmd/link/internal/ld/elf.go, elfdynhash.
    const size = goarch === 's390x' ? 8 : 4;
    const head = atAddress(bytes, segments, hash, 2 * size, 'DT_HASH');
    return size === 8 ? bytes.u64(head, 8) : bytes.u32(head, 4);
  }
  const gnu = dynamic.get(tag.gnuHash);
  if (gnu !== undefined) return countByGnuHash(bytes, segments, gnu);
  return dynamic.get(tag.mipsSymbolCount) ?? null;
}

/** The string table follows the symbols in what GNU ld and Go's linker write. */
function countByGap(dynamic: Dynamic, entrySize: number): number {
  const gap = (dynamic.get(tag.strings) ?? 0) - (dynamic.get(tag.symbols) ?? 0);
  if (gap > 0 && gap % entrySize === 0) return gap / entrySize;
  throw new Unreadable('dynamic symbols: neither DT_HASH nor DT_GNU_HASH tells how many there are');
}

/** The last chain ends at the last symbol. Source: binutils bfd/elf.c, GNU hash section layout. */
function countByGnuHash(bytes: Bytes, segments: readonly Segment[], address: number): number | null {
  const head = atAddress(bytes, segments, address, 16, 'DT_GNU_HASH');
  const [bucketCount, first, bloomWords] = [bytes.u32(head, 0), bytes.u32(head, 4), bytes.u32(head, 8)];
  if (bucketCount > mostSymbols || bloomWords > mostSymbols) throw new Unreadable('invalid DT_GNU_HASH: its counts');
  const bucketsAt = address + 16 + bloomWords * bytes.wordSize;
  const buckets = atAddress(bytes, segments, bucketsAt, bucketCount * 4, 'DT_GNU_HASH');
  let last = 0;
  for (let at = 0; at < buckets.length; at += 4) last = Math.max(last, bytes.u32(buckets, at));
  // A table without exported symbols says nothing about the imported ones.
  if (last === 0) return null;
  if (last < first) throw new Unreadable('invalid DT_GNU_HASH: a bucket before the first symbol');
  let chain = bucketsAt + bucketCount * 4 + (last - first) * 4;
  for (let left = mostSymbols; left > 0; ) {
    const place = locate(segments, chain);
    if (place === null) throw new Unreadable('invalid DT_GNU_HASH: a chain leaves its segment');
    const length = Math.min(place.length - (place.length % 4), 4096);
    if (length === 0) throw new Unreadable('invalid DT_GNU_HASH: a chain leaves its segment');
    const part = bytes.range(place.offset, length, 'DT_GNU_HASH');
    for (let at = 0; at < length; at += 4, last++, left--) if (bytes.u32(part, at) % 2 === 1) return last + 1;
    chain += length;
  }
  throw new Unreadable('invalid DT_GNU_HASH: a chain without an end');
}
