import { createGunzip } from 'node:zlib';
import type { ByteQueue } from './byte-queue.ts';
import { ArchiveProblem } from './problem.ts';
import type { Compression } from './sniff.ts';
import { unzstd } from './zstd.ts';

/** Inflates a stream of gzip members or zstd frames chunk by chunk. Reads its input to the end, whatever follows the last member. */
export async function* decompress(bytes: ByteQueue, compression: Compression): AsyncGenerator<Buffer, void, undefined> {
  if (compression === 'none') yield* bytes;
  else if (compression === 'gzip') yield* gunzip(bytes);
  else yield* unzstd(bytes);
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
