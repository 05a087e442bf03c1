import type { FileContent } from './archive.ts';
import { type EntryList, type LayerEntry, plain } from './entry-list.ts';
import { type Allowance, limits } from './limits.ts';
import { show } from './names.ts';
import { ArchiveProblem } from './problem.ts';

export type Node = Directory | Link | File;

export class Directory {
  /** Made when there is something to put in: a million empty directories are cheap. */
  children: Map<string, Node> | null = null;

  get(name: string): Node | undefined {
    return this.children?.get(name);
  }

  set(name: string, node: Node): void {
    this.children ??= new Map();
    this.children.set(name, node);
  }
}

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

/**
 * Lays one layer over a root (OCI image-spec layer.md): whiteouts hide what lower layers brought, wherever they stand in the
 * tar, and only then come the layer's own entries. Links in the parents of a name are followed inside the root, as containerd
 * does (fs.RootPath).
 */
export function layOver(root: Directory, entries: EntryList, allowance: Allowance): void {
  for (const { path } of entries) {
    const slash = path.lastIndexOf('/');
    if (path.startsWith(whiteout, slash + 1)) hide(root, path.slice(0, Math.max(0, slash)), path.slice(slash + 1));
  }
  for (const entry of entries) {
    allowance.take();
    const parts = entry.path.split('/');
    const name = parts.pop() ?? '';
    if (name.startsWith(whiteout)) continue;
    const parent = directoryFor(root, parts);
    const node = nodeFor(root, entry, parent.get(name));
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
  if (name === opaque) parent.children = null;
  // `.wh..wh.` begins aufs's own files.
  else if (!name.startsWith('.wh..wh.')) parent.children?.delete(name.slice(whiteout.length));
}

/** null: what is there stays (a directory over a directory). */
function nodeFor(root: Directory, entry: LayerEntry, before: Node | undefined): Node | null {
  switch (entry.type) {
    case 'directory':
      return before instanceof Directory ? null : new Directory();
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
function directoryFor(root: Directory, parts: readonly string[]): Directory {
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
      const made = new Directory();
      directory.set(name, made);
      directory = made;
    }
  }
  return directory;
}

function pathOf(way: readonly { readonly name: string }[], name: string): string {
  return `/${[...way.map(each => each.name), name].join('/')}`;
}

const plainFile = new File(plain, false);
const plainProgram = new File(plain, true);
