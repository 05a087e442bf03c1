import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Account } from './binary/source.ts';
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

/**
 * The pass that this output got before, when every byte it followed from stands in the file again: a verdict is told from the
 * file's size, the ranges that were read of it, the profile and the agent, and from nothing else. null: it is to be judged. Times
 * and build IDs would not do, since go trusts them for a file that was stripped behind its back.
 */
export function recallVerdict(question: VerdictQuestion): FileReport | null {
  const entry = entryOf(question);
  const found = entry === null ? undefined : cache.recall(entry);
  if (found === undefined || !isKept(found.value)) return null;
  try {
    return standsIn(question.path, found.value, found.bytes) ? found.value.report : null;
  } catch {
    return null;
  }
}

/** Keeps a pass, with the bytes that were read for it. */
export function keepVerdict(question: VerdictQuestion, report: FileReport, { size, parts }: Account): void {
  const entry = report.verdict === 'pass' ? entryOf(question) : null;
  if (entry === null) return;
  const read = [...new Map(parts.map(part => [`${part.offset} ${part.bytes.length}`, part])).values()];
  if (read.reduce((sum, { bytes }) => sum + bytes.length, 0) > mostBytes) return;
  const value: Kept = { report, size, ranges: read.map(({ offset, bytes }) => [offset, bytes.length]) };
  cache.remember(
    entry,
    value,
    read.map(({ bytes }) => bytes),
  );
}

/** null where what judges cannot be told apart from another edition of itself (it is not bundled). */
function entryOf({ path, name, around, environment }: VerdictQuestion): cache.Entry | null {
  const judging = join(dirname(fileURLToPath(import.meta.url)), 'judge.cjs');
  const stat = statSync(judging, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  const key = JSON.stringify([judging, stat.mtimeMs, stat.size, path, name, around]);
  return { kind: 'passes', about: path, key, environment, files: mostFiles };
}

function standsIn(path: string, { size, ranges }: Kept, bytes: Buffer): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined || !file.isFile() || file.size !== size) return false;
  const fd = openSync(path, 'r');
  try {
    if (fstatSync(fd).size !== size) return false;
    const part = Buffer.allocUnsafe(Math.max(...ranges.map(([, length]) => length)));
    let at = 0;
    for (const [offset, length] of ranges) {
      if (at + length > bytes.length || readSync(fd, part, 0, length, offset) !== length) return false;
      if (bytes.compare(part, 0, length, at, at + length) !== 0) return false;
      at += length;
    }
    return at === bytes.length;
  } finally {
    closeSync(fd);
  }
}

function isKept(value: unknown): value is Kept {
  const { report, size, ranges } = (value ?? {}) as Partial<Kept>;
  return report?.verdict === 'pass' && typeof size === 'number' && Array.isArray(ranges) && ranges.length > 0;
}
