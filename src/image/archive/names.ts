import { isUtf8 } from 'node:buffer';
import { limits } from './limits.ts';
import { ArchiveProblem } from './problem.ts';

/**
 * A name as a string. A byte that is no UTF-8 becomes a lone surrogate (U+DC80…U+DCFF, as Python does), so that two names
 * never become one.
 */
export function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let name = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceAt(bytes, at);
    name += length === 0 ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length);
    at += Math.max(1, length);
  }
  return name;
}

/** A path in an archive, seen from the root. Throws for `..`, which has no business there, and for endless ones. */
export function cleanPath(name: string): string {
  // Nothing to be cleaned, as nearly always.
  const isClean = name.length <= limits.pathLength && !/(^|\/)(\.{0,2})(\/|$)/.test(name);
  return isClean ? name : partsOf(name).join('/');
}

function partsOf(name: string): string[] {
  if (name.length > limits.pathLength)
    throw new ArchiveProblem(`a path of ${name.length} characters (${name.slice(0, 40)}…)`);
  const parts = name.split('/').filter(part => part !== '' && part !== '.');
  if (parts.includes('..')) throw new ArchiveProblem(`the name ${show(name)} leads out of the root`);
  return parts;
}

/** A name for a message: one line, not endless. */
export function show(name: string): string {
  const cut = name.length <= 120 ? name : `${name.slice(0, 117)}…`;
  return JSON.stringify(cut).slice(1, -1);
}

/** Length of the UTF-8 sequence that starts here, 0 when it is none. */
function sequenceAt(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4; length++) {
    if (at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
