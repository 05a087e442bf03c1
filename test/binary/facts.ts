// What tests look at in a binary, flat, so that a table of expectations reads like one. Throws where a table cannot be read.
import * as assert from 'uvu/assert';
import type { BinaryFacts, Reading } from '../../src/binary/facts.ts';
import { openBinary } from '../../src/binary/open.ts';

export interface Summary {
  readonly goarch: string;
  readonly type: string;
  readonly interpreter: string | null;
  readonly needed: readonly string[];
  readonly pie: boolean;
  readonly initArray: boolean;
  readonly table: string;
  readonly entry: string | null;
  /** `__libc_start_main` is undefined in .dynsym: libc's start-up code runs. */
  readonly libcStart: boolean;
  /** `_cgo_topofstack` and `crosscall2` in .dynsym. */
  readonly dynamicCgo: boolean;
  /** Of `watched`, what .symtab defines. */
  readonly symbols: readonly string[];
  /** Of `watched`, what the function table holds. */
  readonly functions: readonly string[];
  readonly version: string | null;
  readonly infoFrom: string | null;
  readonly appended: number;
  readonly packer: string | null;
  readonly go: boolean;
}

export const watched: readonly string[] = [
  'runtime.main',
  'main.main',
  'x_cgo_init',
  'plugin.open',
  'runtime.racefuncenter',
  '__tsan_init',
  'runtime.msanread',
  'runtime.asanread',
  'app/vendor/third.party/dep.Greeting',
];

/** Opens a file that must be ELF, hands its facts over and closes it. */
export function withFacts<T>(path: string, use: (facts: BinaryFacts) => T): T {
  const opened = openBinary(path);
  if (opened.kind !== 'elf') throw new Error(`${path}: ${JSON.stringify(opened)}`);
  try {
    const result = use(opened.facts);
    assert.is(opened.changed(), false);
    return result;
  } finally {
    opened.close();
  }
}

/** The facts that `expected` names. */
export function summary(facts: BinaryFacts, expected: Partial<Summary>): Partial<Summary> {
  return Object.fromEntries(Object.keys(expected).map(key => [key, readers[key as keyof Summary](facts)]));
}

const readers: { readonly [K in keyof Summary]: (facts: BinaryFacts) => Summary[K] } = {
  goarch: facts => facts.goarch,
  type: facts => facts.type,
  interpreter: facts => value(facts.interpreter()),
  needed: facts => value(facts.needed()),
  pie: facts => value(facts.isPie()),
  initArray: facts => value(facts.hasInitArray()),
  table: facts => facts.symbolTable().kind,
  entry: facts => value(facts.entrySymbol()),
  libcStart: facts => value(facts.dynamicSymbols()).undefined.has('__libc_start_main'),
  dynamicCgo: facts => {
    const { defined } = value(facts.dynamicSymbols());
    return defined.has('_cgo_topofstack') && defined.has('crosscall2');
  },
  symbols: facts => inOrder(value(facts.definedSymbols(watched))),
  functions: facts => inOrder(value(facts.goFunctions(watched))),
  version: facts => value(facts.buildInfo())?.goVersion ?? null,
  infoFrom: facts => value(facts.buildInfo())?.from ?? null,
  appended: facts => value(facts.appendedBytes()),
  packer: facts => facts.packer(),
  go: facts => value(facts.isGo()),
};

function value<T>(reading: Reading<T>): T {
  if (!reading.ok) throw new Error(reading.why);
  return reading.value;
}

function inOrder(found: ReadonlySet<string>): readonly string[] {
  return watched.filter(name => found.has(name));
}
