// cmd/internal/quoted (Go 1.18–1.26, unchanged): space, tab, LF and CR separate words; a quote counts only at the start of a
// word; there are no escapes. GOFLAGS, -ldflags, -extldflags, -exec, -toolexec, CC and CGO_LDFLAGS are all written this way.

/** A word and where it stands in the text, quotes included: [start, end). */
export interface Span {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** quoted.Split; null where go says `unterminated ' string`. */
export function splitQuoted(text: string): string[] | null {
  return spansOf(text)?.map(span => span.word) ?? null;
}

/** quoted.Split with positions. After a closing quote the next word may follow without a blank. */
export function spansOf(text: string): Span[] | null {
  const spans: Span[] = [];
  let at = 0;
  while (true) {
    at = skip(text, at, blank);
    if (at >= text.length) return spans;
    const start = at;
    const quote = text[at];
    if (quote === '"' || quote === "'") {
      const close = text.indexOf(quote, at + 1);
      if (close < 0) return null;
      spans.push({ word: text.slice(at + 1, close), start, end: close + 1 });
    } else {
      spans.push({ word: text.slice(at, skip(text, at, notBlank)), start, end: skip(text, at, notBlank) });
    }
    at = spans.at(-1)?.end ?? text.length;
  }
}

/**
 * The inverse of split: null when a word needs quotes and holds both kinds, which this grammar cannot spell.
 * Unlike Go's Join, a quote inside a word without blanks needs no quoting, and an empty word becomes `''`.
 */
export function joinQuoted(words: readonly string[]): string | null {
  const quoted = words.map(quoteWord);
  return quoted.includes(null) ? null : quoted.join(' ');
}

/** One word as it must be written to be read back as one word; null when it cannot be. */
export function quoteWord(word: string): string | null {
  if (word !== '' && !/[ \t\n\r]/.test(word) && !/^['"]/.test(word)) return word;
  if (!word.includes("'")) return `'${word}'`;
  return word.includes('"') ? null : `"${word}"`;
}

/** The text without some of its words; every other word and its quotes stay to the letter. */
export function cutWords(text: string, spans: readonly Span[], cut: (index: number) => boolean): string {
  let kept = '';
  let from = 0;
  spans.forEach((span, index) => {
    if (!cut(index)) return;
    kept += text.slice(from, span.start);
    from = spans[index + 1]?.start ?? text.length;
  });
  return trimBlanks(kept + text.slice(from));
}

/** One word that a filter did not leave as it was; `now` is null when it went. */
export interface ChangedWord {
  readonly word: string;
  readonly now: string | null;
}

/**
 * The text with the words for which `keep` answers false taken out and those for which it answers a string replaced; every
 * other word and its quotes stay to the letter. null when nothing changes.
 */
export function filterWords(
  text: string,
  keep: (word: string, index: number, words: readonly string[]) => boolean | string,
): { readonly text: string; readonly changed: readonly ChangedWord[] } | null {
  const spans = spansOf(text) ?? [];
  const words = spans.map(span => span.word);
  const answers = words.map((word, index) => {
    const answer = keep(word, index, words);
    if (typeof answer === 'boolean') return answer ? word : null;
    return quoteWord(answer) === null ? word : answer;
  });
  const changed = words.flatMap((word, index) => {
    const now = answers[index] ?? null;
    return now === word ? [] : [{ word, now }];
  });
  if (changed.length === 0) return null;
  const replaced = spans.toReversed().reduce((left, { word, start, end }, index) => {
    const now = answers[spans.length - 1 - index] ?? null;
    if (now === null || now === word) return left;
    // Behind a closing quote the next word may follow without a blank.
    const apart = end < left.length && notBlank(left.charAt(end)) ? ' ' : '';
    return left.slice(0, start) + quoteAgain(now, left.charAt(start)) + apart + left.slice(end);
  }, text);
  return { text: cutWords(replaced, spansOf(replaced) ?? [], index => answers[index] === null), changed };
}

/**
 * A new word in the quotes of the one it replaces: a second kind of quotes could not be held by a text that stands in quotes
 * itself, as -extldflags does in -ldflags.
 */
function quoteAgain(word: string, quote: string): string | null {
  return /['"]/.test(quote) && !word.includes(quote) ? quote + word + quote : quoteWord(word);
}

/** GOFLAGS' words: strings.Fields up to Go 1.19 (base/goflags.go), quoted.Split since; null where go cannot parse it. */
export function splitGoflags(text: string, minor: number): string[] | null {
  if (minor > 19) return splitQuoted(text);
  return text.split(new RegExp(`[${unicodeSpace}]+`)).filter(word => word !== '');
}

/** strings.TrimSpace, whose idea of a blank is not JavaScript's (U+0085 is one, U+FEFF is not). */
export function trimSpace(text: string): string {
  return text.replace(new RegExp(`^[${unicodeSpace}]+|[${unicodeSpace}]+$`, 'g'), '');
}

/** unicode.IsSpace, as the inside of a character class. */
const unicodeSpace = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const blank = (char: string) => char === ' ' || char === '\t' || char === '\n' || char === '\r';
const notBlank = (char: string) => !blank(char);

function trimBlanks(text: string): string {
  return text.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, '');
}

function skip(text: string, from: number, while_: (char: string) => boolean): number {
  let at = from;
  while (at < text.length && while_(text.charAt(at))) at++;
  return at;
}
