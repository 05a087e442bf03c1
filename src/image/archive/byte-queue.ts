/** Pulls bytes out of chunks that come one by one; holds no more than what was asked for and one chunk. */
export class ByteQueue {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = nothing;
  /** Of the next byte in the chunk. */
  #at = 0;
  /** Of the chunk in the whole. */
  #start = 0;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.#start + this.#at;
  }

  /** Bytes that are there without waiting. */
  get buffered(): number {
    return this.#chunk.length - this.#at;
  }

  /** Waits for at least one byte; false at the end. Answers without a promise when there is one. */
  ready(): boolean | Promise<boolean> {
    return this.buffered > 0 || this.#pull();
  }

  /** What is there, at most `most` bytes of it, without a copy. */
  shift(most: number): Buffer {
    const end = Math.min(this.#chunk.length, this.#at + most);
    const taken = this.#chunk.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** Exactly `length` bytes, or fewer at the end. */
  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0 && (await this.ready())) {
      const part = this.shift(missing);
      parts.push(part);
      missing -= part.length;
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  /** The next bytes, at most `length`, which stay in the queue; without a promise when they are there. */
  peek(length: number): Buffer | Promise<Buffer> {
    return this.buffered >= length ? this.#chunk.subarray(this.#at, this.#at + length) : this.#gather(length);
  }

  async #gather(length: number): Promise<Buffer> {
    while (this.buffered < length) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      this.#start += this.#at;
      this.#chunk = this.buffered === 0 ? next.value : Buffer.concat([this.#chunk.subarray(this.#at), next.value]);
      this.#at = 0;
    }
    return this.#chunk.subarray(this.#at, this.#at + length);
  }

  /** Number of bytes left out; fewer than `length` only at the end. */
  async skip(length: number): Promise<number> {
    let missing = length;
    while (missing > 0 && (this.buffered > 0 || (await this.#pull()))) missing -= this.skipBuffered(missing);
    return length - missing;
  }

  /** As `skip`, as far as it goes without waiting. */
  skipBuffered(most: number): number {
    const count = Math.min(most, this.buffered);
    this.#at += count;
    return count;
  }

  /** Reads on to the end, for the sake of what looks at the bytes as they come by. */
  async drain(): Promise<void> {
    while (await this.ready()) this.#at = this.#chunk.length;
  }

  /** Tells the origin that no more will be asked for. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    while (await this.ready()) yield this.shift(Number.POSITIVE_INFINITY);
  }

  async #pull(): Promise<boolean> {
    while (this.buffered === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#start += this.#chunk.length;
      this.#chunk = next.value;
      this.#at = 0;
    }
    return true;
  }
}

const nothing = Buffer.alloc(0);
