/**
 * Text taken out of a file in stretches (continuation lines joined, a string of a JSON array, the word after `sh -c`),
 * which still knows where each character stood.
 */
export class Source {
  readonly text: string;
  readonly #stretches: readonly Stretch[];

  private constructor(text: string, stretches: readonly Stretch[]) {
    this.text = text;
    this.#stretches = stretches;
  }

  /** `text` as it stands in the file at `at` (an offset in UTF-16 units). */
  static at(text: string, at: number): Source {
    return new Source(text, [{ start: 0, at, length: text.length }]);
  }

  /** Text that stands nowhere as such (unescaped, expanded): all of it is said to stand at `at`. */
  static near(text: string, at: number): Source {
    return new Source(text, [{ start: 0, at, length: 0 }]);
  }

  static join(parts: readonly Source[]): Source {
    const stretches: Stretch[] = [];
    const texts: string[] = [];
    let start = 0;
    for (const part of parts) {
      for (const stretch of part.#stretches) stretches.push({ ...stretch, start: stretch.start + start });
      texts.push(part.text);
      start += part.text.length;
    }
    return new Source(texts.join(''), stretches);
  }

  slice(start: number, end: number = this.text.length): Source {
    const stretches: Stretch[] = [];
    for (let index = Math.max(0, this.#find(start)); index < this.#stretches.length; index++) {
      const stretch = this.#stretches[index];
      if (stretch === undefined || (stretch.start >= end && stretches.length > 0)) break;
      const skip = Math.max(0, start - stretch.start);
      const direct = stretch.length > 0;
      stretches.push({
        start: Math.max(0, stretch.start - start),
        at: stretch.at + (direct ? skip : 0),
        length: direct ? Math.max(0, Math.min(stretch.length, end - stretch.start) - skip) : 0,
      });
    }
    return new Source(this.text.slice(start, end), stretches);
  }

  trimStart(): Source {
    return this.slice(this.text.length - this.text.trimStart().length);
  }

  /** Offset in the file of the character at `offset`. */
  at(offset: number): number {
    const stretch = this.#stretches[this.#find(offset)];
    if (stretch === undefined) return 0;
    return stretch.at + Math.min(offset - stretch.start, stretch.length);
  }

  /** Start and end in the file of a part that stands there in one piece, character for character; else null. */
  range(start: number, end: number): { readonly start: number; readonly end: number } | null {
    const stretch = this.#stretches[this.#find(start)];
    if (stretch === undefined || end > stretch.start + stretch.length) return null;
    return { start: stretch.at + start - stretch.start, end: stretch.at + end - stretch.start };
  }

  /** From where a part begins in the file to where it ends, with what a continuation dropped in between; null: it stands nowhere. */
  span(start: number, end: number): { readonly start: number; readonly end: number } | null {
    let before = -1;
    for (let index = this.#find(start); index <= this.#find(end - 1); index++) {
      const stretch = this.#stretches[index];
      if (stretch === undefined || stretch.length === 0 || stretch.at <= before) return null;
      before = stretch.at;
    }
    return { start: this.at(start), end: this.at(end - 1) + 1 };
  }

  /** Index of the last stretch that starts at or before `offset`. */
  #find(offset: number): number {
    let low = 0;
    let high = this.#stretches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#stretches[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

interface Stretch {
  /** Where it starts in the text. */
  readonly start: number;
  /** Where it starts in the file. */
  readonly at: number;
  /** How many characters stand in the file as they do here; 0: all of the stretch is near `at`. */
  readonly length: number;
}
