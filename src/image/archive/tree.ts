import type { FileContent } from './archive.ts';
import { type EntryList, type LayerEntry, plain } from './entry-list.ts';
import { type Allowance, limits } from './limits.ts';
import { show } from './names.ts';
import { ArchiveProblem } from './problem.ts';

export type Node = Directory | Link | File;

/** Names and nodes of a directory; few of them stand in an array, since a Map for each of a million directories is too much. */
export class Directory {
  #few: (string | Node)[] = none;
  #many: Map<string, Node> | null = null;

  get(name: string): Node | undefined {
    if (this.#many !== null) return this.#many.get(name);
    const index = this.#indexOf(name);
    const node = index < 0 ? undefined : this.#few[index + 1];
    return typeof node === 'string' ? undefined : node;
  }

  set(name: string, node: Node): void {
    if (this.#many !== null) {
      this.#many.set(name, node);
      return;
    }
    const index = this.#indexOf(name);
    if (index >= 0) this.#few[index + 1] = node;
    else if (this.#few.length < 2 * few) this.#few = [...this.#few, name, node];
    else {
      this.#many = new Map(this.entries());
      this.#many.set(name, node);
      this.#few = none;
    }
  }

  delete(name: string): void {
    this.#many?.delete(name);
    const index = this.#indexOf(name);
    if (index >= 0) this.#few = this.#few.filter((_, each) => each !== index && each !== index + 1);
  }

  clear(): void {
    this.#many = null;
    this.#few = none;
  }

  *entries(): Generator<readonly [string, Node], void, undefined> {
    if (this.#many !== null) yield* this.#many;
    for (let index = 0; index < this.#few.length; index += 2) {
      const [name, node] = [this.#few[index], this.#few[index + 1]];
      if (typeof name === 'string' && typeof node === 'object') yield [name, node];
    }
  }

  #indexOf(name: string): number {
    for (let index = 0; index < this.#few.length; index += 2) if (this.#few[index] === name) return index;
    return -1;
  }
}

const few = 6;
const none: (string | Node)[] = [];

export class Link {
  readonly target: string;

  constructor(target: string) {
    this.target = target;
  }
}

/** Two hard links are one File. */
export class File {
  readonly content: FileContent;
  readonly executable: boolean;

  constructor(content: FileContent, executable: boolean) {
    this.content = content;
    this.executable = executable;
  }
}

/** Where a path leads. `parts` is the path after links; `why` says what is wrong with the way there. */
export type Walk =
  | { readonly found: Node; readonly parts: readonly string[]; readonly parent: Directory }
  | { readonly found: null; readonly why: string };

/** Entries laid over one another in all images of an archive, and directories of one image. */
export interface TreeLimits {
  readonly laid: Allowance;
  readonly directories: Allowance;
}

/**
 * Lays one layer over a root (OCI image-spec layer.md): whiteouts hide what lower layers brought, wherever they stand in the
 * tar, and only then come the layer's own entries. Links in the parents of a name are followed inside the root, as containerd
 * does (fs.RootPath).
 */
export function layOver(root: Directory, entries: EntryList, { laid, directories }: TreeLimits): void {
  for (const { path } of entries) {
    const slash = path.lastIndexOf('/');
    if (path.startsWith(whiteout, slash + 1)) hide(root, path.slice(0, Math.max(0, slash)), path.slice(slash + 1));
  }
  for (const entry of entries) {
    laid.take();
    const parts = entry.path.split('/');
    const name = parts.pop() ?? '';
    if (name.startsWith(whiteout)) continue;
    const parent = directoryFor(root, parts, directories);
    const node = nodeFor(root, entry, parent.get(name), directories);
    if (node !== null) parent.set(name, node);
  }
}

/** Follows a path through links, which start again at `root` when they are absolute; `..` stops there. */
export function walk(root: Directory, path: string, followLast = true): Walk {
  const way: { readonly name: string; readonly node: Directory }[] = [];
  const here = (): Directory => way.at(-1)?.node ?? root;
  const rest = path.split('/').reverse();
  for (let hops = 0; rest.length > 0; ) {
    const name = rest.pop() ?? '';
    if (name === '' || name === '.') continue;
    if (name === '..') {
      way.pop();
      continue;
    }
    const parent = here();
    const node = parent.get(name);
    const last = rest.every(part => part === '' || part === '.');
    const missing = (what: string): Walk => ({ found: null, why: `${show(path)}: ${what}` });
    if (node === undefined) return missing(last ? 'no such file' : `no directory ${show(pathOf(way, name))}`);
    if (node instanceof Link && (followLast || !last)) {
      if (++hops > limits.links) return missing(`more than ${limits.links} links`);
      if (node.target.length > limits.pathLength || rest.length > limits.pathLength)
        return missing('a link that makes it endless');
      if (node.target.startsWith('/')) way.length = 0;
      rest.push(...node.target.split('/').reverse());
      continue;
    }
    if (node instanceof Directory) way.push({ name, node });
    else if (last) return { found: node, parts: [...way.map(each => each.name), name], parent };
    else return missing(`${show(pathOf(way, name))} is no directory`);
  }
  return { found: here(), parts: way.map(each => each.name), parent: way.at(-2)?.node ?? root };
}

const whiteout = '.wh.';
const opaque = '.wh..wh..opq';

function hide(root: Directory, directory: string, name: string): void {
  const parent = walk(root, directory).found;
  if (!(parent instanceof Directory)) return;
  if (name === opaque) parent.clear();
  // `.wh..wh.` begins aufs's own files.
  else if (!name.startsWith('.wh..wh.')) parent.delete(name.slice(whiteout.length));
}

/** null: what is there stays (a directory over a directory). */
function nodeFor(root: Directory, entry: LayerEntry, before: Node | undefined, directories: Allowance): Node | null {
  switch (entry.type) {
    case 'directory':
      return before instanceof Directory ? null : made(directories);
    case 'symlink':
      return new Link(entry.target);
    case 'other':
      return plainFile;
    case 'file':
      if (entry.content === plain) return entry.executable ? plainProgram : plainFile;
      return new File(entry.content, entry.executable);
    case 'link': {
      const target = walk(root, entry.target, false);
      if (target.found === null || target.found instanceof Directory)
        throw new ArchiveProblem(
          `the hard link ${show(entry.path)} leads to ${show(entry.target)}, which is no file before it`,
        );
      return target.found;
    }
  }
}

/** The directory that these parts name; what is missing is made, a file in the way gives way. */
function directoryFor(root: Directory, parts: readonly string[], directories: Allowance): Directory {
  let directory = root;
  for (const [index, name] of parts.entries()) {
    const node = directory.get(name);
    if (node instanceof Directory) directory = node;
    else if (node instanceof Link) {
      const path = parts.slice(0, index + 1).join('/');
      const target = walk(root, path);
      if (!(target.found instanceof Directory)) {
        const why = target.found === null ? target.why : 'a file';
        throw new ArchiveProblem(`a parent of ${show(parts.join('/'))} is a link that leads nowhere (${why})`);
      }
      directory = target.found;
    } else {
      const next = made(directories);
      directory.set(name, next);
      directory = next;
    }
  }
  return directory;
}

function made(directories: Allowance): Directory {
  directories.take();
  return new Directory();
}

function pathOf(way: readonly { readonly name: string }[], name: string): string {
  return `/${[...way.map(each => each.name), name].join('/')}`;
}

const plainFile = new File(plain, false);
const plainProgram = new File(plain, true);
