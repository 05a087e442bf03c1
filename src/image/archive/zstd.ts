import { Decompress } from 'fzstd';
import type { ByteQueue } from './byte-queue.ts';
import { limits } from './limits.ts';
import { ArchiveProblem } from './problem.ts';

/**
 * Inflates zstd frames. fzstd checks no checksum: what comes out must be compared with a digest. It moves its whole window
 * for every block, so windows are capped, and so is the work that many small blocks in a large window would make.
 */
export async function* unzstd(bytes: ByteQueue): AsyncGenerator<Buffer, void, undefined> {
  let blocks: Buffer[] = [];
  let moved = 0;
  let inflated = 0;
  const decoder = new Decompress((block, isEnd) => {
    if (isEnd === true) return;
    const window = windowOf(decoder);
    if (window > limits.zstdWindow)
      throw new ArchiveProblem(`zstd: a window of ${window} bytes (limit: ${limits.zstdWindow})`);
    moved += window;
    inflated += block.length;
    if (moved > freeMoves + movesPerByte * inflated) throw new ArchiveProblem('zstd: too many small blocks');
    blocks.push(Buffer.from(block.buffer, block.byteOffset, block.byteLength));
  });
  const push = (piece: Uint8Array, last: boolean): void => {
    try {
      decoder.push(piece, last);
    } catch (error) {
      throw isInvalid(error) ? new ArchiveProblem(`zstd: ${error.message}`) : error;
    }
  };
  while (await bytes.ready()) {
    push(bytes.shift(pieceSize), false);
    yield* blocks;
    blocks = [];
  }
  push(new Uint8Array(0), true);
  yield* blocks;
}

/** Four bytes can become 128 KiB, and all that comes of one piece is held. */
const pieceSize = 1024;
const freeMoves = 32 * 2 ** 30;
const movesPerByte = 1024;

/** fzstd 0.1.1 keeps the frame it is in as `s` and its window's size as `e`; there is no public way to learn it in time. */
function windowOf(decoder: object): number {
  const frame = 's' in decoder ? decoder.s : undefined;
  if (typeof frame !== 'object' || frame === null || !('e' in frame) || typeof frame.e !== 'number')
    throw new Error('Assertion failed: fzstd does not keep its window where it did');
  return frame.e;
}

/** fzstd's own errors carry a code; corrupt tables can also end in a RangeError or TypeError. */
function isInvalid(error: unknown): error is Error {
  if (error instanceof RangeError || error instanceof TypeError) return true;
  return error instanceof Error && 'code' in error && typeof error.code === 'number';
}
