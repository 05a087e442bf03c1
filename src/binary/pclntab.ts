import type { Bytes } from './bytes.ts';
import { Unreadable } from './reading.ts';
import { type SectionHeader, sectionType } from './sections.ts';
import { locate, type Segment, segmentFlag, segmentType } from './segments.ts';

/** Go's function table: where it lies, which layout it has, and the Go releases that write it. */
export interface Pclntab {
  readonly offset: number;
  /** File offset where its section or segment ends. */
  readonly end: number;
  readonly layout: 'go1.2' | 'go1.16' | 'go1.18' | 'go1.20';
  /** `go1.16 to go1.17`. */
  readonly releases: string;
  readonly pointerSize: 4 | 8;
}

/** Source: internal/abi/symtab.go and debug/gosym/pclntab.go, Go 1.26. */
const magics: Readonly<Record<number, Pick<Pclntab, 'layout' | 'releases'>>> = {
  4294967291: { layout: 'go1.2', releases: 'go1.2 to go1.15' },
  4294967290: { layout: 'go1.16', releases: 'go1.16 to go1.17' },
  4294967280: { layout: 'go1.18', releases: 'go1.18 to go1.19' },
  4294967281: { layout: 'go1.20', releases: 'go1.20 or later' },
};

const headerSize = 16;
const chunkSize = 1 << 20;
/** What is searched at most in each place where no section names the table. */
const mostSearched = 1 << 26;
const names: readonly string[] = ['.gopclntab', '.data.rel.ro.gopclntab'];

/** The section that is the table and nothing else. */
export function pclntabSection(sections: readonly SectionHeader[] | null): SectionHeader | undefined {
  return sections?.find(({ name }) => names.includes(name));
}

/** Finds the table by its section, else by its magic; null when the places where it can stand hold none. */
export function findPclntab(
  bytes: Bytes,
  segments: readonly Segment[],
  sections: readonly SectionHeader[] | null,
): Pclntab | null {
  const named = pclntabSection(sections);
  if (named !== undefined) {
    if (named.type === sectionType.nobits) throw new Unreadable('pclntab: its section holds no bytes (NOBITS)');
    bytes.check(named.offset, named.size, 'pclntab');
    const found = named.size < headerSize ? null : header(bytes, bytes.range(named.offset, headerSize, 'pclntab'));
    if (found === null) throw new Unreadable('pclntab: its section does not begin with a header that Go writes');
    return { ...found, offset: named.offset, end: named.offset + named.size };
  }
  // External PIE (Go ≤ 1.25) has it inside of .data.rel.ro; without section headers any readable segment will do.
  const merged = sections?.filter(({ name, type }) => name === '.data.rel.ro' && type !== sectionType.nobits);
  const places =
    merged ?? segments.filter(({ type, flags }) => type === segmentType.load && (flags & segmentFlag.execute) === 0);
  for (const place of places) {
    const size = 'fileSize' in place ? place.fileSize : place.size;
    bytes.check(place.offset, size, 'pclntab');
    const found = search(bytes, place.offset, place.offset + size);
    if (found !== null) return found;
  }
  return null;
}

/** The table at an address (of the symbol `runtime.pclntab`); null when none begins there. */
export function pclntabAt(bytes: Bytes, segments: readonly Segment[], address: number): Pclntab | null {
  const place = locate(segments, address);
  if (place === null || place.length < headerSize) return null;
  const found = header(bytes, bytes.range(place.offset, headerSize, 'pclntab'));
  return found === null ? null : { ...found, offset: place.offset, end: place.offset + place.length };
}

/** The table is aligned to at least a word in memory, and sections and segments keep the alignment in the file. */
function search(bytes: Bytes, start: number, end: number): Pclntab | null {
  const step = bytes.wordSize;
  const aligned = start + ((step - (start % step)) % step);
  const stop = Math.min(end, start + mostSearched);
  for (let from = aligned; from + headerSize <= stop; from += chunkSize) {
    const chunk = bytes.range(from, Math.min(chunkSize + headerSize, stop - from), 'pclntab');
    for (let index = 0; index + headerSize <= chunk.length; index += step) {
      const magic = bytes.u32(chunk, index);
      // One comparison passes over almost everything; two zeros follow each magic.
      if (magic < 0xfffffff0 || magic === 0xffffffff || chunk[index + 4] !== 0 || chunk[index + 5] !== 0) continue;
      const found = header(bytes, chunk.subarray(index, index + headerSize));
      if (found !== null) return { ...found, offset: from + index, end };
    }
  }
  return null;
}

function header(bytes: Bytes, head: Buffer): Pick<Pclntab, 'layout' | 'releases' | 'pointerSize'> | null {
  const known = magics[bytes.u32(head, 0)];
  const [, , , , pad1, pad2, quantum, pointerSize] = head;
  if (known === undefined || pad1 !== 0 || pad2 !== 0) return null;
  if (quantum !== 1 && quantum !== 2 && quantum !== 4) return null;
  if (pointerSize !== bytes.wordSize) return null;
  return { ...known, pointerSize };
}
