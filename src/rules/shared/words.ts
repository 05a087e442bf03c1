import type { Build, KeepWord } from '../../golang/build.ts';

/** Whether an option is unwanted; `later` holds the options behind it, as far as the linker sees them. */
export type OptionTest = (option: string, later: readonly string[]) => boolean;

/**
 * Takes unwanted options away from the system's linker, wherever go hands them on: -extldflags and -extld of each -ldflags,
 * CGO_LDFLAGS, CC and CXX. The same Build when there are none.
 */
export function withoutOptions(build: Build, keep: KeepWord): Build {
  const keepArguments: KeepWord = (word, index, words) => index === 0 || keep(word, index, words);
  const filtered = build.editLinkFlags(flags => flags.filterExternal(keep).filterValue('extld', keepArguments));
  return filtered.filterEnv('CGO_LDFLAGS', keep).filterEnv('CC', keepArguments).filterEnv('CXX', keepArguments);
}

/** The words that withoutOptions would look at, in order. */
export function systemLinkerWords(build: Build): readonly string[] {
  const words: string[] = [];
  withoutOptions(build, word => {
    words.push(word);
    return true;
  });
  return words;
}

/** What of a driver's words is for the linker: `-Wl,a,b`, `-Xlinker a`. */
export function linkerOptions(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) =>
    words[index - 1] === '-Xlinker' ? [word] : word.startsWith('-Wl,') ? partsOf(word) : [],
  );
}

/**
 * A filter for words as gcc and clang take them: options of their own, `-Wl,a,b` (each part is an option of the linker, and
 * the others stay) and `-Xlinker a`.
 */
export function unwanted(driver: OptionTest, linker: OptionTest): KeepWord {
  return (word, index, words) => {
    const later = words.slice(index + 1).flatMap(partsOf);
    const next = words[index + 1];
    if (word === '-Xlinker') return next === undefined || !linker(next, later.slice(1));
    if (words[index - 1] === '-Xlinker') return !linker(word, later);
    if (!word.startsWith('-Wl,')) return !driver(word, later);
    const parts = partsOf(word);
    const kept = parts.filter((part, at) => !linker(part, [...parts.slice(at + 1), ...later]));
    if (kept.length === parts.length) return true;
    return kept.length === 0 ? false : `-Wl,${kept.join(',')}`;
  };
}

function partsOf(word: string): string[] {
  return word.startsWith('-Wl,') ? word.slice('-Wl,'.length).split(',') : [word];
}
