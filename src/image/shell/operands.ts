import type { Shell } from './shell.ts';
import { type Word, wordOf } from './words.ts';

/** The paths that a command's operands name, globs over what is known to be there filled in. */
export function paths(shell: Shell, words: readonly Word[], valued: RegExp = /^$/): string[] {
  return operands(words, valued).flatMap(word => {
    const path = shell.path(word.text);
    if (path === null) return [];
    const matched = shell.machine.files.match(path);
    return matched.length > 0 ? matched : [path];
  });
}

/** The words that are no options; `valued` options take the next word with them. */
export function operands(words: readonly Word[], valued: RegExp): Word[] {
  const found: Word[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    const text = wordOf(word);
    if (word === undefined) break;
    if (text === '--') return [...found, ...words.slice(index + 1)];
    if (text?.startsWith('-') && text !== '-') {
      if (valued.test(text)) index++;
    } else found.push(word);
  }
  return found;
}

/** The path that an option gives (`-C dir`, `--directory=dir`). */
export function directoryOption(shell: Shell, words: readonly Word[], ...names: readonly string[]): string | null {
  for (const [index, word] of words.entries()) {
    const text = wordOf(word);
    const next = words[index + 1];
    if (text !== null && names.includes(text) && next !== undefined) return shell.path(next.text);
    const joined = names.find(name => text?.startsWith(`${name}=`));
    if (joined !== undefined && text !== null) return shell.path([text.slice(joined.length + 1)]);
  }
  return null;
}

/** Skips leading options; those that `valued` names take the next word with them. */
export function dropOptions(words: readonly Word[], valued: RegExp = /^$/): readonly Word[] {
  let index = 0;
  for (; index < words.length; index++) {
    const option = wordOf(words[index]);
    if (option === '--') return words.slice(index + 1);
    if (option === null || !option.startsWith('-')) break;
    if (valued.test(option)) index++;
  }
  return words.slice(index);
}
