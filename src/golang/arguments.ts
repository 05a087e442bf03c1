import { type FlagKind, readValue, takesNextWord } from './flags.ts';

/** One flag as it was said: in one word, or two (`-o`, `x`). */
export interface SaidFlag {
  readonly name: string;
  readonly kind: FlagKind;
  /** What go acts on (`true` for `--race=1`). */
  readonly value: string;
  readonly words: readonly string[];
}

export interface ReadArguments {
  readonly flags: readonly SaidFlag[];
  /** What follows the flags, a terminating `--` included. */
  readonly rest: readonly string[];
}

/**
 * Reads words as Go's package flag does (Go 1.19–1.26, flag.go parseOne): flags end at the first non-flag, at `-`, or behind
 * `--`. `untouched` where go prints a message or its usage and exits.
 */
export function readArguments(
  words: readonly string[],
  table: ReadonlyMap<string, FlagKind>,
): ReadArguments | { readonly untouched: string } {
  const flags: SaidFlag[] = [];
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? '';
    if (!isFlag(word)) break;
    const said = readFlag(word, words[at + 1], table);
    if ('untouched' in said) return said;
    flags.push(said);
    at += said.words.length;
  }
  return { flags, rest: words.slice(at) };
}

/** One word of GOFLAGS: like an argument, but a value must stand behind `=` (base/goflags.go SetFromGOFLAGS). */
export function readFlag(
  word: string,
  next: string | undefined,
  table: ReadonlyMap<string, FlagKind>,
): SaidFlag | { readonly untouched: string } {
  const { name, value } = splitFlag(word);
  if (name === null) return { untouched: `bad flag syntax: ${word}` };
  const kind = table.get(name);
  if (kind === undefined) {
    return { untouched: name === 'h' || name === 'help' ? 'asks for usage' : `unknown flag -${name}` };
  }
  const twoWords = value === null && takesNextWord(kind);
  const text = value ?? (twoWords ? next : 'true');
  if (text === undefined) return { untouched: `-${name} needs an argument` };
  const read = readValue(kind, text);
  if (read === null) return { untouched: `invalid value for -${name}: ${text}` };
  return { name, kind, value: read, words: twoWords ? [word, text] : [word] };
}

/** `-name`, `--name`, `-name=value`; name is null for `---x`, `-=x` and `--=x`. */
export function splitFlag(word: string): { readonly name: string | null; readonly value: string | null } {
  const bare = word.replace(/^--?/, '');
  if (bare === '' || bare.startsWith('-') || bare.startsWith('=')) return { name: null, value: null };
  const equals = bare.indexOf('=');
  return equals < 0 ? { name: bare, value: null } : { name: bare.slice(0, equals), value: bare.slice(equals + 1) };
}

function isFlag(word: string): boolean {
  return word.length >= 2 && word.startsWith('-') && word !== '--';
}
