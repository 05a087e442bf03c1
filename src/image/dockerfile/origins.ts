import type { Origin } from '../files.ts';
import { showPath } from '../paths.ts';

export type Built = Origin & { readonly kind: 'build' };
export type Foreign = Exclude<Origin, { kind: 'build' }>;

export function isForeign(origin: Origin): origin is Foreign {
  return origin.kind !== 'build';
}

/** Something that could have changed the file, and was not seen to. */
export function isDoubt(origin: Origin): origin is Origin & { readonly kind: 'hidden' } {
  return origin.kind === 'hidden' && origin.isDoubt === true;
}

export function isBuild(origin: Origin): origin is Built {
  return origin.kind === 'build';
}

/** A directory of programs, or a file without extension in one, in `/`, or in a directory of its own name. */
export function isProgramPlace(path: string): boolean {
  return (
    /(^|\/)s?bin(\/[a-z0-9][\w-]*)?$/.test(path) ||
    /^\/(\w+\/)?(?!licen[cs]e$|makefile$|procfile$)[a-z][\w-]*$/.test(path)
  );
}

/** A file without extension in a directory of programs. */
export function isInBin(path: string): boolean {
  return /\/s?bin\/[^/.]+$/.test(path);
}

/** Where a file comes from that no go line of this file built, in words. */
export function wordsOf(origin: Foreign, path: string): string {
  const shown = showPath(path);
  switch (origin.kind) {
    case 'hidden':
      if (origin.isDoubt === true) return `${shown} may have been changed by ${origin.by}, which cannot be looked into`;
      return `${shown} ${broughtBy.test(origin.by) ? 'is brought' : 'is built'} by ${origin.by}, which cannot be looked into`;
    case 'context':
      return `${shown} comes from the build context (${showPath(origin.path)}), not from a build in this file`;
    case 'image':
      return `${shown} comes from the image ${origin.base.name}`;
    case 'unseen':
      return `nothing in the file makes ${showPath(origin.path)}`;
  }
}

const broughtBy = /^(curl|wget|tar|unzip|ADD|go get)\b/;
