import { createGunzip } from 'node:zlib';
import type { ByteQueue } from './byte-queue.ts';
import { ArchiveProblem } from './problem.ts';
import { blockSize, decodeHeader, isZero } from './tar-header.ts';
import { unzstd } from './zstd.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** What these first bytes (512 or all there are) begin; media types and names are not believed. null: nothing that is read here. */
export function sniff(head: Buffer): Compression | 'bzip2' | 'xz' | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && (head.readUInt32LE(0) === 0xfd2fb528 || (head.readUInt32LE(0) & ~0xf) === 0x184d2a50))
    return 'zstd';
  if (head.toString('latin1', 0, 3) === 'BZh') return 'bzip2';
  if (head.toString('latin1', 0, 6) === '\xfd7zXZ\0') return 'xz';
  return isTar(head) ? 'none' : null;
}

/** Inflates a stream of gzip members or zstd frames chunk by chunk. Reads its input to the end, whatever follows the last member. */
export async function* decompress(bytes: ByteQueue, compression: Compression): AsyncGenerator<Buffer, void, undefined> {
  if (compression === 'none') yield* bytes;
  else if (compression === 'gzip') yield* gunzip(bytes);
  else yield* unzstd(bytes);
}

function isTar(head: Buffer): boolean {
  const block = head.subarray(0, blockSize);
  if (block.length < blockSize) return false;
  try {
    return isZero(block) || decodeHeader(block) !== null;
  } catch {
    return false;
  }
}

const chunkSize = 256 * 1024;

async function* gunzip(bytes: ByteQueue): AsyncGenerator<Buffer, void, undefined> {
  const inflater = createGunzip({ chunkSize });
  let wake = (): void => {};
  for (const event of ['drain', 'end', 'close']) inflater.on(event, () => wake());
  const isOver = (): boolean => inflater.readableEnded || inflater.destroyed;
  const feed = async (): Promise<void> => {
    while (!isOver() && (await bytes.ready())) {
      if (inflater.write(bytes.shift(chunkSize)) || isOver()) continue;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
    inflater.end();
  };
  const fed = feed().catch(error => inflater.destroy(error));
  try {
    for await (const piece of inflater) yield piece;
    await fed;
    // What follows the last member belongs to the file, and to its digest.
    await bytes.drain();
  } catch (error) {
    throw isZlib(error) ? new ArchiveProblem(`gzip: ${error.message}`) : error;
  } finally {
    inflater.destroy();
  }
}

function isZlib(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
}
