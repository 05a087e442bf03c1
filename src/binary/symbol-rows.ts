import type { Bytes } from './bytes.ts';
import { Unreadable } from './reading.ts';
import type { SymbolTablePlace } from './symbol-table.ts';

const rowsAtATime = 1 << 15;
/** STT_FUNC */
const functionType = 2;

// A build judges its output once, by code that V8 has not seen yet. Loops that do little a row, each in a function of its own that
// is not small, end before V8 sends them to its optimizing compiler, which takes longer than the loops (10,000 symbols: 12 ms).

/** Offset of each symbol's name in the string table. Throws Unreadable when one lies outside of it. */
export function readNameOffsets(bytes: Bytes, table: SymbolTablePlace, rows: Rows): Uint32Array {
  const { count, strings } = table;
  const { size } = strings;
  const offsets = new Uint32Array(count);
  const { wordsPerRow } = layoutOf(bytes);
  for (let start = 0; start < count; start += rowsAtATime) {
    const words = rows(start);
    for (let at = 0, index = start; at < words.length; at += wordsPerRow) {
      const offset = words[at] as number;
      if (offset >= size) throw new Unreadable(`symbol table: a name at ${offset} lies outside the string table`);
      offsets[index++] = offset;
    }
  }
  return offsets;
}

/** How many symbols are functions (STT_FUNC) of this file. */
export function countFunctions(bytes: Bytes, table: SymbolTablePlace, rows: Rows): number {
  const { wordsPerRow, infoWord, infoShift, sectionShift } = layoutOf(bytes);
  const [type, wanted, section] = [15 << infoShift, functionType << infoShift, 0xffff << sectionShift];
  let count = 0;
  for (let start = 0; start < table.count; start += rowsAtATime) {
    const words = rows(start);
    for (let at = infoWord; at < words.length; at += wordsPerRow) {
      const info = words[at] as number;
      if ((info & type) === wanted && (info & section) !== 0) count++;
    }
  }
  return count;
}

/** The table's words from the row `start` on, `rowsAtATime` rows at most. */
export type Rows = (start: number) => Uint32Array;

/** Tables up to this many bytes are read once and kept: about five times what a large service has. */
const mostKept = 1 << 23;

export function rowsOf(bytes: Bytes, { offset, count, entrySize }: SymbolTablePlace): Rows {
  const kept = new Map<number, Uint32Array>();
  return start => {
    const rows = Math.min(rowsAtATime, count - start);
    const words = kept.get(start) ?? bytes.words(offset + start * entrySize, rows * entrySize, 'symbol table');
    if (count * entrySize <= mostKept) kept.set(start, words);
    return words;
  };
}

/**
 * The symbol whose value is `address`, compared in all its 64 bits; 0 when there is none. Where several share it, a function is a
 * better name than a label or mapping symbol (`$x`), and a global one best.
 */
export function indexAt(bytes: Bytes, table: SymbolTablePlace, rows: Rows, address: bigint): number {
  const { wordsPerRow, infoWord, infoShift, sectionShift, valueWord } = layoutOf(bytes);
  const [first = 0, second] = wordsOf(address, bytes);
  let [found, best] = [0, 0];
  for (let start = 0; start < table.count; start += rowsAtATime) {
    const words = rows(start);
    for (let at = words.indexOf(first); at >= 0; at = words.indexOf(first, at + 1)) {
      if (at % wordsPerRow !== valueWord || (second !== undefined && words[at + 1] !== second)) continue;
      const row = at - valueWord;
      const score = words[row] === 0 ? 0 : rank((words[row + infoWord] as number) >>> infoShift);
      if (score <= best || (((words[row + infoWord] as number) >>> sectionShift) & 0xffff) === 0) continue;
      [found, best] = [start + row / wordsPerRow, score];
    }
  }
  return found;
}

/** What one symbol is. */
export interface SymbolRow {
  readonly address: number;
  /** Bytes. */
  readonly size: number;
  /** STT_FUNC */
  readonly isFunction: boolean;
  /** It has a section (not SHN_UNDEF), so that this file defines it. */
  readonly isDefined: boolean;
}

export function readRow(bytes: Bytes, table: SymbolTablePlace, index: number): SymbolRow {
  const raw = bytes.range(table.offset + index * table.entrySize, table.entrySize, 'symbol table');
  const { infoShift, sectionShift, infoWord } = layoutOf(bytes);
  const info = bytes.u32(raw, 4 * infoWord);
  return {
    address: bytes.word(raw, bytes.wide ? 8 : 4),
    size: bytes.word(raw, bytes.wide ? 16 : 8),
    isFunction: ((info >>> infoShift) & 15) === functionType,
    isDefined: ((info >>> sectionShift) & 0xffff) !== 0,
  };
}

/**
 * A symbol as 32-bit words: name, (info, other, section), value, size; in 32-bit files the second stands last. Source: elf(5).
 */
function layoutOf({ wide, littleEndian }: Bytes) {
  const place = wide ? { wordsPerRow: 6, infoWord: 1, valueWord: 2 } : { wordsPerRow: 4, infoWord: 3, valueWord: 1 };
  return { ...place, infoShift: littleEndian ? 0 : 24, sectionShift: littleEndian ? 16 : 0 };
}

function wordsOf(value: bigint, { wide, littleEndian }: Bytes): readonly number[] {
  const low = Number(value & 0xffff_ffffn);
  const high = Number(value >> 32n);
  if (!wide) return [low];
  return littleEndian ? [low, high] : [high, low];
}

function rank(info: number): number {
  const type = info & 15;
  if (type > 2) return 0;
  return 1 + (type === functionType ? 2 : 0) + (((info >> 4) & 15) === 1 ? 1 : 0);
}
