import type { Bytes } from './bytes.ts';
import { Unreadable } from './reading.ts';
import type { SymbolTablePlace } from './symbol-table.ts';

/** What is kept of each symbol: 5 bytes instead of 24. */
export interface SymbolColumns {
  readonly nameOffsets: Uint32Array;
  /** 1 where the symbol is undefined (SHN_UNDEF). */
  readonly undefinedAt: Uint8Array;
  /** The symbol that names the entry point; 0 when there is none. */
  readonly entryIndex: number;
  /** How many symbols are functions (STT_FUNC) of this file. */
  readonly functionCount: number;
}

const rowsAtATime = 1 << 15;
/** STT_FUNC */
export const functionType = 2;

/** Whole words, and nothing called in the loop: a build judges its output once, by code that no compiler has seen yet. */
export function readColumns(bytes: Bytes, table: SymbolTablePlace, entry: bigint): SymbolColumns {
  const { count, entrySize, strings } = table;
  const nameOffsets = new Uint32Array(count);
  const undefinedAt = new Uint8Array(count);
  const { wordsPerRow, infoWord, infoShift, sectionShift, valueWord } = layoutOf(bytes);
  const entryWords = wordsOf(entry, bytes);
  const [first, second] = [entryWords[0], entryWords[1] ?? null];
  let entryIndex = 0;
  let best = 0;
  let functionCount = 0;
  for (let start = 0; start < count; start += rowsAtATime) {
    const rows = Math.min(rowsAtATime, count - start);
    const words = bytes.words(table.offset + start * entrySize, rows * entrySize, 'symbol table');
    for (let index = start, at = 0; at < words.length; index++, at += wordsPerRow) {
      const name = words[at] ?? 0;
      if (name >= strings.size) throw new Unreadable(`symbol table: a name at ${name} lies outside the string table`);
      nameOffsets[index] = name;
      const info = words[at + infoWord] ?? 0;
      if (((info >>> sectionShift) & 0xffff) === 0) {
        undefinedAt[index] = 1;
        continue;
      }
      if (((info >>> infoShift) & 15) === functionType) functionCount++;
      if (words[at + valueWord] === first && (second === null || words[at + valueWord + 1] === second) && name !== 0) {
        const score = rank((info >>> infoShift) & 0xff);
        if (score > best) {
          best = score;
          entryIndex = index;
        }
      }
    }
  }
  return { nameOffsets, undefinedAt, entryIndex, functionCount };
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

/** Several symbols can share an address: a function is a better name than a label or mapping symbol (`$x`), a global one best. */
function rank(info: number): number {
  const type = info & 15;
  if (type > 2) return 0;
  return 1 + (type === functionType ? 2 : 0) + (info >> 4 === 1 ? 1 : 0);
}
