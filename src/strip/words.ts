/** One option of a strip line as it can be written again, or a file. */
type Token =
  | { readonly kind: 'option'; readonly name: string; readonly words: readonly string[] }
  | { readonly kind: 'file'; readonly word: string };

export interface StripLine {
  readonly files: readonly string[];
  /** The line takes symbols away from an executable: it is what keeps an agent out of a Go program. */
  readonly takesSymbols: boolean;
  /** The same options for these files only. */
  withFiles(some: readonly string[]): readonly string[];
  /** The line for these files with their symbol table kept: debug sections go, every other option stays. */
  keepingSymbols(some: readonly string[]): readonly string[];
}

/**
 * Reads strip's words: GNU binutils 2.40 (binutils/objcopy.c strip_options, strip_main) and llvm-strip, which takes the same
 * spellings. Option clusters (`-sxo out`), unambiguous beginnings of long options and `--` as getopt_long reads them.
 */
export function readStripLine(words: readonly string[]): StripLine {
  const tokens = readTokens(words);
  const options = tokens.filter(token => token.kind === 'option');
  const last = (names: readonly string[]) => options.findLast(({ name }) => names.includes(name))?.name;
  // The last of these wins; without any of them, and without -x or -X, everything goes.
  const mode = last(['strip-all', 'strip-debug', 'strip-dwo', 'strip-unneeded', 'only-keep-debug', ...answers]);
  const discard = last(['discard-all', 'discard-locals']);
  const onlySays = options.some(({ name }) => answers.includes(name)) || mode === 'only-keep-debug';
  const takes =
    mode === 'strip-all' ||
    mode === 'strip-unneeded' ||
    (mode === undefined && discard === undefined) ||
    discard === 'discard-all' ||
    options.some(removesTable);
  const optionWords = (kept: typeof options) => kept.flatMap(option => option.words);
  const files = tokens.flatMap(token => (token.kind === 'file' ? [token.word] : []));
  // strip refuses -o with several files.
  const refused = files.length > 1 && last(['output-file']) !== undefined;
  return {
    files,
    takesSymbols: takes && !onlySays && !refused,
    withFiles: some => [...optionWords(options), '--', ...some],
    keepingSymbols: some => [
      ...optionWords(options.filter(option => !taking.includes(option.name) && !removesTable(option))),
      '--strip-debug',
      '--',
      ...some,
    ],
  };
}

const answers: readonly string[] = ['help', 'version', 'info'];
const taking: readonly string[] = ['strip-all', 'strip-unneeded', 'discard-all'];

function removesTable({ name, words }: Extract<Token, { kind: 'option' }>): boolean {
  return name === 'remove-section' && /^\.(symtab|strtab)$/.test(words.at(-1) ?? '');
}

/** Long options, true where a value follows. */
const long: Readonly<Record<string, boolean>> = {
  'input-target': true,
  'output-target': true,
  target: true,
  'preserve-dates': false,
  'enable-deterministic-archives': false,
  'disable-deterministic-archives': false,
  'remove-section': true,
  'remove-relocations': true,
  'strip-all': false,
  'strip-debug': false,
  'strip-dwo': false,
  'strip-unneeded': false,
  'only-keep-debug': false,
  'merge-notes': false,
  'no-merge-notes': false,
  'strip-symbol': true,
  'keep-section': true,
  'keep-symbol': true,
  'keep-section-symbols': false,
  'keep-file-symbols': false,
  wildcard: false,
  'discard-all': false,
  'discard-locals': false,
  verbose: false,
  version: false,
  help: false,
  info: false,
  'output-file': true,
};

const short: Readonly<Record<string, string>> = {
  I: 'input-target',
  O: 'output-target',
  F: 'target',
  p: 'preserve-dates',
  D: 'enable-deterministic-archives',
  U: 'disable-deterministic-archives',
  R: 'remove-section',
  s: 'strip-all',
  g: 'strip-debug',
  S: 'strip-debug',
  d: 'strip-debug',
  M: 'merge-notes',
  N: 'strip-symbol',
  K: 'keep-symbol',
  w: 'wildcard',
  x: 'discard-all',
  X: 'discard-locals',
  v: 'verbose',
  V: 'version',
  H: 'help',
  h: 'help',
};

function readTokens(words: readonly string[]): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--') {
      tokens.push(...words.slice(at + 1).map(file => ({ kind: 'file', word: file }) as const));
      break;
    }
    if (word.startsWith('--')) {
      const [given = '', value] = [word.slice(2).split('=', 1)[0], /=([\s\S]*)/.exec(word)?.[1]];
      const name = fullName(given);
      const takesNext = long[name] === true && value === undefined;
      const words_ = takesNext ? [word, words[++at] ?? ''] : [word];
      tokens.push({
        kind: 'option',
        name,
        words: name === 'remove-section' ? [`-R`, value ?? words_[1] ?? ''] : words_,
      });
    } else if (word.startsWith('-') && word !== '-') {
      at = readCluster(word, at, words, tokens);
    } else tokens.push({ kind: 'file', word });
  }
  return tokens;
}

/** Reads `-sxo out` from words[at] on; answers the index of the last word it took. */
function readCluster(word: string, at: number, words: readonly string[], tokens: Token[]): number {
  for (let index = 1; index < word.length; index++) {
    const letter = word.charAt(index);
    const name = letter === 'o' ? 'output-file' : (short[letter] ?? letter);
    if (long[name] !== true) {
      tokens.push({ kind: 'option', name, words: [`-${letter}`] });
      continue;
    }
    const glued = word.slice(index + 1);
    tokens.push({ kind: 'option', name, words: [`-${letter}`, glued === '' ? (words[at + 1] ?? '') : glued] });
    return glued === '' ? at + 1 : at;
  }
  return at;
}

/** getopt_long takes a beginning that fits one option only; an unknown one stays what it is, for strip to complain about. */
function fullName(given: string): string {
  if (given in long) return given;
  const fitting = Object.keys(long).filter(name => name.startsWith(given) && name !== 'output-file');
  return fitting.length === 1 ? (fitting[0] ?? given) : given;
}
