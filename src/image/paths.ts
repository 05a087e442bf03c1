import { posix } from 'node:path';
import { bracketStep, Glob, letterStep, questionStep, type Step, starStep } from './glob.ts';
import type { Hole, Text } from './text.ts';

/** A path inside an image, holes kept as marked stretches, so that the same hole makes the same path. */
export function pathOf(directory: string | null, text: Text): string | null {
  const marked = text.map(piece => (typeof piece === 'string' ? piece : markOf(piece))).join('');
  if (marked === '') return null;
  if (marked.startsWith('/')) return bare(posix.normalize(marked));
  // A path that starts with a hole may be absolute.
  if (marked.startsWith(open) || directory === null) return null;
  return bare(posix.normalize(posix.join(directory, marked)));
}

/** Without the slash at the end, which only says that it is a directory. */
function bare(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** A hole inside a word or a path: one stretch without blanks, quotes, slashes or glob letters. */
export function markOf(hole: Hole): string {
  return `${open}${(hole.name ?? hole.source).replace(/[\s"'`/\\=,:*?[\]{}]/g, '·')}${close}`;
}

/** A path for a human. */
export function showPath(path: string): string {
  return path.replace(marks, (_, name: string) => (name.startsWith('$') ? name : `$${name}`));
}

export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

export function hasHole(path: string): boolean {
  return path.includes(open);
}

/** Whether a path whose holes may be anything can be this path. */
export function mayBe(withHoles: string, path: string): boolean {
  if (!hasHole(withHoles) && !hasHole(path)) return withHoles === path;
  return loosely(withHoles).test(path) || loosely(path).test(withHoles);
}

/** A shell glob as a test of whole paths; null when there is no glob in it. Holes match anything inside of a directory. */
export function globOf(path: string): Glob | null {
  if (!/[*?[]/.test(path)) return null;
  const steps = (path.match(/\uE000[^\uE001]*\uE001|\[[^\]/]*\]|[\s\S]/gu) ?? []).map((part): Step | null => {
    if (part.startsWith(open) || part === '*') return starStep;
    if (part === '?') return questionStep;
    return part.length > 2 && part.startsWith('[') ? bracketStep(part) : letterStep(part);
  });
  return steps.includes(null) ? null : new Glob(steps.filter(step => step !== null));
}

function loosely(path: string): Glob {
  return new Glob(
    path.split(marks).flatMap((part, index): Step[] => (index % 2 === 1 ? [starStep] : [...part].map(letterStep))),
  );
}

const open = '\uE000';
const close = '\uE001';
const marks = /\uE000([^\uE001]*)\uE001/g;
