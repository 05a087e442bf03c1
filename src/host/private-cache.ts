import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What is remembered from one start to the next, in $XDG_CACHE_HOME/goshim/KIND. Anything odd about a file (foreign owner, rubbish)
 * counts as nothing remembered. A value is JSON that this goshim or another wrote: the caller looks at its shape.
 */
export interface Entry {
  readonly kind: string;
  /** What it is about, in a few words, which choose the file: of two entries that share one, the later has it. */
  readonly about: string;
  /** All that the value follows from: it stands in the file and is compared whole. */
  readonly key: string;
  readonly environment: NodeJS.ProcessEnv;
  /** How many files the kind has at most. */
  readonly files?: number;
}

/** The value; undefined where nothing is remembered. */
export function recall(entry: Entry): unknown {
  return recallWith(entry, value => value);
}

/** What `read` makes of the value and of the file that it was kept in, where from byte `at` on the bytes lie that came with it. */
export function recallWith<T>(entry: Entry, read: (value: unknown, fd: number, at: number) => T): T | undefined {
  const file = fileOf(entry);
  if (file === null) return undefined;
  try {
    // A FIFO in its place would keep us waiting.
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(fd);
      if (!stat.isFile() || stat.uid !== process.getuid?.()) return undefined;
      const head = Buffer.allocUnsafe(longestHead);
      const end = head.subarray(0, readSync(fd, head, 0, longestHead, 0)).indexOf('\n');
      const kept = JSON.parse(head.toString('utf8', 0, end)) as { readonly key?: unknown; readonly value?: unknown };
      return kept.key === entry.key ? read(kept.value, fd, end + 1) : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

const longestHead = 1 << 16;

/** Keeps a value, readable by its owner only; a cache that cannot be written is no error. */
export function remember(entry: Entry, value: unknown, bytes: readonly Buffer[] = []): void {
  const file = fileOf(entry);
  if (file === null) return;
  const head = Buffer.from(`${JSON.stringify({ key: entry.key, value })}\n`);
  if (head.length > longestHead) return;
  const draft = `${file}.${process.pid}`;
  try {
    makeDirectories(dirname(file));
    writeFileSync(draft, Buffer.concat([head, ...bytes]), { mode: 0o600 });
    renameSync(draft, file);
  } catch {
    try {
      unlinkSync(draft);
    } catch {}
  }
}

/** At most the cache's own three levels; mkdir's `recursive` never ends where a mkdir answers ENOENT below a directory (/proc). */
function makeDirectories(directory: string): void {
  for (const level of [dirname(dirname(directory)), dirname(directory), directory])
    if (!existsSync(level)) mkdirSync(level, { mode: 0o700 });
}

function fileOf({ kind, about, environment, files = 4096 }: Entry): string | null {
  const home = environment['HOME'];
  const asked = environment['XDG_CACHE_HOME'];
  // The XDG specification calls a relative path invalid.
  const base = asked?.startsWith('/') ? asked : home?.startsWith('/') ? join(home, '.cache') : null;
  return base === null ? null : join(base, 'goshim', kind, `${nameOf(about, files)}.kept`);
}

/** FNV-1a, folded: loading node:crypto for a better one would cost each build 2 ms, and a longer text half of one. */
function nameOf(about: string, files: number): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < about.length; at++) hash = Math.imul(hash ^ about.charCodeAt(at), 0x01000193);
  return (((hash ^ (hash >>> 12) ^ (hash >>> 24)) & 0xfff) % files).toString(16).padStart(3, '0');
}
