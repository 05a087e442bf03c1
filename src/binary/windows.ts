import type { RangeSource } from './source.ts';

const step = 1024;
/** Every range of at most `step` bytes lies in one window. */
const windowSize = 2 * step;
const mostKept = 64;

/** A source whose small ranges are cut from a few larger reads: a look-up in a table makes a dozen steps that end close together. */
export class Windows implements RangeSource {
  readonly size: number;
  readonly #source: RangeSource;
  readonly #kept = new Map<number, Buffer>();

  constructor(source: RangeSource) {
    this.size = source.size;
    this.#source = source;
  }

  read(offset: number, length: number): Buffer {
    if (length > step) return this.#source.read(offset, length);
    const start = offset - (offset % step);
    let window = this.#kept.get(start);
    if (window === undefined) {
      if (this.#kept.size === mostKept) this.#kept.clear();
      window = this.#source.read(start, Math.min(windowSize, this.size - start));
      this.#kept.set(start, window);
    }
    return window.subarray(offset - start, offset - start + length);
  }
}
