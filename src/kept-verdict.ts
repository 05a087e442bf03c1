import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Account } from './binary/source.ts';
import { edition } from './edition.ts';
import * as cache from './host/private-cache.ts';
import type { FileReport } from './rules/finding.ts';
import type { VerifySurroundings } from './rules/rule.ts';

/** One output that a build left behind. */
export interface VerdictQuestion {
  /** Absolute. */
  readonly path: string;
  /** As the report calls it. */
  readonly name: string;
  readonly around: VerifySurroundings;
  readonly environment: NodeJS.ProcessEnv;
}

interface Kept {
  readonly report: FileReport;
  /** Bytes of the file. */
  readonly size: number;
  /** Offset and length. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** Bytes read for a verdict: 0.7 MB for a program of 8 MB. More are not kept. */
const mostBytes = 1 << 21;
const mostFiles = 64;
const pieceSize = 1 << 16;

/**
 * The pass that this output got before, when every byte it followed from stands in the file again: a verdict is told from the
 * file's size, the ranges that were read of it, the profile and the agent, and from nothing else. null: it is to be judged. Times
 * and build IDs would not do, since go trusts them for a file that was stripped behind its back.
 */
export function recallVerdict(question: VerdictQuestion): FileReport | null {
  const entry = entryOf(question);
  if (entry === null) return null;
  const stands = (kept: unknown, fd: number, at: number): FileReport | null =>
    isKept(kept) && standsIn(question.path, kept, fd, at) ? kept.report : null;
  return cache.recallWith(entry, stands) ?? null;
}

/** Keeps a pass, with the bytes that were read for it. */
export function keepVerdict(question: VerdictQuestion, report: FileReport, { size, parts }: Account): void {
  const entry = report.verdict === 'pass' ? entryOf(question) : null;
  if (entry === null) return;
  const read = merged(parts);
  if (read.reduce((sum, { length }) => sum + length, 0) > mostBytes) return;
  const value: Kept = { report, size, ranges: read.map(({ offset, length }) => [offset, length]) };
  cache.remember(
    entry,
    value,
    read.flatMap(({ pieces }) => pieces),
  );
}

/** What was read, each byte once. */
function merged(parts: Account['parts']) {
  const found: { readonly offset: number; length: number; readonly pieces: Buffer[] }[] = [];
  for (const { offset, bytes } of [...parts].sort((a, b) => a.offset - b.offset)) {
    const last = found.at(-1);
    const known = last === undefined ? -1 : last.offset + last.length - offset;
    if (last === undefined || known < 0) found.push({ offset, length: bytes.length, pieces: [bytes] });
    else if (known < bytes.length) {
      last.pieces.push(bytes.subarray(known));
      last.length += bytes.length - known;
    }
  }
  return found;
}

function entryOf({ path, name, around, environment }: VerdictQuestion): cache.Entry | null {
  const ours = edition();
  const key = JSON.stringify([ours, path, name, around]);
  return ours === null ? null : { kind: 'passes', about: path, key, environment, files: mostFiles };
}

/** In small pieces: a buffer for the whole costs more than the comparison. */
function standsIn(path: string, { size, ranges }: Kept, keptIn: number, start: number): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const fd = openSync(path, 'r');
  try {
    if (fstatSync(fd).size !== size) return false;
    const [ours, theirs] = [Buffer.allocUnsafe(pieceSize), Buffer.allocUnsafe(pieceSize)];
    let at = start;
    for (const [offset, length] of ranges)
      for (let done = 0; done < length; done += pieceSize) {
        const piece = Math.min(pieceSize, length - done);
        if (readSync(keptIn, ours, 0, piece, at) !== piece) return false;
        if (readSync(fd, theirs, 0, piece, offset + done) !== piece) return false;
        if (ours.compare(theirs, 0, piece, 0, piece) !== 0) return false;
        at += piece;
      }
    return true;
  } finally {
    closeSync(fd);
  }
}

function isKept(value: unknown): value is Kept {
  const { report, size, ranges } = (value ?? {}) as Partial<Kept>;
  return report?.verdict === 'pass' && typeof size === 'number' && Array.isArray(ranges) && ranges.length > 0;
}
