/** Where each line of a text starts, for offsets and 1-based line numbers. */
export class Lines {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  get count(): number {
    return this.#starts.length;
  }

  /** Offset of a line, counted from 0; the text's end behind the last one. */
  start(index: number): number {
    return this.#starts[index] ?? this.#text.length;
  }

  /** A line without its line end. */
  text(index: number): string {
    const line = this.#text.slice(this.start(index), this.start(index + 1));
    return line.replace(/\r?\n$/, '');
  }

  /** 1-based line of an offset. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}
