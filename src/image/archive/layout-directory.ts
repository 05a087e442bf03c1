import { createReadStream, existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finishLayerPart, type LayerPart, type Reading, readLayerPart, tap } from './blob.ts';
import { limits } from './limits.ts';
import { type JsonPart, jsonPart, type Parts } from './parts.ts';
import { ArchiveProblem, at } from './problem.ts';

const chunkSize = 256 * 1024;
const mostPasses = 4;

/** An OCI layout or a docker save that lies in a directory: blobs are read when something names them, and as often as needed. */
export class LayoutDirectory implements Parts {
  readonly #directory: string;
  readonly #reading: Reading;
  readonly #progress: (bytes: number) => void;
  readonly #layers = new Map<string, LayerPart>();

  constructor(directory: string, reading: Reading, progress: (bytes: number) => void) {
    this.#directory = directory;
    this.#reading = reading;
    this.#progress = progress;
  }

  has(path: string): boolean {
    return existsSync(join(this.#directory, path));
  }

  async json(path: string): Promise<JsonPart> {
    const size = this.#sizeOf(path);
    if (size > limits.json) throw new ArchiveProblem(`${path}: ${size} bytes of JSON (limit: ${limits.json})`);
    try {
      this.#reading.json.take(size);
      const part = jsonPart(await readFile(join(this.#directory, path)), path.startsWith('blobs/sha512/'));
      if (part !== null) return part;
    } catch (error) {
      throw at(path, error);
    }
    throw new ArchiveProblem(`${path}: no manifest and no configuration`);
  }

  async layer(path: string): Promise<LayerPart> {
    const known = this.#layers.get(path);
    if (known !== undefined) return known;
    this.#sizeOf(path);
    try {
      let part = await readLayerPart(this.#pieces(path), this.#reading, path.startsWith('blobs/sha512/'));
      for (let pass = 1; part.layer.unfinished.size > 0 && pass < mostPasses; pass++)
        part = await finishLayerPart(this.#pieces(path), this.#reading, part);
      this.#layers.set(path, part);
      return part;
    } catch (error) {
      throw at(path, error);
    }
  }

  /** Build tools link blobs into place, so links are followed; what is no regular file is not opened. */
  #sizeOf(path: string): number {
    const stat = statSync(join(this.#directory, path), { throwIfNoEntry: false });
    if (stat === undefined) throw new ArchiveProblem(`${path}: not in the directory`);
    if (!stat.isFile()) throw new ArchiveProblem(`${path}: not a regular file`);
    return stat.size;
  }

  #pieces(path: string): AsyncIterable<Buffer> {
    const stream = createReadStream(join(this.#directory, path), { highWaterMark: chunkSize });
    return tap(stream, piece => this.#progress(piece.length));
  }
}
