import type { Glob } from './glob.ts';
import { globOf, isWithin } from './paths.ts';

/** What took a file away; not sure where only some branch, or some reading of a pattern, does. */
export interface Gone {
  readonly by: string;
  readonly at: number;
  readonly isSure: boolean;
}

/** Paths and globs that were removed, and nothing written there since. */
export class Losses {
  #gone = new Map<string, Gone & { readonly covers: (path: string) => boolean }>();

  fork(): Losses {
    const forked = new Losses();
    forked.#gone = new Map(this.#gone);
    return forked;
  }

  get size(): number {
    return this.#gone.size;
  }

  add(path: string, gone: Gone): void {
    this.#gone.set(path, { ...gone, covers: coverOf(path) });
  }

  delete(path: string): void {
    this.#gone.delete(path);
  }

  /** Something was put there: what was removed at and below `directory` may be back. */
  deleteBelow(directory: string): void {
    for (const path of this.#gone.keys()) if (isWithin(path, directory)) this.#gone.delete(path);
  }

  /** What took `path` away; `tree` is the nearest directory above it that was written, null: none was. */
  find(path: string, tree: string | null): Gone | null {
    let found: Gone | null = null;
    for (const [each, gone] of this.#gone) {
      // A tree deeper than what was removed was put there afterwards: the removal would have taken it along.
      if (!gone.covers(path) || (tree !== null && tree !== each && isWithin(tree, each))) continue;
      if (found === null || gone.isSure) found = gone;
    }
    return found;
  }

  copy(from: Losses, isInside: (path: string) => boolean, moved: (path: string) => string): void {
    for (const [path, gone] of [...from.#gone]) if (isInside(path)) this.add(moved(path), gone);
  }

  /** After a branch: sure is only what both took away. */
  join(other: Losses): void {
    for (const [path, gone] of [...this.#gone, ...other.#gone]) {
      const isSure = gone.isSure && this.#gone.has(path) && other.#gone.has(path);
      this.#gone.set(path, { ...gone, isSure });
    }
  }
}

/** Whether removing `pattern` (a path or a glob) removes a path. */
export function coverOf(pattern: string): (path: string) => boolean {
  const glob = globOf(pattern);
  if (glob === null) return path => isWithin(path, pattern);
  // Most paths differ before the first letter of the glob.
  const head = pattern.slice(0, pattern.search(/[*?[\uE000]/));
  return path => path.startsWith(head) && leadingMatch(path, glob) !== null;
}

/** The leading part of a path that the glob matches whole: `/out/*` of `/out/a/b` is `/out/a`. */
export function leadingMatch(path: string, glob: Glob): string | null {
  for (let at = path.length; at > 0; at = path.lastIndexOf('/', at - 1)) {
    const part = path.slice(0, at);
    if (glob.test(part)) return part;
  }
  return null;
}
