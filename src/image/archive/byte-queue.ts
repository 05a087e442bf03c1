/** Pulls bytes out of chunks that come one by one; holds no more than what was asked for and one chunk. */
export class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #head: Buffer = nothing;
  #offset = 0;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  /** Waits for at least one byte; false at the end. Answers without a promise when there is one. */
  ready(): boolean | Promise<boolean> {
    return this.#head.length > 0 || this.#pull();
  }

  /** What is there, at most `most` bytes of it, without a copy; valid until the next call. */
  shift(most: number): Buffer {
    const taken = this.#head.length <= most ? this.#head : this.#head.subarray(0, most);
    this.#head = this.#head.subarray(taken.length);
    this.#offset += taken.length;
    return taken;
  }

  /** Exactly `length` bytes, or fewer at the end. */
  async take(length: number): Promise<Buffer> {
    if (this.#head.length >= length) return this.shift(length);
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0 && (await this.ready())) {
      const part = this.shift(missing);
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** The next bytes, at most `length`, which stay in the queue. */
  async peek(length: number): Promise<Buffer> {
    while (this.#head.length < length) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      this.#head = Buffer.concat([this.#head, next.value]);
    }
    return this.#head.subarray(0, length);
  }

  /** Number of bytes left out; fewer than `length` only at the end. */
  async skip(length: number): Promise<number> {
    let missing = length;
    while (missing > 0 && (this.#head.length > 0 || (await this.#pull()))) missing -= this.shift(missing).length;
    return length - missing;
  }

  /** Reads on to the end, for the sake of what looks at the bytes as they come by. */
  async drain(): Promise<void> {
    while (await this.ready()) this.shift(Number.POSITIVE_INFINITY);
  }

  /** Tells the origin that no more will be asked for. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    while (await this.ready()) yield this.shift(Number.POSITIVE_INFINITY);
  }

  async #pull(): Promise<boolean> {
    while (this.#head.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#head = next.value;
    }
    return true;
  }
}

const nothing = Buffer.alloc(0);
