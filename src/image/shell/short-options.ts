import { type Word, wordOf } from './words.ts';

/** Options and operands of a command that is read as getopt_long(3) does it. */
export interface ReadOptions {
  /** In order: a letter without its dash, or a long option's name without its dashes. */
  readonly options: readonly { readonly name: string; readonly value: Word | null }[];
  readonly operands: readonly Word[];
  /** A word that is a file of more words (`@file`), or is not known. */
  readonly isOpen: boolean;
}

/**
 * Reads letters in one word (`-sm755`), values glued to a letter or in the next word, `--name=value` and `--`. `valued` holds the
 * letters that take a value, `names` the long options that do; `all` holds every long option, where a beginning that only one of
 * them has stands for it.
 */
export function readShortOptions(
  words: readonly Word[],
  valued: string,
  names: RegExp,
  all: readonly string[] = [],
): ReadOptions {
  const options: { name: string; value: Word | null }[] = [];
  const operands: Word[] = [];
  let isOpen = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    const [first] = word.text;
    if (typeof first !== 'string') {
      isOpen ||= word.text.some(piece => typeof piece !== 'string' && !piece.quoted);
      operands.push(word);
    } else if (first === '--' && word.text.length === 1) {
      operands.push(...words.slice(index + 1));
      break;
    } else if (first.startsWith('--')) {
      const [, written = '', equals] = /^--([^=]*)(=)?/.exec(first) ?? [];
      const name = wholeName(written, all);
      const isSplit = equals === undefined && names.test(name);
      if (isSplit) index++;
      const value = equals === undefined ? (words[index] ?? null) : without(word, written.length + 3);
      options.push({ name, value: equals === undefined && !isSplit ? null : value });
    } else if (first.startsWith('-') && first.length > 1) {
      for (let at = 1; at < first.length; at++) {
        const name = first[at] ?? '';
        if (!valued.includes(name)) {
          options.push({ name, value: null });
          continue;
        }
        const isGlued = at + 1 < first.length || word.text.length > 1;
        if (!isGlued) index++;
        options.push({ name, value: isGlued ? without(word, at + 1) : (words[index] ?? null) });
        break;
      }
    } else {
      isOpen ||= first.startsWith('@');
      operands.push(word);
    }
  }
  return { options, operands, isOpen };
}

/** getopt_long takes a beginning for the whole. */
function wholeName(written: string, all: readonly string[]): string {
  const [only, other] = all.includes(written) ? [] : all.filter(name => name.startsWith(written));
  return only !== undefined && other === undefined ? only : written;
}

/** What a path-valued option says, the last time. */
export function lastValue({ options }: ReadOptions, ...names: readonly string[]): Word | null {
  return options.findLast(({ name }) => names.includes(name))?.value ?? null;
}

export function hasOption({ options }: ReadOptions, ...names: readonly string[]): boolean {
  return options.some(({ name }) => names.includes(name));
}

function without(word: Word, length: number): Word {
  const [first, ...rest] = word.text;
  const head = typeof first === 'string' ? first.slice(length) : '';
  return {
    ...word,
    text: head === '' ? rest : [head, ...rest],
    raw: wordOf(word)?.slice(length) ?? word.raw,
    range: null,
  };
}
