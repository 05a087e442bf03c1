import type { RangeSource } from '../../binary/source.ts';
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** Thrown by `read` for bytes that are not there: not yet, or not any more. */
export class NotKept extends Error {}
NotKept.prototype.name = 'NotKept';

/**
 * A file that streams by once, of which the beginning, the end so far and the ranges that were asked for are kept. Tables of
 * an ELF file stand at its ends; what is asked for in between is known once the beginning was read.
 */
export class PassingSource implements RangeSource {
  readonly size: number;
  #position = 0;
  readonly #head: Buffer;
  /** The last bytes that came, as a ring. */
  readonly #tail: Buffer;
  readonly #kept: { readonly range: Range; readonly bytes: Buffer }[] = [];
  #keptBytes = 0;
  /** What `read` could not give since it was last cleared. */
  missed: Range | null = null;

  constructor(size: number, wanted: readonly Range[]) {
    this.size = size;
    this.#head = Buffer.allocUnsafe(Math.min(size, headSize));
    this.#tail = Buffer.allocUnsafe(Math.min(size, tailSize));
    for (const range of wanted) this.keep(range);
  }

  get position(): number {
    return this.#position;
  }

  /** End of the first range that is asked for and not there yet, or of the beginning; Infinity when nothing is. */
  get nextComplete(): number {
    const ends = this.#kept.map(({ range }) => range.offset + range.length).filter(end => end > this.#position);
    if (this.#position < this.#head.length) ends.push(this.#head.length);
    return Math.min(...ends);
  }

  /** Asks for a range, and as much around it as is cheap. Nothing happens when it has passed by, or is too much. */
  keep({ offset, length }: Range): void {
    const start = Math.max(this.#position, offset - surplus / 4);
    const end = Math.min(this.size, Math.max(offset + length, offset + surplus));
    const isAsked = this.#kept.some(
      ({ range }) => range.offset <= offset && range.offset + range.length >= offset + length,
    );
    if (isAsked || offset + length <= this.#position || this.#keptBytes + end - start > mostKept) return;
    this.#keptBytes += end - start;
    this.#kept.push({ range: { offset: start, length: end - start }, bytes: Buffer.allocUnsafe(end - start) });
  }

  push(piece: Buffer): void {
    const at = this.#position;
    copyInto(this.#head, 0, piece, at);
    for (const { range, bytes } of this.#kept) copyInto(bytes, range.offset, piece, at);
    const size = this.#tail.length;
    const recent = piece.subarray(Math.max(0, piece.length - size));
    const start = (at + piece.length - recent.length) % size;
    const split = Math.min(recent.length, size - start);
    recent.copy(this.#tail, start, 0, split);
    recent.copy(this.#tail, 0, split);
    this.#position = at + piece.length;
  }

  read(offset: number, length: number): Buffer {
    const end = offset + length;
    if (end <= this.#position) {
      if (end <= this.#head.length) return this.#head.subarray(offset, end);
      for (const { range, bytes } of this.#kept)
        if (offset >= range.offset && end <= range.offset + range.length)
          return bytes.subarray(offset - range.offset, end - range.offset);
      if (offset >= this.#position - this.#tail.length) return this.#fromTail(offset, length);
    }
    this.missed = { offset, length };
    throw new NotKept(`${length} bytes at ${offset}`);
  }

  #fromTail(offset: number, length: number): Buffer {
    const start = offset % this.#tail.length;
    const first = this.#tail.subarray(start, start + length);
    return first.length === length ? first : Buffer.concat([first, this.#tail.subarray(0, length - first.length)]);
  }
}

const headSize = 2 ** 20;
const tailSize = 32 * 2 ** 20;
const mostKept = 64 * 2 ** 20;
const surplus = 4 * 2 ** 20;

/** Copies the part of `piece` (which stands at `at` in the file) that falls into `target` (which stands at `start`). */
function copyInto(target: Buffer, start: number, piece: Buffer, at: number): void {
  const from = Math.max(start, at);
  const to = Math.min(start + target.length, at + piece.length);
  if (from < to) piece.copy(target, from - start, from - at, to - at);
}
