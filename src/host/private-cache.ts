import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What is remembered from one start to the next, in $XDG_CACHE_HOME/goshim/KIND. `key` holds everything that the value follows from;
 * it stands in the file and is compared whole. Anything odd about the file (foreign owner, rubbish) counts as nothing remembered,
 * which is undefined. The value is JSON that this goshim or another wrote: the caller looks at its shape.
 */
export function recall(kind: string, key: string, environment: NodeJS.ProcessEnv): unknown {
  const file = fileOf(kind, key, environment);
  if (file === null) return undefined;
  try {
    if (statSync(file, { throwIfNoEntry: false })?.uid !== process.getuid?.()) return undefined;
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { readonly key?: unknown; readonly value?: unknown };
    return kept.key === key ? kept.value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value, readable by its owner only; a cache that cannot be written is no error. */
export function remember(kind: string, key: string, environment: NodeJS.ProcessEnv, value: unknown): void {
  const file = fileOf(kind, key, environment);
  if (file === null) return;
  try {
    makeDirectories(dirname(file));
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify({ key, value }), { mode: 0o600 });
    renameSync(draft, file);
  } catch {}
}

/** At most the cache's own three levels; mkdir's `recursive` never ends where a mkdir answers ENOENT below a directory (/proc). */
function makeDirectories(directory: string): void {
  for (const level of [dirname(dirname(directory)), dirname(directory), directory])
    if (!existsSync(level)) mkdirSync(level, { mode: 0o700 });
}

function fileOf(kind: string, key: string, environment: NodeJS.ProcessEnv): string | null {
  const home = environment['HOME'];
  const asked = environment['XDG_CACHE_HOME'];
  // The XDG specification calls a relative path invalid.
  const base = asked?.startsWith('/') ? asked : home?.startsWith('/') ? join(home, '.cache') : null;
  return base === null ? null : join(base, 'goshim', kind, `${nameOf(key)}.json`);
}

/**
 * FNV-1a, folded to 12 bits: a kind has 4,096 files at most, and of two keys that share a name the later one has it. Loading
 * node:crypto for a better one would cost each build 2 ms.
 */
function nameOf(key: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 12) ^ (hash >>> 24)) & 0xfff).toString(16).padStart(3, '0');
}
