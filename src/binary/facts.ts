/** A fact that was read, or the reason why it could not be. A table that failed to parse is never an empty table. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** `go version -m`'s facts. */
export interface BuildInfo {
  /** `go1.26.8`; the text exactly as recorded. From `pclntab` the releases it can be, in words: `go1.16 to go1.17`. */
  readonly goVersion: string;
  /** Main package path (`path` line), or empty. */
  readonly path: string;
  readonly mainModule: { readonly path: string; readonly version: string } | null;
  readonly dependencies: readonly { readonly path: string; readonly version: string }[];
  /** `build` lines: `-race`, `CGO_ENABLED`, `-ldflags`, `-compiler`, `GOARCH`, `-buildmode`, `-tags`, … */
  readonly settings: ReadonlyMap<string, string>;
  /** How it was found: the inline format (Go ≥ 1.18), the pointer format, or runtime.buildVersion alone. */
  readonly from: 'inline' | 'pointers' | 'runtime.buildVersion' | 'pclntab';
}

export interface VersionNeed {
  readonly library: string;
  /** `GLIBC_2.34`, … */
  readonly versions: readonly string[];
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly offset: bigint;
  readonly size: bigint;
}

/**
 * State of the ELF symbol table (SHT_SYMTAB), before any name is looked up.
 * `absent`: the section table was read and holds none; `no-sections`: the file has no section headers at all;
 * `unusable`: there is one, but it cannot serve (NOBITS code, entsize 0, link to itself, compressed …); `unreadable`: the
 * section table itself could not be read.
 */
export type SymbolTableState =
  | { readonly kind: 'present'; readonly count: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'no-sections' }
  | { readonly kind: 'unusable'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * What the bytes of one ELF file say. Everything past the headers is read when asked for, and remembered.
 * No method throws for a corrupt file: it answers `{ ok: false, why }`.
 */
export interface BinaryFacts {
  /** Size of the file in bytes. */
  readonly size: number;
  readonly class: 32 | 64;
  readonly littleEndian: boolean;
  /** Go's name of the architecture (`amd64`, `arm64`, `386`, `ppc64le`, …), or `e_machine 0xNN` when Go has none. */
  readonly goarch: string;
  readonly type: 'exec' | 'dyn' | 'rel' | 'core' | 'other';
  readonly entry: bigint;
  /** Whether the entry point lies in code of the file. */
  readonly entryIsCode: boolean;
  /** PT_INTERP's text, null when there is no such segment. */
  interpreter(): Reading<string | null>;
  /** DT_NEEDED, in order; empty when there is no PT_DYNAMIC. */
  needed(): Reading<readonly string[]>;
  /** DF_1_PIE in DT_FLAGS_1. */
  isPie(): Reading<boolean>;
  hasDynamicSegment: boolean;
  /** DT_INIT_ARRAY is there. */
  hasInitArray(): Reading<boolean>;
  soname(): Reading<string | null>;
  versionNeeds(): Reading<readonly VersionNeed[]>;
  /** Names in .dynsym (through PT_DYNAMIC, so sectionless files keep them), split by defined or not. */
  dynamicSymbols(): Reading<{ readonly defined: ReadonlySet<string>; readonly undefined: ReadonlySet<string> }>;
  sections(): Reading<readonly Section[]>;
  /** Whether there is a section of this name. */
  hasSection(name: string): Reading<boolean>;
  symbolTable(): SymbolTableState;
  /** Which of these exact names are defined or referenced in .symtab. Two-step look-up: cheap for a handful of names. */
  symbols(names: readonly string[]): Reading<ReadonlySet<string>>;
  /** Of these names those that .symtab defines, so that they have code or data in this file. */
  definedSymbols(names: readonly string[]): Reading<ReadonlySet<string>>;
  /** `length` bytes of what .symtab defines under this name, zeros where the loader makes them (.bss); null when it defines none. */
  symbolBytes(name: string, length: number): Reading<Buffer | null>;
  /** Text of runtime.buildVersion, found by .symtab and not by build info; null when it defines none. */
  runtimeVersion(): Reading<string | null>;
  /**
   * Holds .symtab against the program: these functions, as far as it defines them, lie in code and, by Go's function table, are
   * what it calls them, and no fewer functions are named than the table has. null: they agree; else where they do not.
   */
  symbolsDisagree(names: readonly string[]): Reading<string | null>;
  /** First `limit` names in .symtab for which `match` holds. A full decode: only for rules that cannot name their symbol. */
  findSymbols(match: (name: string) => boolean, limit: number): Reading<readonly string[]>;
  /** Name of the symbol in .symtab whose value is the entry point (`_start`, `_rt0_amd64_linux`), null when none has it. */
  entrySymbol(): Reading<string | null>;
  /** Which of these function names stand in pclntab's function name table (survives strip). */
  goFunctions(names: readonly string[]): Reading<ReadonlySet<string>>;
  /** null: read, and there is none. */
  buildInfo(): Reading<BuildInfo | null>;
  /** `UPX` or another packer's name when the file is packed, else null. */
  packer(): string | null;
  /**
   * Bytes after the last section or segment (an appended payload); 0 when there are none. Not ok (`truncated ELF: …`) when a
   * segment or section claims bytes that the file does not have, even where every table can be read.
   */
  appendedBytes(): Reading<number>;
  /** Anything that says Go built this: build info, pclntab, Go sections, gccgo's, a Go note; or a packed file, which says nothing. */
  isGo(): Reading<boolean>;
}

/** What opening a path came to. */
export type Opened =
  /** `changed`: the file was written to since it was opened, so the facts may come from two files: ask after the last fact. */
  | { readonly kind: 'elf'; readonly facts: BinaryFacts; changed(): boolean; close(): void }
  /** Readable, and no ELF executable: `looksLike` is `Mach-O`, `PE`, `script`, `ar archive`, `Java class or fat Mach-O`, `text`, … */
  | { readonly kind: 'not-elf'; readonly looksLike: string }
  /** ELF magic, but the header itself is truncated or malformed; `why` names the field or the bytes missing. */
  | { readonly kind: 'malformed'; readonly why: string }
  /** Not opened or not readable: `code` is the errno's name, or `ENOTREG` for directories' cousins (FIFO, device, socket). */
  | { readonly kind: 'unreadable'; readonly code: string; readonly why: string };
