/** Takes C linker options out of a list of words, whichever way the compiler driver hands them on. */
export type OptionTest = (option: string, later: readonly string[]) => boolean;

/**
 * A filter for words as gcc and clang take them: `-static` itself, `-Wl,a,b` (each part is an option of the linker) and
 * `-Xlinker a`. A `-Wl` word goes when every part of it is unwanted; one that mixes in wanted parts stays, and what it does
 * shows in the output.
 */
export function unwantedWords(
  driver: OptionTest,
  linker: OptionTest,
): (word: string, index: number, words: readonly string[]) => boolean {
  return (word, index, words) => {
    const later = words.slice(index + 1).flatMap(linkerOptions);
    if (word === '-Xlinker') {
      const next = words[index + 1];
      return next !== undefined && linker(next, words.slice(index + 2).flatMap(linkerOptions));
    }
    if (words[index - 1] === '-Xlinker') return linker(word, later);
    if (!word.startsWith('-Wl,')) return driver(word, later);
    const parts = linkerOptions(word);
    return parts.length > 0 && parts.every((part, at) => linker(part, [...parts.slice(at + 1), ...later]));
  };
}

function linkerOptions(word: string): string[] {
  if (!word.startsWith('-Wl,')) return [word];
  return word.slice('-Wl,'.length).split(',');
}
