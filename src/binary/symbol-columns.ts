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
}

const rowsAtATime = 1 << 15;

export function readColumns(bytes: Bytes, table: SymbolTablePlace, entry: bigint): SymbolColumns {
  const { count, entrySize, strings } = table;
  const nameOffsets = new Uint32Array(count);
  const undefinedAt = new Uint8Array(count);
  const [valueAt, infoAt, sectionAt] = bytes.wide ? [8, 4, 6] : [4, 12, 14];
  const entryWord = Number(entry);
  let entryIndex = 0;
  let best = 0;
  for (let first = 0; first < count; first += rowsAtATime) {
    const rows = Math.min(rowsAtATime, count - first);
    const raw = bytes.range(table.offset + first * entrySize, rows * entrySize, 'symbol table');
    for (let row = 0; row < rows; row++) {
      const at = row * entrySize;
      const name = bytes.u32(raw, at);
      if (name >= strings.size) throw new Unreadable(`symbol table: a name at ${name} lies outside the string table`);
      nameOffsets[first + row] = name;
      const section = bytes.u16(raw, at + sectionAt);
      if (section === 0) undefinedAt[first + row] = 1;
      // The rounded comparison is quick; the exact one decides.
      else if (name !== 0 && bytes.word(raw, at + valueAt) === entryWord) {
        const score = bytes.exactWord(raw, at + valueAt) === entry ? rank(raw[at + infoAt] ?? 0) : 0;
        if (score > best) {
          best = score;
          entryIndex = first + row;
        }
      }
    }
  }
  return { nameOffsets, undefinedAt, entryIndex };
}

/** Several symbols can share an address: a function is a better name than a label or mapping symbol (`$x`), a global one best. */
function rank(info: number): number {
  const type = info & 15;
  if (type > 2) return 0;
  return 1 + (type === 2 ? 2 : 0) + (info >> 4 === 1 ? 1 : 0);
}
