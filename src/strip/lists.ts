/**
 * Puts the words of `@file` in its place, as libiberty's expandargv does: white space separates, a backslash takes the next
 * character as it is, '…' and "…" hold words together; a file that cannot be read leaves the word as it stands. Lists in
 * lists are followed, up to a limit.
 */
export function expandLists(words: readonly string[], read: (file: string) => string, depth = 0): readonly string[] {
  return words.flatMap(word => {
    if (!word.startsWith('@') || depth > 100) return [word];
    let text: string;
    try {
      text = read(word.slice(1));
    } catch {
      return [word];
    }
    return expandLists(splitList(text), read, depth + 1);
  });
}

const part = /\\([\s\S])|'((?:\\[\s\S]|[^'\\])*)'?|"((?:\\[\s\S]|[^"\\])*)"?/g;
const word = /(?:\\[\s\S]|'(?:\\[\s\S]|[^'\\])*'?|"(?:\\[\s\S]|[^"\\])*"?|[^\s\\'"])+/g;

function splitList(text: string): string[] {
  return [...text.matchAll(word)].map(([found]) =>
    found.replace(part, (_, escaped?: string, single?: string, double?: string) =>
      (escaped ?? single ?? double ?? '').replace(escaped === undefined ? /\\([\s\S])/g : /(?!)/, '$1'),
    ),
  );
}
