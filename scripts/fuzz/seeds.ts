// The binaries that are mutated: small, and one of each kind that a verdict turns on.
import { readFileSync } from 'node:fs';
import which from 'which';
import { type BinarySpec, builtBinary } from '../../test/support/binaries.ts';

const external = '-ldflags=all=-linkmode=external';
const musl = { CC: 'musl-gcc', CGO_ENABLED: '1' };
/** The least that Go's own linker links with cgo. */
const withCgo = {
  'go.mod': 'module example.com/app\n\ngo 1.19\n',
  'main.go': 'package main\n\nimport _ "runtime/cgo"\n\nfunc main() { println("hello") }\n',
};

const specs: Readonly<Record<string, BinarySpec>> = {
  external: { source: 'hello', args: [external] },
  internal: { source: withCgo },
  'external PIE': { source: 'hello', args: ['-buildmode=pie', external] },
  musl: { source: 'hello', args: [external], env: musl },
  'musl, internal': { source: withCgo, env: musl },
  stripped: { source: 'hello', args: [external], after: [['strip']] },
  'strip -K main.main': { source: 'hello', args: [external], after: [['strip', '-K', 'main.main']] },
  static: { source: 'hello', env: { CGO_ENABLED: '0' } },
  'pure-Go PIE': { source: 'hello', args: ['-buildmode=pie'], env: { CGO_ENABLED: '0' } },
  race: { source: 'hello', args: ['-race', external] },
  'race, stripped': { source: 'hello', args: ['-race', external], after: [['strip']] },
  'external without runtime/cgo': { source: 'hello', go: '1.20', args: ['-ldflags=-linkmode=external'] },
  'host of plugins': { source: 'pluginHost', after: [['strip', '--strip-debug']] },
  gccgo: {
    source: { 'main.go': 'package main\n\nfunc main() { println("hello") }\n' },
    command: ['gccgo', '-o', '$OUT', 'main.go'],
  },
  'not official': { source: 'hello', args: [external], env: { GOEXPERIMENT: 'boringcrypto' } },
  'mips (32-bit, big-endian)': { source: 'hello', env: { GOARCH: 'mips', CGO_ENABLED: '0' } },
  's390x (64-bit, big-endian)': { source: 'hello', env: { GOARCH: 's390x', CGO_ENABLED: '0' } },
};

export interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
  /** How often it is picked, beside the others. */
  readonly weight: number;
}

/** Exports every symbol, and takes ten times as long as the others. */
const seldom: ReadonlySet<string> = new Set(['host of plugins']);

/** Those that this machine can build; the others are named on stderr. */
export function loadSeeds(): readonly Seed[] {
  return Object.entries(specs).flatMap(([name, spec]) => {
    const missing = [spec.env?.CC ?? spec.command?.[0] ?? 'gcc'].filter(
      program => which.sync(program, { nothrow: true }) === null,
    );
    if (missing.length === 0)
      return [{ name, bytes: readFileSync(builtBinary(spec)), weight: seldom.has(name) ? 1 : 4 }];
    process.stderr.write(`no seed "${name}": needs ${missing.join(' ')}\n`);
    return [];
  });
}
