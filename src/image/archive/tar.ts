import type { ByteQueue } from './byte-queue.ts';
import { limits } from './limits.ts';
import { decodeName, show } from './names.ts';
import { ArchiveProblem } from './problem.ts';
import { blockSize, decodeHeader, decodePax, isZero, type RawHeader } from './tar-header.ts';

export interface TarEntry {
  /** As it stands in the archive: may be absolute, may hold `..`. */
  readonly name: string;
  /** `sparse`: its bytes are a map and the pieces of the file, not the file. */
  readonly type: 'file' | 'directory' | 'link' | 'symlink' | 'other' | 'sparse';
  /** Bytes that follow in the archive. */
  readonly size: number;
  readonly mode: number;
  readonly linkname: string;
}

/** What follows an entry's header. What is not taken is skipped. */
export interface Body {
  /** Bytes not taken yet. */
  readonly left: number;
  /** The next stretch without a copy, null at the end. Throws ArchiveProblem when the archive is cut off. */
  next(): Promise<Buffer | null>;
  /** The next bytes, at most `length`, which `next` will give again; without a promise when they are there. */
  peek(length: number): Buffer | Promise<Buffer>;
}

/**
 * Reads a tar as Go's archive/tar does, and with it Docker, containerd and BuildKit (reader.go, Go 1.26): a library that is
 * more lenient sees files that no container will have (entries after the end mark, names from a global pax header, bytes
 * after a link's header). Answers whether there was an end mark. What follows the mark is left in the queue.
 */
export async function readTar(
  bytes: ByteQueue,
  visit: (entry: TarEntry, body: Body) => Promise<void> | void,
): Promise<{ readonly ended: boolean }> {
  let special: Special = {};
  for (;;) {
    const block = bytes.buffered >= blockSize ? bytes.shift(blockSize) : await bytes.take(blockSize);
    if (block.length === 0) return { ended: false };
    if (block.length < blockSize) throw new ArchiveProblem(`cut off in a header at byte ${bytes.offset}`);
    const raw = decodeHeader(block);
    if (raw === null) return { ended: await endMark(bytes) };
    if ('xLKg'.includes(raw.flag)) {
      special = await readSpecial(bytes, raw, special);
      continue;
    }
    const entry = entryOf(raw, special);
    special = {};
    if (raw.flag === 'S') await skipSparseMap(bytes, raw);
    const end = bytes.offset + entry.size;
    const answer = visit(entry, new EntryBody(bytes, end, entry));
    if (answer !== undefined) await answer;
    bytes.skipBuffered(end - bytes.offset);
    if (bytes.offset < end) await skipTo(bytes, end, entry);
    const rest = padding(entry.size);
    if (bytes.skipBuffered(rest) < rest) await bytes.skip(end + rest - bytes.offset);
  }
}

interface Special {
  readonly pax?: ReadonlyMap<string, string>;
  readonly name?: string;
  readonly linkname?: string;
}

async function readSpecial(bytes: ByteQueue, { flag, size }: RawHeader, before: Special): Promise<Special> {
  if (size > limits.specialEntry) throw new ArchiveProblem(`an extended header of ${size} bytes`);
  const body = Buffer.from(await bytes.take(size));
  if (body.length < size) throw new ArchiveProblem(`cut off in an extended header at byte ${bytes.offset}`);
  await bytes.skip(padding(size));
  if (flag === 'x') return { ...before, pax: decodePax(body) };
  // A global header is an entry of its own to Go: it says nothing about others, and what stood before it is forgotten.
  if (flag === 'g') {
    decodePax(body);
    return {};
  }
  const end = body.indexOf(0);
  const name = decodeName(end < 0 ? body : body.subarray(0, end));
  return flag === 'L' ? { ...before, name } : { ...before, linkname: name };
}

function entryOf(raw: RawHeader, { pax, name, linkname }: Special): TarEntry {
  const said = (key: string): string | undefined => pax?.get(key) || undefined;
  const sparse = raw.flag === 'S' || (pax !== undefined && [...pax.keys()].some(key => key.startsWith('GNU.sparse.')));
  const isNamed = sparse && /^(0\.[01]|1\.0)$/.test(`${said('GNU.sparse.major')}.${said('GNU.sparse.minor')}`);
  const isMapped = said('GNU.sparse.major') === undefined && said('GNU.sparse.map') !== undefined;
  const full = (isNamed || isMapped ? said('GNU.sparse.name') : undefined) ?? (name || (said('path') ?? raw.name));
  const type = typeOf(raw.flag, full);
  return {
    name: full,
    type: sparse && type === 'file' ? 'sparse' : type,
    size: type === 'file' ? Number(said('size') ?? raw.size) : 0,
    mode: raw.mode,
    linkname: linkname || (said('linkpath') ?? raw.linkname),
  };
}

function typeOf(flag: string, name: string): TarEntry['type'] {
  const type = types[flag];
  if (type === undefined) throw new ArchiveProblem(`${show(name)} is of the unknown type ${JSON.stringify(flag)}`);
  return flag === '\0' && name.endsWith('/') ? 'directory' : type;
}

const types: Readonly<Record<string, TarEntry['type']>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'other',
  '4': 'other',
  '5': 'directory',
  '6': 'other',
  S: 'file',
};

class EntryBody implements Body {
  readonly #bytes: ByteQueue;
  readonly #end: number;
  readonly #entry: TarEntry;

  constructor(bytes: ByteQueue, end: number, entry: TarEntry) {
    this.#bytes = bytes;
    this.#end = end;
    this.#entry = entry;
  }

  get left(): number {
    return this.#end - this.#bytes.offset;
  }

  async next(): Promise<Buffer | null> {
    if (this.left <= 0) return null;
    if (!(await this.#bytes.ready())) throw cutOff(this.#entry, this.left);
    return this.#bytes.shift(this.left);
  }

  peek(length: number): Buffer | Promise<Buffer> {
    return this.#bytes.peek(Math.min(length, this.left));
  }
}

async function skipTo(bytes: ByteQueue, end: number, entry: TarEntry): Promise<void> {
  const left = end - bytes.offset;
  const skipped = await bytes.skip(left);
  if (skipped < left) throw cutOff(entry, left - skipped);
}

function cutOff(entry: TarEntry, missing: number): ArchiveProblem {
  return new ArchiveProblem(`cut off in ${show(entry.name)}: ${missing} of its ${entry.size} bytes are missing`);
}

/** The map of an old GNU sparse file goes on in blocks of which each says whether there is another. */
async function skipSparseMap(bytes: ByteQueue, { extended }: RawHeader): Promise<void> {
  for (let more = extended; more; ) {
    const block = await bytes.take(blockSize);
    if (block.length < blockSize) throw new ArchiveProblem('cut off in a sparse map');
    more = block[504] === 1;
  }
}

/** After the first block of zeros: another one, or the end of the bytes. */
async function endMark(bytes: ByteQueue): Promise<boolean> {
  const second = await bytes.take(blockSize);
  if (second.length > 0 && (second.length < blockSize || !isZero(second)))
    throw new ArchiveProblem(
      `not a tar header at byte ${bytes.offset - second.length} (a lone block of zeros before it)`,
    );
  return true;
}

function padding(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}
