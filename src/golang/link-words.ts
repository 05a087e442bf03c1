import { splitFlag } from './arguments.ts';
import { readBoolean } from './flags.ts';

/** One flag among the words of -ldflags: `words[index]`, and the next one too when `length` is 2. */
export interface LinkWord {
  readonly name: string;
  /** Canonical for booleans; null for a value flag that ends the words and so has none. */
  readonly value: string | null;
  readonly index: number;
  readonly length: 1 | 2;
  /** Written with one dash, the only spelling that cmd/go's own look at -linkmode and -extld understands. */
  readonly plain: boolean;
}

/**
 * Reads the words as cmd/link's package flag does, so that a flag's value (`-X -s`, `-o -race`) is never taken for a flag.
 * Words are passed over where cmd/link would stop (no flag, unknown flag): it fails there, or is newer than the table.
 */
export function readLinkWords(words: readonly string[]): readonly LinkWord[] {
  const read: LinkWord[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const { name, value } = splitFlag(word);
    if (!word.startsWith('-') || name === null) continue;
    const plain = !word.startsWith('--');
    if (!takesValue.has(name)) {
      const canonical = value === null ? 'true' : (readBoolean(value) ?? value);
      read.push({ name, value: canonical, index, length: 1, plain });
    } else if (value !== null) {
      read.push({ name, value, index, length: 1, plain });
    } else {
      const next = words[index + 1];
      read.push({ name, value: next ?? null, index, length: next === undefined ? 1 : 2, plain });
      index++;
    }
  }
  return read;
}

export function isLinkValueFlag(name: string): boolean {
  return takesValue.has(name);
}

// `go tool link -h` of Go 1.19.8 to 1.26.8; every other flag is a boolean. Names come (randlayout 1.23, fipso 1.24, funcalign
// 1.25, D 1.26) and none changes its kind; test/golang/flags.test.ts holds this against the installed linker.
const takesValue: ReadonlySet<string> = new Set(
  `B D E H I L R T X benchmark benchmarkprofile buildid buildmode capturehostobjs cpuprofile debugtextsize debugtramp extar
  extld extldflags fipso funcalign importcfg installsuffix k libgcc linkmode memprofile memprofilerate o pluginpath r
  randlayout strictdups tmpdir`.split(/\s+/),
);
