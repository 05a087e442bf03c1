import { Unreadable } from './reading.ts';
import type { RangeSource } from './source.ts';
import { Windows } from './windows.ts';

/** Headers, interpreter and notes usually sit in the first page. */
export const headSize = 4096;
const hostIsLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * The bytes of one ELF file in its own byte order. Every range is checked against the file's size before it is read or
 * allocated. Words are plain numbers: beyond 2^53 they are inexact, which no file's size and no range check can notice.
 */
export class Bytes {
  readonly size: number;
  readonly littleEndian: boolean;
  readonly wide: boolean;
  readonly #source: RangeSource;
  readonly #head: Buffer;

  /** @param head the file's first `headSize` bytes, or all of them. */
  constructor(source: RangeSource, head: Buffer, order: { littleEndian: boolean; wide: boolean }) {
    this.#source = new Windows(source);
    this.#head = head;
    this.size = source.size;
    this.littleEndian = order.littleEndian;
    this.wide = order.wide;
  }

  /** Bytes of a pointer, an offset or a size. */
  get wordSize(): 4 | 8 {
    return this.wide ? 8 : 4;
  }

  /** Throws Unreadable when the range does not lie in the file. `what` names it in the diagnosis. */
  range(offset: number, length: number, what: string): Buffer {
    this.check(offset, length, what);
    if (offset + length <= this.#head.length) return this.#head.subarray(offset, offset + length);
    return this.#source.read(offset, length);
  }

  /** A range as 32-bit words of the file's byte order; `length` is a multiple of 4. For tables of many rows. */
  words(offset: number, length: number, what: string): Uint32Array {
    const range = this.range(offset, length, what);
    const foreign = this.littleEndian !== hostIsLittleEndian;
    // The range may be another's memory, and words stand at multiples of 4 in it.
    const own = foreign || range.byteOffset % 4 !== 0 ? Buffer.from(new Uint8Array(range).buffer) : range;
    if (foreign) own.swap32();
    return new Uint32Array(own.buffer, own.byteOffset, length >>> 2);
  }

  check(offset: number, length: number, what: string): void {
    if (length <= this.size && offset <= this.size - length) return;
    throw new Unreadable(
      `truncated ELF: needs ${size(length)} bytes at ${size(offset)} (${what}), the file has ${this.size}`,
    );
  }

  /** The NUL-terminated string at `offset`, which must end before `end` and after `longest` bytes at most. */
  string(offset: number, end: number, what: string, longest = 4096): string {
    const stop = Math.min(end, this.size);
    const parts: Buffer[] = [];
    for (let at = offset; at < stop; ) {
      const part = this.range(at, Math.min(parts.length === 0 ? 128 : 4096, stop - at), what);
      const nul = part.indexOf(0);
      parts.push(nul < 0 ? part : part.subarray(0, nul));
      if (nul >= 0) return Buffer.concat(parts).toString('utf8');
      at += part.length;
      if (at - offset > longest) throw new Unreadable(`${what}: a string of more than ${longest} bytes`);
    }
    throw new Unreadable(`${what}: a string at ${size(offset)} has no end`);
  }

  u16(from: Buffer, at: number): number {
    return this.littleEndian ? from.readUInt16LE(at) : from.readUInt16BE(at);
  }

  u32(from: Buffer, at: number): number {
    return this.littleEndian ? from.readUInt32LE(at) : from.readUInt32BE(at);
  }

  u64(from: Buffer, at: number): number {
    const high = this.u32(from, this.littleEndian ? at + 4 : at);
    const low = this.u32(from, this.littleEndian ? at : at + 4);
    return high === 0 ? low : high * 2 ** 32 + low;
  }

  word(from: Buffer, at: number): number {
    return this.wide ? this.u64(from, at) : this.u32(from, at);
  }

  /** As `word`, from what `words` gave; `at` counts 32-bit words. */
  wordAt(from: Uint32Array, at: number): number {
    const first = from[at] ?? 0;
    if (!this.wide) return first;
    const second = from[at + 1] ?? 0;
    const high = this.littleEndian ? second : first;
    const low = this.littleEndian ? first : second;
    return high === 0 ? low : high * 2 ** 32 + low;
  }

  exactWord(from: Buffer, at: number): bigint {
    if (!this.wide) return BigInt(this.u32(from, at));
    return this.littleEndian ? from.readBigUInt64LE(at) : from.readBigUInt64BE(at);
  }
}

/** Numbers above 2^53 are shown as what they are: too large to be exact. */
function size(value: number): string {
  return value <= Number.MAX_SAFE_INTEGER ? String(value) : `about 2^${Math.round(Math.log2(value))}`;
}
