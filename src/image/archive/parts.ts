import { posix } from 'node:path';
import { Digester, type Digests, finishLayerPart, type LayerPart, type Reading, readLayerPart } from './blob.ts';
import type { ByteQueue } from './byte-queue.ts';
import { type Picked, pickJson } from './json.ts';
import { type Layer, LayerCollector, LayerFinisher } from './layer.ts';
import { limits } from './limits.ts';
import { cleanPath, show } from './names.ts';
import { ArchiveProblem } from './problem.ts';
import { sniff } from './sniff.ts';
import { type Body, readTar, type TarEntry } from './tar.ts';

/** A manifest, index or configuration, with the digests of its bytes. */
export interface JsonPart {
  readonly value: Picked;
  readonly digests: Digests;
}

/** Where manifests and layers are looked up by the path they have in an archive. Both throw ArchiveProblem. */
export interface Parts {
  has(path: string): boolean;
  json(path: string): Promise<JsonPart>;
  layer(path: string): Promise<LayerPart>;
}

type Part =
  | { readonly kind: 'json'; readonly json: JsonPart }
  | { kind: 'layer'; part: LayerPart }
  | { readonly kind: 'link'; readonly target: string }
  /** Something else, or what is wrong with it: only what a manifest names has to be sound. */
  | { readonly kind: 'other'; readonly why: string };

/**
 * The parts of an archive that comes as a tar, taken in in one pass, since manifests may stand after the layers they name
 * and a pipe cannot be read twice.
 */
export class TarParts implements Parts {
  readonly #parts = new Map<string, Part>();
  readonly #reading: Reading;
  /** The same entries as a root file system, which it is when there is no manifest. */
  #root: Layer | null = null;

  private constructor(reading: Reading) {
    this.#reading = reading;
  }

  static async read(bytes: ByteQueue, reading: Reading): Promise<TarParts> {
    const parts = new TarParts(reading);
    const root = new LayerCollector(reading.elf, reading.entries);
    const { ended } = await readTar(bytes, (entry, body) => {
      const path = cleanPath(entry.name);
      if (!mayBePart.test(path)) return root.visit(entry, body);
      return parts.#take(path, entry, body, root);
    });
    parts.#root = root.layer(ended);
    return parts;
  }

