import type { Bytes } from './bytes.ts';
import { Unreadable } from './reading.ts';
import { functionType, readColumns } from './symbol-columns.ts';
import type { SymbolTablePlace } from './symbol-table.ts';
import { keyed, standsAt } from './wanted-names.ts';

/** The symbols of one file: name offsets of all of them, read once; names only as they are asked for. */
export interface Symbols {
  /** Names that have an entry, and those of them that have one with a section (not undefined). */
  find(names: readonly string[]): { readonly listed: ReadonlySet<string>; readonly defined: ReadonlySet<string> };
  /** First `limit` names for which `match` holds, each once. */
  search(match: (name: string) => boolean, limit: number): readonly string[];
  /** Name of the symbol at the entry point, null when there is none. */
  readonly entry: string | null;
  /** A defined symbol, the first of that name; null when there is none. Free for names that `find` has looked up. */
  place(name: string): SymbolPlace | null;
  /** How many symbols are functions of this file. */
  readonly functionCount: number;
}

export interface SymbolPlace {
  readonly address: number;
  /** Bytes. */
  readonly size: number;
  /** STT_FUNC */
  readonly isFunction: boolean;
}

/** Names held in memory at a time; the usual table fits into one window. */
const windowSize = 1 << 23;
/** Longer names are met cut to this length. */
const longestName = 1 << 16;

/** `entry` is compared in all its 64 bits. Throws Unreadable when a name lies outside the string table. */
export function readSymbols(bytes: Bytes, table: SymbolTablePlace, entry: bigint): Symbols {
  const { nameOffsets, undefinedAt, entryIndex, functionCount } = readColumns(bytes, table, entry);
  const { strings } = table;
  const windows = nameWindows(bytes, strings);
  /** Name → its first defined row, 0 when it has none. */
  const rows = new Map<string, number>();

  function visit(wanted: readonly string[], found: (name: string, index: number) => void): void {
    const { at: keyAt, isKey, byKey } = keyed(wanted);
    if (byKey.size === 0) return;
    for (const { start, length, text } of windows()) {
      for (let index = 1; index < nameOffsets.length; index++) {
        const at = (nameOffsets[index] ?? 0) - start;
        if (at < 0 || at >= length) continue;
        // Two bytes tell most names apart; nothing else of them is looked at, and nothing is called.
        const key = ((text[at + keyAt] ?? 0) << 8) | (text[at + keyAt + 1] ?? 0);
        if (isKey[key] === 0) continue;
        for (const one of byKey.get(key) ?? []) if (standsAt(text, at, one)) found(one.name, index);
      }
    }
  }

  return {
    functionCount,
    entry:
      entryIndex === 0
        ? null
        : bytes.string(
            strings.offset + (nameOffsets[entryIndex] ?? 0),
            strings.offset + strings.size,
            'symbol names',
            longestName,
          ),
    find(wanted) {
      const listed = new Set<string>();
      const defined = new Set<string>();
      for (const name of wanted) rows.set(name, 0);
      visit(wanted, (name, index) => {
        listed.add(name);
        if (undefinedAt[index] !== 0) return;
        defined.add(name);
        if (rows.get(name) === 0) rows.set(name, index);
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
      if (!rows.has(name)) this.find([name]);
      const row = rows.get(name) ?? 0;
      if (row === 0) return null;
      const raw = bytes.range(table.offset + row * table.entrySize, table.entrySize, 'symbol table');
      return {
        address: bytes.word(raw, bytes.wide ? 8 : 4),
        size: bytes.word(raw, bytes.wide ? 16 : 8),
        isFunction: ((raw[bytes.wide ? 4 : 12] ?? 0) & 15) === functionType,
      };
    },
  };
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
