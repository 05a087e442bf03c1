import type { Bytes } from './bytes.ts';
import type { Pclntab } from './pclntab.ts';
import { Unreadable } from './reading.ts';

/** Where the parts of a function table lie, as file offsets. */
export interface Layout {
  readonly functionCount: number;
  readonly names: { readonly start: number; readonly end: number };
  /** Pairs of entry and offset of the function's record. */
  readonly table: number;
  readonly fieldSize: 4 | 8;
  /** What the record offsets count from. */
  readonly records: number;
  /** The name's offset stands this far into a record. */
  readonly nameAt: number;
}

const mostFunctions = 1 << 22;
const chunkSize = 1 << 18;

/**
 * Which of these functions the program holds. A name that merely stands in the name table can be an inlined function's, so
 * a hit there is confirmed by a function that has it. Source: debug/gosym/pclntab.go, runtime/symtab.go, Go 1.26.
 */
export function readGoFunctions(bytes: Bytes, pclntab: Pclntab, wanted: readonly string[]): ReadonlySet<string> {
  const layout = readLayout(bytes, pclntab);
  const offsets = nameOffsets(bytes, layout, wanted);
  const found = new Set<string>();
  if (offsets.size > 0)
    visitNames(bytes, pclntab, layout, offset => {
      const name = offsets.get(offset);
      if (name !== undefined) found.add(name);
    });
  return found;
}

export function readLayout(bytes: Bytes, { offset, end, layout, pointerSize }: Pclntab): Layout {
  const available = Math.min(8 + 8 * pointerSize, end - offset);
  const head = bytes.range(offset, available, 'pclntab');
  const word = (index: number): number => {
    const at = 8 + index * pointerSize;
    if (at + pointerSize > head.length) throw new Unreadable('pclntab: its header is cut off');
    return bytes.word(head, at);
  };
  const part = (index: number): number => {
    const at = offset + word(index);
    if (at > end) throw new Unreadable('pclntab: a part of it lies past its end');
    return at;
  };
  const functionCount = word(0);
  if (functionCount === 0 || functionCount > mostFunctions) throw new Unreadable(`pclntab: ${functionCount} functions`);
  const common = { functionCount };
  if (layout === 'go1.2') {
    const table = offset + 8 + pointerSize;
    return {
      ...common,
      names: { start: offset, end },
      table,
      fieldSize: pointerSize,
      records: offset,
      nameAt: pointerSize,
    };
  }
  const first = layout === 'go1.16' ? 2 : 3;
  const names = { start: part(first), end: part(first + 1) };
  const table = part(first + 4);
  const fieldSize = layout === 'go1.16' ? pointerSize : 4;
  if (names.end < names.start) throw new Unreadable('pclntab: its name table ends before it begins');
  return { ...common, names, table, fieldSize, records: table, nameAt: fieldSize };
}

/** Offset in the name table → name, for each `name\0` that stands there. */
function nameOffsets(bytes: Bytes, { names }: Layout, wanted: readonly string[]): ReadonlyMap<number, string> {
  const texts = wanted.map(name => ({ name, text: Buffer.from(`${name}\0`) }));
  const longest = Math.max(0, ...texts.map(({ text }) => text.length));
  const found = new Map<number, string>();
  for (let from = names.start; from < names.end; from += chunkSize) {
    const chunk = bytes.range(from, Math.min(chunkSize + longest, names.end - from), 'pclntab');
    for (const { name, text } of texts)
      for (let at = chunk.indexOf(text); at >= 0; at = chunk.indexOf(text, at + 1)) {
        if (found.size === mostHits) throw new Unreadable(`pclntab: ${name} stands in it too often`);
        found.set(from + at - names.start, name);
      }
  }
  return found;
}

const mostHits = 65_536;

/** Calls `visit` with the name offset of every function. */
function visitNames(bytes: Bytes, { end }: Pclntab, layout: Layout, visit: (offset: number) => void): void {
  const { table, fieldSize, functionCount, records, nameAt } = layout;
  const rowSize = 2 * fieldSize;
  if (functionCount * rowSize > end - table)
    throw new Unreadable(`pclntab: ${functionCount} functions do not fit in it`);
  let window: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  let budget = 2 * (end - table) + (1 << 22);
  const nameOffset = (record: number): number => {
    const at = record + nameAt;
    if (at + 4 > end) throw new Unreadable('pclntab: a function record lies past its end');
    // Records follow each other in the table's order, so a window that moves with them reads each byte once.
    if (at < window.start || at + 4 > window.start + window.bytes.length) {
      window = { start: at, bytes: bytes.range(at, Math.min(chunkSize, end - at), 'pclntab') };
      budget -= window.bytes.length;
      if (budget < 0) throw new Unreadable('pclntab: its function records are in disorder');
    }
    return bytes.u32(window.bytes, at - window.start);
  };
  const rowsAtATime = 4096;
  for (let first = 0; first < functionCount; first += rowsAtATime) {
    const rows = Math.min(rowsAtATime, functionCount - first);
    const part = bytes.range(table + first * rowSize, rows * rowSize, 'pclntab');
    for (let row = 0; row < rows; row++) {
      const at = row * rowSize + fieldSize;
      visit(nameOffset(records + (fieldSize === 8 ? bytes.u64(part, at) : bytes.u32(part, at))));
    }
  }
}