  get root(): Layer {
    if (this.#root === null) throw new Error('Assertion failed: not read yet');
    return this.#root;
  }

  has(path: string): boolean {
    return this.#parts.has(path);
  }

  async json(path: string): Promise<JsonPart> {
    const part = this.#find(path);
    if (part.kind === 'json') return part.json;
    throw new ArchiveProblem(`${show(path)}: ${part.kind === 'layer' ? 'a tar where JSON is expected' : part.why}`);
  }

  async layer(path: string): Promise<LayerPart> {
    const part = this.#find(path);
    if (part.kind === 'layer') return part.part;
    throw new ArchiveProblem(`${show(path)}: ${part.kind === 'json' ? 'JSON where a layer is expected' : part.why}`);
  }

  /** Whether there are files that have to pass by once more. */
  get isUnfinished(): boolean {
    return isUnfinished(this.root) || [...this.#parts.values()].some(isUnfinishedPart);
  }

  /** Lets the same bytes pass by once more. */
  async finish(bytes: ByteQueue): Promise<void> {
    const root = new LayerFinisher(this.#reading.elf, this.root);
    await readTar(bytes, async (entry, body) => {
      const part = this.#parts.get(cleanPath(entry.name));
      if (isUnfinishedPart(part)) part.part = await finishLayerPart(piecesOf(body), this.#reading, part.part);
      await root.visit(body);
    });
    this.#root = root.layer();
  }

  async #take(path: string, entry: TarEntry, body: Body, root: LayerCollector): Promise<void> {
    if (entry.type === 'symlink' || entry.type === 'link') {
      const from = entry.type === 'link' ? '' : posix.dirname(path);
      this.#put(path, { kind: 'link', target: posix.join(from, entry.linkname) });
      return root.visit(entry, body);
    }
    if (entry.type !== 'file') return root.visit(entry, body);
    const head = await body.peek(512);
    const isJson = /^\s*[[{]/.test(head.toString('latin1', 0, 64));
    if (!isJson && sniff(head) === null) {
      this.#put(path, { kind: 'other', why: body.left === 0 ? 'empty' : 'neither JSON nor a layer' });
      return root.visit(entry, body);
    }
    // As a file of a root file system it is a plain one.
    await root.visit(entry, nothing);
    const sha512 = path.startsWith('blobs/sha512/');
    try {
      if (isJson) await this.#takeJson(path, body, sha512);
      else {
        const part = await readLayerPart(piecesOf(body), this.#reading, sha512);
        this.#put(path, { kind: 'layer', part });
      }
    } catch (error) {
      if (!(error instanceof ArchiveProblem)) throw error;
      this.#put(path, { kind: 'other', why: error.message });
    }
  }

  async #takeJson(path: string, body: Body, sha512: boolean): Promise<void> {
    const size = body.left;
    if (size > limits.json) throw new ArchiveProblem(`${size} bytes of JSON (limit: ${limits.json})`);
    this.#reading.json.take(size);
    const pieces: Buffer[] = [];
    for (let piece = await body.next(); piece !== null; piece = await body.next()) pieces.push(piece);
    const part = jsonPart(Buffer.concat(pieces), sha512);
    this.#put(
      path,
      part === null ? { kind: 'other', why: 'no manifest and no configuration' } : { kind: 'json', json: part },
    );
  }

  /** What stands twice under one name must be the same twice: which one counts differs from reader to reader. */
  #put(path: string, part: Part): void {
    const before = this.#parts.get(path);
    const twice: Part = { kind: 'other', why: 'stands twice in the archive' };
    this.#parts.set(path, before === undefined || isSame(before, part) ? part : twice);
  }

  #find(path: string): Exclude<Part, { kind: 'link' }> {
    let at = posix.normalize(path);
    for (let hops = 0; hops < limits.links; hops++) {
      const part = this.#parts.get(at);
      if (part === undefined) throw new ArchiveProblem(`${show(path)}: not in the archive`);
      if (part.kind !== 'link') return part;
      at = part.target;
    }
    throw new ArchiveProblem(`${show(path)}: more than ${limits.links} links`);
  }
}

/** null for JSON that is no part of an image. */
export function jsonPart(bytes: Buffer, sha512: boolean): JsonPart | null {
  const value = pickJson(bytes);
  if (value === null) return null;
  const digester = new Digester(sha512);
  digester.update(bytes);
  return { value, digests: digester.digests() };
}

/** Where the formats keep their parts: `blobs/sha256/<hex>`, `<id>/layer.tar`, and files at the top under any name. */
const mayBePart = /^(blobs\/[^/]+\/[^/]+|[^/]+\/layer\.tar|[^/]+)$/;

const nothing: Body = { left: 0, next: async () => null, peek: async () => Buffer.alloc(0) };

async function* piecesOf(body: Body): AsyncGenerator<Buffer, void, undefined> {
  for (let piece = await body.next(); piece !== null; piece = await body.next()) yield piece;
}

function isUnfinished(layer: Layer): boolean {
  return layer.unfinished.size > 0;
}

function isUnfinishedPart(part: Part | undefined): part is Part & { kind: 'layer' } {
  return part?.kind === 'layer' && isUnfinished(part.part.layer);
}

function isSame(a: Part, b: Part): boolean {
  if (a.kind === 'link' && b.kind === 'link') return a.target === b.target;
  if (a.kind === 'json' && b.kind === 'json') return a.json.digests.sha256 === b.json.digests.sha256;
  return a.kind === 'layer' && b.kind === 'layer' && a.part.digests.sha256 === b.part.digests.sha256;
}
