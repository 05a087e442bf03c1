import type { FileContent } from './archive.ts';

/** One entry of a layer, its name already cut into a path without `.`, `..` and doubled slashes. */
export type LayerEntry = { readonly path: string } & (
  | { readonly type: 'directory' | 'other' }
  | { readonly type: 'file'; readonly executable: boolean; readonly content: FileContent }
  | { readonly type: 'link' | 'symlink'; readonly target: string }
);

/**
 * The entries of a layer in their order, packed: of each path only what differs from the one before. A million entries come
 * to 30 MB; as objects they would be the size of the memory limit.
 */
export class EntryList {
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;
  #last = '';
  /** Contents that are worth an object: everything but plain files. */
  readonly #contents: FileContent[] = [];

  add(entry: LayerEntry): void {
    const shared = sharedLength(this.#last, entry.path);
    this.#last = entry.path;
    this.#number(shared);
    this.#text(entry.path.slice(shared));
    if (entry.type === 'file') {
      this.#number(code.file + (entry.executable ? 1 : 0));
      this.#number(entry.content === plain ? 0 : this.#contents.push(entry.content));
    } else {
      this.#number(code[entry.type]);
      if ('target' in entry) this.#text(entry.target);
    }
  }

  /** Puts something better in place of a content, wherever it was added. */
  replace(before: FileContent, after: FileContent): void {
    const index = this.#contents.indexOf(before);
    if (index >= 0) this.#contents[index] = after;
  }

  *[Symbol.iterator](): Generator<LayerEntry, void, undefined> {
    const reader = { at: 0 };
    for (let path = ''; reader.at < this.#length; ) {
      path = path.slice(0, this.#readNumber(reader)) + this.#readText(reader);
      const type = this.#readNumber(reader);
      if (type === code.directory) yield { path, type: 'directory' };
      else if (type === code.other) yield { path, type: 'other' };
      else if (type === code.link) yield { path, type: 'link', target: this.#readText(reader) };
      else if (type === code.symlink) yield { path, type: 'symlink', target: this.#readText(reader) };
      else {
        const content = this.#contents[this.#readNumber(reader) - 1] ?? plain;
        yield { path, type: 'file', executable: type === code.file + 1, content };
      }
    }
  }

  #number(value: number): void {
    this.#room(5);
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.#bytes[this.#length++] = (rest & 127) | 128;
    this.#bytes[this.#length++] = rest;
  }

  #text(text: string): void {
    this.#number(text.length);
    this.#room(2 * text.length);
    this.#length += this.#bytes.write(text, this.#length, 'utf16le');
  }

  #readNumber(reader: { at: number }): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[reader.at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  #readText(reader: { at: number }): string {
    const length = 2 * this.#readNumber(reader);
    reader.at += length;
    return this.#bytes.toString('utf16le', reader.at - length, reader.at);
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

export const plain: FileContent = { kind: 'plain' };

const code = { directory: 0, other: 1, link: 2, symlink: 3, file: 4 } as const;

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
