import type { Bytes } from './bytes.ts';
import { functionNameAt } from './function-at.ts';
import { readLayout } from './go-functions.ts';
import type { Pclntab } from './pclntab.ts';
import { Unreadable } from './reading.ts';
import { locate, type Segment, segmentFlag, segmentType } from './segments.ts';
import type { Symbols } from './symbols.ts';

export interface Program {
  readonly bytes: Bytes;
  readonly segments: readonly Segment[];
  readonly goarch: string;
  readonly symbols: Symbols;
  functionTable(): Pclntab | null;
}

/**
 * Where .symtab and the program disagree about these functions, or null. Symbols can be added to a stripped file
 * (`objcopy --add-symbol`), and all but a few taken away (`strip -K`): their names alone prove nothing.
 */
export function symbolsDisagree(program: Program, names: readonly string[]): string | null {
  const { bytes, segments, symbols } = program;
  const places = names.flatMap(name => {
    const place = symbols.place(name);
    return place === null ? [] : [{ name, ...place }];
  });
  const stray = places.find(({ address, isFunction }) => !isFunction || !isCode(segments, address));
  if (stray !== undefined) return `${stray.name} is no function in its code`;
  const table = program.functionTable();
  if (table === null) throw new Unreadable('no Go function table (pclntab) was found');
  const layout = readLayout(bytes, table);
  const functionCount = symbols.functionCount();
  if (functionCount < layout.functionCount)
    return `${functionCount} functions in .symtab, ${layout.functionCount} in Go's function table`;
  // Were all symbols moved by the same distance, they would still agree with each other.
  const said = symbols.place('runtime.pclntab');
  if (said !== null && locate(segments, said.address)?.offset !== table.offset)
    return "runtime.pclntab is not where Go's function table is";
  const start = textStart(program, table);
  if (start === null) return null;
  const wrong = places.find(({ name, address }) => functionNameAt(bytes, layout, address - start) !== name);
  return wrong === undefined ? null : `Go's function table has no ${wrong.name} where .symtab has it`;
}

/** What the function table counts from; null where that is not one number: whole addresses (Go ≤ 1.17), text in several parts. */
function textStart({ symbols, goarch }: Program, { layout }: Pclntab): number | null {
  if (layout === 'go1.2' || layout === 'go1.16') return null;
  if (inParts.has(goarch)) return null;
  const start = symbols.place('runtime.text');
  if (start === null) throw new Unreadable('no runtime.text in .symtab');
  return start.address;
}

/** Whose text cmd/link may split, with gaps that the table does not count (cmd/link/internal/ld/data.go, textaddress). */
const inParts: ReadonlySet<string> = new Set(['arm', 'ppc64', 'ppc64le']);

/** Whether an address lies in bytes of the file that are mapped as code. */
export function isCode(segments: readonly Segment[], address: number): boolean {
  return segments.some(
    ({ type, flags, address: start, fileSize }) =>
      type === segmentType.load &&
      (flags & segmentFlag.execute) !== 0 &&
      start <= address &&
      address - start < fileSize,
  );
}

/** `length` bytes of a variable, zeros past the segment's bytes in the file; null when there is no such symbol. */
export function symbolBytes(
  bytes: Bytes,
  segments: readonly Segment[],
  symbols: Symbols,
  name: string,
  length: number,
): Buffer | null {
  const symbol = symbols.place(name);
  if (symbol === null) return null;
  const place = locate(segments, symbol.address);
  if (place !== null && place.length >= length) return bytes.range(place.offset, length, name);
  const zeros = segments.some(
    ({ type, address, memorySize }) =>
      type === segmentType.load && address <= symbol.address && symbol.address + length <= address + memorySize,
  );
  if (place !== null || !zeros) throw new Unreadable(`${name}: its address is in no segment`);
  return Buffer.alloc(length);
}
