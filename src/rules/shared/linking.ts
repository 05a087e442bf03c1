import type { BinaryFacts, Reading } from '../../binary/facts.ts';

/** How a file is put together, as far as injection is concerned. */
export type Linking =
  /** No loader and no libraries: the kernel starts it alone (static-pie included). */
  | { readonly kind: 'static' }
  /** Libraries are asked for, but no loader that would bring them. */
  | { readonly kind: 'no loader'; readonly needed: readonly string[] }
  /** A loader is named but no C library is asked for: a PIE without cgo. */
  | { readonly kind: 'loader only'; readonly interpreter: string; readonly needed: readonly string[] }
  | {
      readonly kind: 'dynamic';
      readonly libc: 'glibc' | 'musl' | 'other';
      readonly library: string;
      readonly interpreter: string;
    }
  /** A library that some other program loads: c-shared, plugin, shared. */
  | { readonly kind: 'shared object' }
  /** Nothing that is started or loaded: object files, core dumps. */
  | { readonly kind: 'no program'; readonly type: string };

/**
 * Reads the linking from the program headers, so that files without sections answer too. libc is told by DT_NEEDED: loader
 * paths differ by architecture and distribution. Not ok when a table that decides could not be read.
 */
export function linkingOf(facts: BinaryFacts): Reading<Linking> {
  if (facts.type !== 'exec' && facts.type !== 'dyn') return read({ kind: 'no program', type: facts.type });
  const interpreter = facts.interpreter();
  if (!interpreter.ok) return interpreter;
  const needed = facts.needed();
  if (!needed.ok) return needed;
  if (interpreter.value === null) return withoutLoader(facts, needed.value);
  const library = needed.value.find(name => libcNamed.test(name));
  if (library === undefined) return read({ kind: 'loader only', interpreter: interpreter.value, needed: needed.value });
  const libc = libcOf(library, interpreter.value);
  return read({ kind: 'dynamic', libc, library, interpreter: interpreter.value });
}

/** DT_NEEDED names a C library has: glibc (`libc.so.6`, `.6.1` on alpha and ia64), musl, others. */
const libcNamed = /^libc\.(so(\.|$)|musl-)/;

function libcOf(library: string, interpreter: string): 'glibc' | 'musl' | 'other' {
  const muslLoader = interpreter.includes('ld-musl');
  // By whatever else it is started, that is no dynamic linker. All of them are called so: ld-linux…, ld64.so.1, ld.so.1, ld-musl….
  if (!/^\/(.*\/)?ld[-.\d][^/]*$/.test(interpreter)) return 'other';
  // With the other one's loader it does not start.
  if (/^libc\.so\.6(\.|$)/.test(library)) return muslLoader ? 'other' : 'glibc';
  return muslLoader && (library === 'libc.so' || library.startsWith('libc.musl-')) ? 'musl' : 'other';
}

function withoutLoader(facts: BinaryFacts, needed: readonly string[]): Reading<Linking> {
  if (facts.type === 'exec') return read(needed.length === 0 ? { kind: 'static' } : { kind: 'no loader', needed });
  const pie = facts.isPie();
  if (!pie.ok) return pie;
  if (pie.value && needed.length === 0) return read({ kind: 'static' });
  const soname = facts.soname();
  if (!soname.ok) return soname;
  // Old linkers set no DF_1_PIE; a static-pie of theirs is told from a library by its entry point.
  const started = needed.length === 0 && soname.value === null && facts.entry !== 0n && facts.hasDynamicSegment;
  return read(started || !facts.hasDynamicSegment ? { kind: 'static' } : { kind: 'shared object' });
}

/**
 * Whether runtime/cgo is linked in, and by which sign. `_cgo_init` is in every Go binary and proves nothing; these are
 * functions that only runtime/cgo has: C's `x_cgo_init`, which a symbol can be made to claim, so that what the runtime itself
 * goes by, `runtime.iscgo`, has to be set as well (runtime/cgo/iscgo.go) and counts alone where it is not; the exported `crosscall2`, which survives strip in .dynsym; and, in a
 * static stripped file, its name in Go's function table. A partial .symtab is no proof of absence, so all three are asked.
 */
export function runtimeCgo(facts: BinaryFacts): Reading<string | null> {
  const unread: string[] = [];
  const symbols = facts.symbolTable().kind === 'present' ? facts.definedSymbols(cgoSymbols) : null;
  if (symbols?.ok && symbols.value.has('runtime.iscgo')) {
    const iscgo = facts.symbolBytes('runtime.iscgo', 1);
    if (iscgo.ok && iscgo.value?.[0] === 0) return read(null);
    if (iscgo.ok && symbols.value.has('x_cgo_init')) return read('x_cgo_init in .symtab, runtime.iscgo set');
  }
  if (symbols?.ok === false) unread.push(symbols.why);
  const dynamic = facts.dynamicSymbols();
  if (dynamic.ok && dynamic.value.defined.has('crosscall2') && dynamic.value.defined.has('_cgo_topofstack'))
    return read('crosscall2 in .dynsym');
  if (!dynamic.ok) unread.push(dynamic.why);
  const functions = facts.goFunctions(['crosscall2']);
  if (functions.ok && functions.value.has('crosscall2')) return read("crosscall2 in Go's function table");
  // Without Go's function table the other two have to be there and legible.
  if (!functions.ok && symbols === null) unread.push(functions.why);
  return unread.length === 0 ? read(null) : { ok: false, why: unread.join('; ') };
}

/** What `runtimeCgo` looks up in .symtab. */
export const cgoSymbols: readonly string[] = ['x_cgo_init', 'runtime.iscgo'];

/** Built against Go's own shared libraries (-linkshared), or such a library itself: its runtime is in another file. */
export function isLinkShared(facts: BinaryFacts): Reading<string | null> {
  const needed = facts.needed();
  if (!needed.ok) return needed;
  const library = needed.value.find(name => name === 'libstd.so');
  if (library !== undefined) return read(`NEEDED ${library}`);
  const names = facts.dynamicSymbols();
  if (!names.ok) return names;
  const hash = [...names.value.undefined].find(name => /^go[.:]link\.abihash/.test(name));
  if (hash !== undefined) return read(`undefined ${hash}`);
  const own = [...names.value.defined].find(name => /^go[.:]link\.abihash\./.test(name));
  return read(own === undefined ? null : `defined ${own}`);
}

/** gccgo, and by which sign (`.go_export` survives strip; `-static-libgo` leaves no NEEDED). */
export function isGccgo(facts: BinaryFacts): Reading<string | null> {
  const needed = facts.needed();
  if (!needed.ok) return needed;
  const library = needed.value.find(name => /^libgo\.so(\.|$)/.test(name));
  if (library !== undefined) return read(`NEEDED ${library}`);
  const exported = facts.hasSection('.go_export');
  if (!exported.ok) return exported;
  return read(exported.value ? 'section .go_export' : null);
}

function read<T>(value: T): Reading<T> {
  return { ok: true, value };
}
