import { type Command, type FlagKind, flagsOfAnyRelease, takesNextWord } from './flags.ts';

/** A build, install or run line, cut at the command word. Its flags are read by openBuild, when the release is known. */
export interface CommandLine {
  readonly command: Command;
  /** What stood before the command word: `-C d`, `--`. */
  readonly before: readonly string[];
  /** The `-C` right behind the command word, as its one or two words; nothing may be put before it. */
  readonly chdirWords: readonly string[];
  /** Everything behind those. */
  readonly words: readonly string[];
  /** The directory that go will build in, relative to its own; null without a `-C`. Asked of go env and outputs alike. */
  readonly chdir: string | null;
  /** True when a `-C` stands where only Go 1.20 takes one: not first, or a second one. */
  readonly lateChdir: boolean;
}

export type Line = CommandLine | { readonly untouched: string };

/**
 * Finds the command word as cmd/go's main and handleChdirFlag do (Go 1.20–1.26). `untouched` for every other command and
 * for whatever go itself would complain about before it reads the command. `argv` is without the word `go`.
 */
export function readLine(argv: readonly string[]): Line {
  const outer = takeChdir(argv);
  let at = outer.words.length;
  // Package flag: the first `--` ends go's own flags, which are none.
  if (argv[at] === '--') at++;
  const word = argv[at];
  if (word === undefined) return { untouched: 'no command' };
  if (word.startsWith('-')) return { untouched: `${word} before the command` };
  if (word !== 'build' && word !== 'install' && word !== 'run') return { untouched: `${word} is not intercepted` };
  const before = argv.slice(0, at);
  const rest = argv.slice(at + 1);
  // handleChdirFlag removes one -C only; behind a `--` it looks at the `--` and removes none.
  const inner = before.length === 0 ? takeChdir(rest) : none;
  const words = rest.slice(inner.words.length);
  const late = lateDirectories(word, words);
  const directories = [...outer.directories, ...inner.directories, ...late];
  return {
    command: word,
    before,
    chdirWords: inner.words,
    words,
    chdir: directories.length === 0 ? null : directories.reduce(enter),
    lateChdir: late.length > 0,
  };
}

interface Chdir {
  readonly words: readonly string[];
  readonly directories: readonly string[];
}
const none: Chdir = { words: [], directories: [] };

function takeChdir(words: readonly string[]): Chdir {
  const [first, second] = words;
  if (first === undefined) return none;
  if (first === '-C' || first === '--C') {
    return second === undefined ? none : { words: [first, second], directories: [second] };
  }
  const directory = /^--?C=(.*)$/s.exec(first)?.[1];
  return directory === undefined ? none : { words: [first], directories: [directory] };
}

/** Go 1.20 takes -C anywhere among the flags and enters one directory after the other. */
function lateDirectories(command: Command, words: readonly string[]): string[] {
  const directories: string[] = [];
  const table = flagsOfAnyRelease(command);
  for (let at = 0; at < words.length; at++) {
    const [, name, value] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(words[at] ?? '') ?? [];
    const kind: FlagKind | undefined = name === undefined ? undefined : table.get(name);
    if (kind === undefined) break;
    const taken = value ?? (takesNextWord(kind) ? words[++at] : undefined);
    if (kind === 'chdir' && taken !== undefined) directories.push(taken);
  }
  return directories;
}

function enter(from: string, to: string): string {
  return to.startsWith('/') ? to : `${from}/${to}`;
}
