import type { Bytes } from './bytes.ts';
import type { Layout } from './go-functions.ts';
import { Unreadable } from './reading.ts';

const longestName = 1 << 16;

/**
 * Name of the function that begins `offset` bytes behind the start of the text, null when none begins there. For function tables
 * of Go ≥ 1.18, whose rows are sorted pairs of 4 bytes. Source: runtime/symtab.go (findfunc, functab), Go 1.26.
 */
export function functionNameAt(bytes: Bytes, layout: Layout, offset: number): string | null {
  const record = recordOf(bytes, layout, offset);
  if (record === null) return null;
  const raw = bytes.range(layout.records + record + layout.nameAt, 4, 'pclntab');
  const start = layout.names.start + bytes.u32(raw, 0);
  if (start >= layout.names.end) throw new Unreadable('pclntab: the name of a function lies past its name table');
  return bytes.string(start, layout.names.end, 'pclntab', longestName);
}

function recordOf(bytes: Bytes, { table, functionCount }: Layout, offset: number): number | null {
  let [low, high] = [0, functionCount];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = bytes.range(table + middle * 8, 8, 'pclntab');
    const entry = bytes.u32(row, 0);
    if (entry === offset) return bytes.u32(row, 4);
    if (entry < offset) low = middle + 1;
    else high = middle;
  }
  return null;
}
