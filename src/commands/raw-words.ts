import { readFileSync } from 'node:fs';

/**
 * The words with the bytes they were typed with: Node turns what is no UTF-8 into U+FFFD, and such a name could never be
 * opened. Linux keeps the bytes in /proc/self/cmdline; elsewhere the words stay as they are.
 */
export function rawWords(words: readonly string[]): readonly (string | Buffer)[] {
  if (!words.some(word => word.includes('\ufffd'))) return words;
  const raw = commandLine();
  return words.map(word => {
    if (!word.includes('\ufffd')) return word;
    const at = raw.findIndex(bytes => bytes.toString('utf8') === word && !Buffer.from(word).equals(bytes));
    // Two names can look alike once they are decoded: each is used once.
    return at < 0 ? word : (raw.splice(at, 1)[0] ?? word);
  });
}

function commandLine(): Buffer[] {
  try {
    const words = readFileSync('/proc/self/cmdline').toString('latin1').split('\0');
    return words.map(word => Buffer.from(word, 'latin1'));
  } catch {
    return [];
  }
}
