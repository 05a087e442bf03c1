/**
 * One word in single quotes, as every sh reads it back byte for byte. The only way in which a string of ours reaches a shell.
 * A word cannot hold NUL: no argument of a process can.
 */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Words for `eval "set -- …"`. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ');
}
