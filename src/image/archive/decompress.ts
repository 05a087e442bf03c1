import { once } from 'node:events';
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
  const feed = async (): Promise<void> => {
    while (!inflater.readableEnded && !inflater.destroyed && (await bytes.ready())) {
      const piece = bytes.shift(chunkSize);
      if (!inflater.write(piece))
        await Promise.race([once(inflater, 'drain'), once(inflater, 'end'), once(inflater, 'close')]);
    }
    inflater.end();
  };
  const fed = feed().catch(error => inflater.destroy(error));
  try {
    for await (const piece of inflater) yield piece;
    await fed;
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
