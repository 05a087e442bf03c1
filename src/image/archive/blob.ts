import { createHash } from 'node:crypto';
import { ByteQueue } from './byte-queue.ts';
import { decompress } from './decompress.ts';
import type { ElfReader } from './elf-content.ts';
import { finishLayer, type Layer, readLayer } from './layer.ts';
import { type Allowance, Inflation } from './limits.ts';
import { ArchiveProblem } from './problem.ts';
import { type Compression, sniff } from './sniff.ts';

/** Size, SHA-256 and SHA-512 in lower-case hex: the algorithms that the OCI image-spec names. */
export interface Digests {
  /** How many bytes there are. */
  readonly size: number;
  readonly sha256: string;
  readonly sha512: string;
}

/** A layer that was read once, as it lies in the archive. */
export interface LayerPart {
  /** Of the bytes as they lie there. */
  readonly digests: Digests;
  /** SHA-256 of the tar itself. */
  readonly diffId: string;
  readonly compression: Compression;
  readonly layer: Layer;
}

/** What reading any part of one archive shares. */
export interface Reading {
  readonly elf: ElfReader;
  readonly entries: Allowance;
  readonly json: Allowance;
  readonly inflation: Inflation;
}

/** Computes digests of what it is shown; SHA-512 only where somebody may ask for it. */
export class Digester {
  readonly #sha256 = createHash('sha256');
  readonly #sha512: ReturnType<typeof createHash> | null;
  #size = 0;

  constructor(sha512: boolean) {
    this.#sha512 = sha512 ? createHash('sha512') : null;
  }

  update(piece: Buffer): void {
    this.#size += piece.length;
    this.#sha256.update(piece);
    this.#sha512?.update(piece);
  }

  digests(): Digests {
    return { size: this.#size, sha256: this.#sha256.digest('hex'), sha512: this.#sha512?.digest('hex') ?? '' };
  }
}

/** Reads a layer, compressed or not, with all its digests. Throws ArchiveProblem for what is malformed, cut off or too much. */
export async function readLayerPart(
  pieces: AsyncIterable<Buffer>,
  reading: Reading,
  sha512: boolean,
): Promise<LayerPart> {
  const whole = new Digester(sha512);
  const inner = new Digester(false);
  const { raw, inflated, compression } = await open(pieces, reading, piece => whole.update(piece), inner);
  try {
    const layer = await readLayer(inflated, reading.elf, reading.entries);
    await inflated.drain();
    await raw.drain();
    const digests = whole.digests();
    return { digests, diffId: compression === 'none' ? digests.sha256 : inner.digests().sha256, compression, layer };
  } finally {
    await inflated.close();
  }
}

/** Reads those files of a layer again that could not be judged the first time. Its digests are known already. */
export async function finishLayerPart(
  pieces: AsyncIterable<Buffer>,
  reading: Reading,
  part: LayerPart,
): Promise<LayerPart> {
  const inner = new Digester(false);
  const { inflated } = await open(pieces, reading, () => {}, inner);
  try {
    const layer = await finishLayer(inflated, reading.elf, part.layer);
    return { ...part, layer };
  } finally {
    await inflated.close();
  }
}

async function open(
  pieces: AsyncIterable<Buffer>,
  reading: Reading,
  see: (piece: Buffer) => void,
  inner: Digester,
): Promise<{ raw: ByteQueue; inflated: ByteQueue; compression: Compression }> {
  const inflation = new Inflation(reading.inflation);
  const raw = new ByteQueue(
    tap(pieces, piece => {
      see(piece);
      inflation.read(piece.length);
    }),
  );
  const compression = sniff(await raw.peek(512));
  if (compression === null) throw new ArchiveProblem('neither a tar nor gzip nor zstd');
  if (compression === 'bzip2' || compression === 'xz') throw new ArchiveProblem(`${compression} is not read`);
  if (compression === 'none') return { raw, inflated: raw, compression };
  const inflated = tap(decompress(raw, compression), piece => {
    inner.update(piece);
    inflation.inflated(piece.length);
  });
  return { raw, inflated: new ByteQueue(inflated), compression };
}

/** Shows each piece to `see` on its way. */
export async function* tap(
  pieces: AsyncIterable<Buffer>,
  see: (piece: Buffer) => void,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const piece of pieces) {
    see(piece);
    yield piece;
  }
}
