import { allStep, Glob, letterStep, type Step } from '../glob.ts';
import { either, empty, hole, known, type Text } from '../text.ts';

/** Value of a variable, or undefined where it is unset. */
export type Lookup = (name: string) => Text | undefined;

/**
 * Replaces variables and removes quotes as BuildKit does in FROM, ENV, ARG, COPY, WORKDIR … (shell/lex.go): single quotes
 * hold, an unset variable is empty, the escape character takes the next letter as it is. What it cannot work out (patterns
 * over unknown values) becomes a hole. In heredocs quotes are letters like any other (`keepsQuotes`).
 */
export function expand(raw: string, lookup: Lookup, escaper: string, keepsQuotes = false): Text {
  return new Expander(raw, lookup, escaper, keepsQuotes).run();
}

/** Splits at blanks outside quotes; quotes and escapes stay in the words (parseWords in line_parsers.go). */
export function splitWords(text: string, escaper: string): { readonly word: string; readonly at: number }[] {
  const words: { word: string; at: number }[] = [];
  let quote = '';
  let start = -1;
  for (let index = 0; index <= text.length; index++) {
    const letter = text[index];
    if (letter === undefined || (quote === '' && /\s/.test(letter))) {
      if (start >= 0) words.push({ word: text.slice(start, index), at: start });
      start = -1;
      continue;
    }
    if (start < 0) start = index;
    if (letter === escaper && quote !== "'") index++;
    else if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
    else if (letter === quote) quote = '';
  }
  return words;
}

/** Whether the text ends inside quotes. */
export function hasOpenQuote(text: string, escaper: string): boolean {
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const letter = text[index];
    if (letter === escaper && quote !== "'") index++;
    else if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
    else if (letter === quote) quote = '';
  }
  return quote !== '';
}

class Expander {
  readonly #raw: string;
  readonly #lookup: Lookup;
  readonly #escaper: string;
  readonly #keepsQuotes: boolean;
  #index = 0;
  #depth = 0;

  constructor(raw: string, lookup: Lookup, escaper: string, keepsQuotes: boolean) {
    this.#keepsQuotes = keepsQuotes;
    this.#raw = raw;
    this.#lookup = lookup;
    this.#escaper = escaper;
  }

  run(until = ''): Text {
    const pieces: (Text[number] | '')[] = [];
    let quote = '';
    let plain = '';
    const flush = (): void => {
      if (plain !== '') pieces.push(plain);
      plain = '';
    };
    for (; this.#index < this.#raw.length; this.#index++) {
      const letter = this.#raw[this.#index] ?? '';
      if (until !== '' && quote === '' && letter === until) break;
      if (letter === this.#escaper && quote !== "'") {
        const next = this.#raw[this.#index + 1];
        if (quote === '"' && next !== '"' && next !== '$' && next !== this.#escaper) plain += letter;
        else {
          plain += next ?? letter;
          this.#index++;
        }
      } else if (quote === '' && !this.#keepsQuotes && (letter === '"' || letter === "'")) quote = letter;
      else if (letter === quote) quote = '';
      else if (letter === '$' && quote !== "'") {
        flush();
        pieces.push(...this.#variable());
      } else plain += letter;
    }
    flush();
    return join(pieces);
  }

  /** Stands at `$`; leaves the index at the last letter it used. */
  #variable(): Text {
    const rest = this.#raw.slice(this.#index);
    const plain = /^\$([A-Za-z_]\w*|[0-9@*#?!$-])/.exec(rest);
    if (plain !== null) {
      this.#index += plain[0].length - 1;
      return this.#lookup(plain[1] ?? '') ?? empty;
    }
    const braced = /^\$\{([A-Za-z_]\w*)(:?[-+?=]|##?|%%?|\/\/?|\})?/.exec(rest);
    if (braced === null) return ['$'];
    const start = this.#index;
    const name = braced[1] ?? '';
    const operator = braced[2] ?? '';
    this.#index += braced[0].length;
    const value = this.#lookup(name);
    if (operator === '}') {
      this.#index--;
      return value ?? empty;
    }
    // Nobody nests them so deep; a file made to do harm does.
    if (this.#depth > 50) {
      this.#index = this.#raw.length;
      return hole(this.#raw.slice(start, start + 40), name);
    }
    this.#depth++;
    const operand = this.run('}');
    this.#depth--;
    const source = this.#raw.slice(start, this.#index + 1);
    return applyOperator(operator, name, value, operand, source);
  }
}

/** `${name<operator>operand}`, as both BuildKit and the shell read it. */
export function applyOperator(
  operator: string,
  name: string,
  value: Text | undefined,
  operand: Text,
  source: string,
): Text {
  const isSet = value !== undefined && (!operator.startsWith(':') || value.length > 0);
  const plain = operator.replace(':', '');
  const [only] = value ?? [];
  const unset = value?.length === 1 && typeof only === 'object' ? only.isUnset : undefined;
  if (plain === '-' || plain === '=') return isSet && unset === undefined ? value : operand;
  if (plain === '+' && unset === 'in FROM') return empty;
  // Whoever calls the build may leave it unset, or give it a value.
  if (plain === '+' && isSet && value.every(piece => typeof piece !== 'string')) return either(name, operand, empty);
  if (plain === '+') return isSet ? operand : empty;
  if (plain === '?') return value ?? hole(source, name);
  const text = value === undefined ? '' : known(value);
  const pattern = known(operand);
  if (text === '') return empty;
  if (text === null || pattern === null) return hole(source, name);
  return cut(operator, text, pattern) ?? hole(source, name);
}

function cut(operator: string, text: string, pattern: string): Text | null {
  if (operator.startsWith('/')) return null;
  // A longer one is nobody's version number.
  if (text.length > 500 || pattern.length > 200) return null;
  const whole = globOf(pattern);
  const lengths = Array.from({ length: text.length + 1 }, (_, length) => length);
  if (operator.length === 2) lengths.reverse();
  const fromStart = operator.startsWith('#');
  for (const length of lengths) {
    const part = fromStart ? text.slice(0, length) : text.slice(text.length - length);
    if (whole.test(part)) return join([fromStart ? text.slice(length) : text.slice(0, text.length - length)]);
  }
  return join([text]);
}

/** `*` and `?` of a shell's `${name%pattern}`, which slashes do not end. */
function globOf(pattern: string): Glob {
  return new Glob(
    [...pattern].map((letter): Step => {
      if (letter === '*') return allStep;
      return letter === '?' ? { kind: 'one', test: () => true } : letterStep(letter);
    }),
  );
}

function join(pieces: readonly Text[number][]): Text {
  const joined: Text[number][] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece === '') continue;
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined;
}
