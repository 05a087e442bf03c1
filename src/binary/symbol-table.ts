import type { Bytes } from './bytes.ts';
import type { SymbolTableState } from './facts.ts';
import { Unreadable } from './reading.ts';
import { type SectionHeader, sectionFlag, sectionType } from './sections.ts';

/** Where SHT_SYMTAB and its strings lie, once both have been checked against the file. */
export interface SymbolTablePlace {
  readonly offset: number;
  readonly count: number;
  readonly entrySize: number;
  readonly strings: { readonly offset: number; readonly size: number };
}

export type SymbolTableAnswer =
  | { readonly state: Extract<SymbolTableState, { kind: 'present' }>; readonly place: SymbolTablePlace }
  | { readonly state: Exclude<SymbolTableState, { kind: 'present' }> };

/** More symbols or bytes of names than this are not read: about five times what the largest Go programs hold. */
const mostSymbols = 1 << 21;
const mostNameBytes = 1 << 27;

/** Finds the symbol table; `sections` throws Unreadable or answers null as readSections does. */
export function findSymbolTable(bytes: Bytes, sections: () => readonly SectionHeader[] | null): SymbolTableAnswer {
  try {
    const table = sections();
    if (table === null) return { state: { kind: 'no-sections' } };
    const [symbols, ...others] = table.filter(({ type }) => type === sectionType.symbols);
    if (symbols === undefined) {
      const emptied = table.find(({ name, type }) => name === '.symtab' && type === sectionType.nobits);
      return { state: emptied ? { kind: 'unusable', why: 'it holds no bytes (NOBITS)' } : { kind: 'absent' } };
    }
    const why = others.length > 0 ? `there are ${others.length + 1} SHT_SYMTAB sections` : flaw(bytes, table, symbols);
    if (why !== null) return { state: { kind: 'unusable', why } };
    const strings = table[symbols.link] ?? symbols;
    bytes.check(symbols.offset, symbols.size, 'symbol table');
    bytes.check(strings.offset, strings.size, 'symbol names');
    const entrySize = bytes.wide ? 24 : 16;
    const count = symbols.size / entrySize;
    if (count > mostSymbols) throw new Unreadable(`a symbol table of ${count} symbols`);
    if (strings.size > mostNameBytes) throw new Unreadable(`symbol names of ${strings.size} bytes`);
    const place = { offset: symbols.offset, count, entrySize, strings: { offset: strings.offset, size: strings.size } };
    return { state: { kind: 'present', count }, place };
  } catch (error) {
    if (error instanceof Unreadable) return { state: { kind: 'unreadable', why: error.message } };
    throw error;
  }
}

/** Why a symbol table that is there cannot serve, or null. */
function flaw(bytes: Bytes, table: readonly SectionHeader[], symbols: SectionHeader): string | null {
  const entrySize = bytes.wide ? 24 : 16;
  const strings = table[symbols.link];
  if (symbols.entrySize !== entrySize) return `sh_entsize is ${symbols.entrySize} (${entrySize} expected)`;
  if (symbols.size % entrySize !== 0) return `its size ${symbols.size} is no multiple of ${entrySize}`;
  if (symbols.size === 0) return 'it is empty';
  if (strings === undefined) return `sh_link is ${symbols.link}, past the last section`;
  if (strings === symbols) return 'sh_link names the symbol table itself';
  if (strings.type === sectionType.nobits) return 'its string table holds no bytes (NOBITS)';
  if (strings.type !== sectionType.strings) return `sh_link is ${symbols.link}, which is no string table`;
  if ([symbols, strings].some(({ flags }) => (flags & sectionFlag.compressed) !== 0)) return 'it is compressed';
  const code = table.filter(({ flags }) => (flags & sectionFlag.execute) !== 0);
  if (code.length > 0 && code.every(({ type }) => type === sectionType.nobits))
    return 'the code sections hold no bytes (NOBITS): a separate debug file';
  return null;
}
