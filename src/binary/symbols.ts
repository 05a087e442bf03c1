import type { Bytes } from './bytes.ts';
import { once, Unreadable } from './reading.ts';
import { countFunctions, indexAt, readNameOffsets, readRow, rowsOf, type SymbolRow } from './symbol-rows.ts';
import type { SymbolTablePlace } from './symbol-table.ts';

/** The symbols of one file: name offsets of all of them, read once; names only as they are asked for. */
export interface Symbols {
  /** Names that have an entry, and those of them that have one with a section (not undefined). */
  find(names: readonly string[]): { readonly listed: ReadonlySet<string>; readonly defined: ReadonlySet<string> };
  /** First `limit` names for which `match` holds, each once. */
  search(match: (name: string) => boolean, limit: number): readonly string[];
  /** Name of the symbol at the entry point, null when there is none. */
  entry(): string | null;
  /** A defined symbol, the first of that name; null when there is none. Free for names that `find` has looked up. */
  place(name: string): SymbolRow | null;
  /** How many symbols are functions of this file. */
  functionCount(): number;
}

/** Names held in memory at a time; the usual table fits into one window. */
const windowSize = 1 << 23;
/** Longer names are met cut to this length. */
const longestName = 1 << 16;

/** Look-ups of names that stand in the string table more often than this, a row of the symbol table each time, are given up. */
const mostRowsLookedAt = 1 << 29;

/** `entry` is compared in all its 64 bits. Throws Unreadable when a name lies outside the string table. */
export function readSymbols(bytes: Bytes, table: SymbolTablePlace, entry: bigint): Symbols {
  const rows = rowsOf(bytes, table);
  const nameOffsets = readNameOffsets(bytes, table, rows);
  const { strings } = table;
  const windows = nameWindows(bytes, strings);
  /** Name → its first defined row, 0 when it has none. */
  const firstRows = new Map<string, number>();

  /** By native searches: the string table for the names, the name offsets for each place where one of them stands. */
  function visit(wanted: readonly string[], found: (name: string, index: number) => void): void {
    const names = new Map(wanted.filter(name => name !== '').map(name => [Buffer.from(name).toString('latin1'), name]));
    if (names.size === 0) return;
    const pattern = new RegExp(`(?:${[...names.keys()].map(escaped).join('|')})\0`, 'g');
    let budget = mostRowsLookedAt;
    for (const { start, length, text } of windows()) {
      const searched = text.toString('latin1');
      for (let hit = pattern.exec(searched); hit !== null && hit.index < length; hit = pattern.exec(searched)) {
        const name = names.get(hit[0].slice(0, -1)) ?? '';
        const at = start + hit.index;
        for (let index = nameOffsets.indexOf(at, 1); index >= 0; index = nameOffsets.indexOf(at, index + 1))
          found(name, index);
        budget -= nameOffsets.length;
        if (budget < 0) throw new Unreadable(`symbol names: ${name} stands in them too often`);
        // A name can be the end of another one.
        pattern.lastIndex = hit.index + 1;
      }
      pattern.lastIndex = 0;
    }
  }

  return {
    functionCount: once(() => countFunctions(bytes, table, rows)),
    entry: once(() => {
      const index = indexAt(bytes, table, rows, entry);
      if (index === 0) return null;
      const end = strings.offset + strings.size;
      return bytes.string(strings.offset + (nameOffsets[index] ?? 0), end, 'symbol names', longestName);
    }),
    find(wanted) {
      const listed = new Set<string>();
      const defined = new Set<string>();
      for (const name of wanted) firstRows.set(name, 0);
      visit(wanted, (name, index) => {
        listed.add(name);
        if (!readRow(bytes, table, index).isDefined) return;
        defined.add(name);
        if (firstRows.get(name) === 0) firstRows.set(name, index);
      });
      return { listed, defined };
    },
    search(match, limit) {
      const found = new Set<string>();
      // Names may share their ends; names that overlap beyond that would multiply the work.
      let budget = 2 * strings.size + longestName;
      for (const { start, length, text } of windows()) {
        for (let index = 1; index < nameOffsets.length && found.size < limit; index++) {
          const at = (nameOffsets[index] ?? 0) - start;
          if (at < 0 || at >= length) continue;
          const end = Math.min(endOf(text, at), at + longestName);
          budget -= end - at;
          if (budget < 0) throw new Unreadable('symbol names: they overlap');
          const name = text.toString('utf8', at, end);
          if (match(name)) found.add(name);
        }
      }
      return [...found];
    },
    place(name) {
      if (!firstRows.has(name)) this.find([name]);
      const row = firstRows.get(name) ?? 0;
      return row === 0 ? null : readRow(bytes, table, row);
    },
  };
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

function endOf(text: Buffer, at: number): number {
  const end = text.indexOf(0, at);
  return end < 0 ? text.length : end;
}

interface Window {
  readonly start: number;
  /** Names that begin in the first `length` bytes of `text` belong to this window. */
  readonly length: number;
  readonly text: Buffer;
}

/** The string table in windows that overlap by the longest name; a single window is kept for the next call. */
function nameWindows(bytes: Bytes, { offset, size }: SymbolTablePlace['strings']): () => Iterable<Window> {
  let only: Window | undefined;
  const read = (start: number): Window => {
    const length = Math.min(windowSize, size - start);
    const text = bytes.range(offset + start, Math.min(size - start, length + longestName), 'symbol names');
    if (start + text.length === size && text[text.length - 1] !== 0)
      throw new Unreadable('symbol names: the last one has no end');
    return { start, length, text };
  };
  return function* () {
    if (size <= windowSize) {
      only ??= read(0);
      yield only;
    } else for (let start = 0; start < size; start += windowSize) yield read(start);
  };
}
