import { posix } from 'node:path';
import type { Base } from './bases.ts';
import type { GoLine } from './go/go-line.ts';
import { coverOf, type Gone, Losses, leadingMatch } from './losses.ts';
import { globOf, hasHole, isWithin, mayBe } from './paths.ts';
import type { Text } from './text.ts';

/** A line of a text file that the Dockerfile itself writes (`echo A=b > file`, a heredoc, `go env -w`). */
export interface FileLine {
  readonly text: Text;
  readonly at: number;
  readonly by: string;
  /** Where the text stands in the file as it is; null: nowhere in one piece. */
  readonly range: { readonly start: number; readonly end: number } | null;
}

/** What was done to a binary after it was built. */
export interface Change {
  readonly what: 'stripped' | 'packed';
  /** The command: `strip`, `upx`. */
  readonly by: string;
  readonly at: number;
}

/** Where the bytes of a path come from. */
export type Origin =
  | { readonly kind: 'build'; readonly line: GoLine; readonly changes: readonly Change[] }
  /** From the build context, or from a URL. */
  | {
      readonly kind: 'context';
      readonly path: string;
      readonly at: number;
      readonly isScript: boolean;
      /** What is copied is not in the context that was looked at. */
      readonly isAbsent?: boolean;
      readonly lines?: readonly FileLine[];
    }
  /** From an image, or from the image a stage starts from. */
  | { readonly kind: 'image'; readonly base: Base; readonly path: string; readonly at: number }
  /**
   * Made or touched by something that cannot be looked into: `make`, a script; `inGo`: in a stage that has a Go; `isDoubt`: it
   * could have touched the file, and nothing says that it did; `lines`: what it wrote is known all the same; `archive`: it is
   * a toolchain of go.dev, packed.
   */
  | {
      readonly kind: 'hidden';
      readonly by: string;
      readonly at: number;
      readonly inGo?: boolean;
      readonly isDoubt?: boolean;
      readonly lines?: readonly FileLine[];
      readonly archive?: Base;
    }
  /** Nothing in the file makes it; `at` is where it is taken from there. */
  | { readonly kind: 'unseen'; readonly path: string; readonly at: number; readonly inGo?: boolean };

/**
 * What is known of a file system: single files, and trees (everything below a directory that no file says otherwise about).
 * Several origins of a path are alternatives: one of them, by the branch that was taken.
 */
export class Files {
  #files = new Map<string, readonly Origin[]>();
  #trees = new Map<string, readonly Origin[]>();
  #directories = new Set<string>();
  #links = new Map<string, string>();
  #losses = new Losses();
  /** Some path that was written has a hole in it. */
  #hasHoles = false;
  /** More was written than is followed: nothing can be said for sure any more. */
  isFull = false;

  fork(): Files {
    const forked = new Files();
    forked.#files = new Map(this.#files);
    forked.#trees = new Map(this.#trees);
    forked.#directories = new Set(this.#directories);
    forked.#links = new Map(this.#links);
    forked.#losses = this.#losses.fork();
    forked.#hasHoles = this.#hasHoles;
    forked.isFull = this.isFull;
    return forked;
  }

  get paths(): Iterable<readonly [string, readonly Origin[]]> {
    return this.#files;
  }

  get trees(): Iterable<readonly [string, readonly Origin[]]> {
    return this.#trees;
  }

