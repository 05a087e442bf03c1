import type { FileContent } from './archive.ts';
import type { ByteQueue } from './byte-queue.ts';
import type { ElfReader } from './elf-content.ts';
import { EntryList, plain } from './entry-list.ts';
import type { Allowance } from './limits.ts';
import { cleanPath } from './names.ts';
import type { Range } from './passing-source.ts';
import { type Body, readTar, type TarEntry } from './tar.ts';

/** What one tar of a root file system holds. */
export interface Layer {
  readonly entries: EntryList;
  /** Whether an end mark was there: without one it may be cut off between two entries. */
  readonly ended: boolean;
  /** ELF files that have to pass by once more, by the number of their entry. */
  readonly unfinished: ReadonlyMap<number, Unfinished>;
}

export interface Unfinished {
  readonly wanted: readonly Range[];
  readonly content: FileContent;
}

/** Reads a layer. Throws ArchiveProblem when it is malformed, cut off, or names a path outside of the root. */
export async function readLayer(bytes: ByteQueue, elf: ElfReader, allowance: Allowance): Promise<Layer> {
  const collector = new LayerCollector(elf, allowance);
  const { ended } = await readTar(bytes, (entry, body) => collector.visit(entry, body));
  return collector.layer(ended);
}

/** Gathers the entries of a layer, one by one. */
export class LayerCollector {
  readonly #elf: ElfReader;
  readonly #allowance: Allowance;
  readonly #entries = new EntryList();
  readonly #unfinished = new Map<number, Unfinished>();
  #count = 0;

  constructor(elf: ElfReader, allowance: Allowance) {
    this.#elf = elf;
    this.#allowance = allowance;
  }

  visit(entry: TarEntry, body: Body): Promise<void> | void {
    this.#allowance.take();
    const path = cleanPath(entry.name);
    const number = this.#count++;
    if (path === '') return;
    switch (entry.type) {
      case 'directory':
      case 'other':
        return this.#entries.add({ path, type: entry.type });
      case 'symlink':
        return this.#entries.add({ path, type: 'symlink', target: entry.linkname });
      case 'link':
        return this.#entries.add({ path, type: 'link', target: cleanPath(entry.linkname) });
      case 'sparse':
        return this.#addFile(path, entry, { kind: 'unread', why: 'a sparse file', mayBeGo: true });
      case 'file':
        return this.#visitFile(path, entry, body, number);
    }
  }

  layer(ended: boolean): Layer {
    return { entries: this.#entries, ended, unfinished: this.#unfinished };
  }

  #visitFile(path: string, entry: TarEntry, body: Body, number: number): Promise<void> | void {
    const head = body.peek(4);
    if (head instanceof Promise) return head.then(bytes => this.#visitKnown(path, entry, body, number, bytes));
    return this.#visitKnown(path, entry, body, number, head);
  }

  #visitKnown(path: string, entry: TarEntry, body: Body, number: number, head: Buffer): Promise<void> | void {
    if (head.length === 4 && head.equals(elfMagic)) return this.#visitElf(path, entry, body, number);
    this.#addFile(path, entry, head[0] === 0x23 && head[1] === 0x21 ? script : plain);
  }

  async #visitElf(path: string, entry: TarEntry, body: Body, number: number): Promise<void> {
    const { content, missing } = await this.#elf.read(body, []);
    if (missing !== null) this.#unfinished.set(number, { wanted: [missing], content });
    this.#addFile(path, entry, content);
  }

  #addFile(path: string, { mode }: TarEntry, content: FileContent): void {
    this.#entries.add({ path, type: 'file', executable: (mode & 0o111) !== 0, content });
  }
}

/** Looks again at the unfinished files of a layer, whose entries pass by in the same order. */
export class LayerFinisher {
  readonly #elf: ElfReader;
  readonly #before: Layer;
  readonly #unfinished = new Map<number, Unfinished>();
  #count = 0;

  constructor(elf: ElfReader, before: Layer) {
    this.#elf = elf;
    this.#before = before;
  }

  async visit(body: Body): Promise<void> {
    const number = this.#count++;
    const before = this.#before.unfinished.get(number);
    if (before === undefined) return;
    const { content, missing } = await this.#elf.read(body, before.wanted);
    this.#before.entries.replace(before.content, content);
    if (missing !== null) this.#unfinished.set(number, { wanted: [...before.wanted, missing], content });
  }

  layer(): Layer {
    return { ...this.#before, unfinished: this.#unfinished };
  }
}

export async function finishLayer(bytes: ByteQueue, elf: ElfReader, before: Layer): Promise<Layer> {
  const finisher = new LayerFinisher(elf, before);
  await readTar(bytes, (_entry, body) => finisher.visit(body));
  return finisher.layer();
}

const elfMagic = Buffer.from('\x7fELF', 'latin1');
const script: FileContent = { kind: 'script' };