  write(path: string, origins: readonly Origin[]): void {
    this.#links.delete(path);
    this.#losses.delete(path);
    this.#hasHoles ||= hasHole(path);
    if (this.#hasRoom()) this.#files.set(path, origins);
  }

  writeTree(directory: string, origins: readonly Origin[]): void {
    this.makeDirectory(directory);
    this.#losses.deleteBelow(directory);
    if (this.#hasRoom()) this.#trees.set(directory, origins);
  }

  /** Something that may hold any file was put over a directory: what was built there may have been replaced. */
  doubtBelow(directory: string, doubt: Origin & { readonly kind: 'hidden' }): void {
    for (const [path, origins] of [...this.#files])
      if (isWithin(path, directory) && origins.some(({ kind }) => kind === 'build'))
        this.#files.set(path, [...origins, { ...doubt, isDoubt: true }]);
  }

  makeDirectory(path: string): void {
    if (this.#hasRoom()) this.#directories.add(path);
  }

  link(path: string, target: string): void {
    this.#losses.delete(path);
    if (this.#hasRoom()) this.#links.set(path, posix.resolve(posix.dirname(path), target));
  }

  /** Removes a path or a glob, and keeps in mind that what the image itself has there is gone, too. */
  takeAway(path: string, gone: Gone): void {
    if (gone.isSure) this.remove(path);
    if (this.#hasRoom()) this.#losses.add(path, gone);
  }

  /** What took a path away, where nothing was put there since. */
  gone(path: string): Gone | null {
    if (this.#losses.size === 0) return null;
    const real = this.resolve(path);
    return this.#files.has(real) ? null : this.#losses.find(real, this.#treeOf(real));
  }

  isDirectory(path: string): boolean {
    const real = this.resolve(path);
    if (real === '/' || this.#directories.has(real) || this.#trees.has(real)) return true;
    for (const file of this.#files.keys()) if (file.startsWith(`${real}/`)) return true;
    return false;
  }

  /** Follows links, of directories too. */
  resolve(path: string): string {
    let current = path;
    for (let hops = 0; hops < 40 && this.#links.size > 0; hops++) {
      const next = this.#hop(current);
      if (next === null) return current;
      current = next;
    }
    return current;
  }

  /** What one path comes from: a file said so, or the nearest tree it stands in. null: nothing was said. */
  find(path: string): readonly Origin[] | null {
    const real = this.resolve(path);
    return this.file(real) ?? (this.gone(real)?.isSure === true ? null : this.#inTree(real));
  }

  /** Only what was said about this very file. A path with holes stands for every file it may be. */
  file(path: string): readonly Origin[] | null {
    const real = this.resolve(path);
    const exact = this.#files.get(real);
    if (exact !== undefined) return exact;
    if (!this.#hasHoles && !hasHole(real)) return null;
    const alike = [...this.#files].filter(([each]) => (hasHole(real) || hasHole(each)) && mayBe(each, real));
    return alike.length === 0 ? null : alike.flatMap(([, origins]) => origins);
  }

  remove(path: string): void {
    const gone = coverOf(path);
    for (const map of [this.#files, this.#trees, this.#links])
      for (const each of map.keys()) if (gone(each)) map.delete(each);
    for (const each of this.#directories) if (gone(each)) this.#directories.delete(each);
  }

  /** Everything at and below `path`, by the rest of its path; what a mount hides and gives back. */
  take(path: string): Files {
    const taken = new Files();
    taken.copy(this, path, path);
    this.remove(path);
    return taken;
  }

  /** Copies a file or everything below a directory; answers whether there was anything. */
  copy(from: Files, source: string, target: string): boolean {
    if (this.isFull) return true;
    const real = from.resolve(source);
    const file = from.file(real);
    if (file !== null) {
      this.write(target, file);
      return true;
    }
    const prefix = real === '/' ? '/' : `${real}/`;
    const moved = (path: string): string => (path === real ? target : posix.join(target, path.slice(prefix.length)));
    let found = false;
    const inside = (path: string): boolean => path === real || path.startsWith(prefix);
    for (const [path, origins] of [...from.#trees])
      if (inside(path)) {
        this.writeTree(moved(path), origins);
        found = true;
      }
    for (const [path, origins] of [...from.#files])
      if (inside(path)) {
        this.write(moved(path), origins);
        found = true;
      }
    for (const [path, link] of [...from.#links])
      if (inside(path)) {
        if (this.#hasRoom()) this.#links.set(moved(path), inside(link) ? moved(link) : link);
        found = true;
      }
    for (const path of [...from.#directories])
      if (inside(path)) {
        this.makeDirectory(moved(path));
        found = true;
      }
    if (this.#hasRoom()) this.#losses.copy(from.#losses, inside, moved);
    return found;
  }

  /** Paths of files that a glob matches. */
  match(pattern: string): readonly string[] {
    const glob = globOf(pattern);
    if (glob === null) return [];
    const found = new Set<string>();
    for (const map of [this.#files, this.#links, this.#trees])
      for (const path of map.keys()) {
        const part = leadingMatch(path, glob);
        if (part !== null) found.add(part);
      }
    return [...found];
  }

  /** After a branch: every path may be as it is here or there. */
  join(other: Files): void {
    const [mine, theirs] = [new Set(this.#files.keys()), other.#files];
    for (const [path, origins] of theirs) this.#files.set(path, union(this.#files.get(path), origins));
    // Of settings it counts that one branch has none.
    for (const [path, origins] of this.#files)
      if (mine.has(path) !== theirs.has(path) && origins.some(hasLines))
        this.#files.set(path, union(origins, [{ kind: 'hidden', by: '', at: 0, lines: [] }]));
    this.#losses.join(other.#losses);
    this.#hasHoles ||= other.#hasHoles;
    for (const [path, origins] of other.#trees) this.#trees.set(path, union(this.#trees.get(path), origins));
    for (const [path, link] of other.#links) this.#links.set(path, link);
    for (const path of other.#directories) this.#directories.add(path);
    this.isFull ||= other.isFull;
  }

  #hasRoom(): boolean {
    const size = this.#files.size + this.#trees.size + this.#links.size + this.#directories.size + this.#losses.size;
    this.isFull ||= size >= mostEntries;
    return size < mostEntries;
  }

  #hop(path: string): string | null {
    const target = this.#links.get(path);
    if (target !== undefined) return target;
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const link = this.#links.get(path.slice(0, at));
      if (link !== undefined) return posix.join(link, path.slice(at));
    }
    return null;
  }

  #inTree(path: string): readonly Origin[] | null {
    const directory = this.#treeOf(path);
    if (directory === null) return null;
    const rest = posix.relative(directory, path);
    return (this.#trees.get(directory) ?? []).map(origin =>
      origin.kind === 'context' || origin.kind === 'image'
        ? { ...origin, path: posix.join(origin.path, rest) }
        : origin,
    );
  }

  /** The nearest directory at or above a path that something is said about. */
  #treeOf(path: string): string | null {
    for (let directory = path; ; directory = posix.dirname(directory)) {
      if (this.#trees.has(directory)) return directory;
      if (directory === '/' || directory === '.') return null;
    }
  }
}

/** Files that a Dockerfile tells of; one that tells of more was made to do harm. */
const mostEntries = 2000;

function union(a: readonly Origin[] | undefined, b: readonly Origin[]): readonly Origin[] {
  return a === undefined ? b : [...new Set([...a, ...b])];
}

function hasLines(origin: Origin): boolean {
  return 'lines' in origin && origin.lines !== undefined;
}
