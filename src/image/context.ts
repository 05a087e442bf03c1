import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The build context on this machine; nothing in it is ever run. null where there is none (standard input). */
export type Context = string | null;

export function contextKind(context: Context, path: string): 'file' | 'directory' | 'missing' | null {
  const file = inside(context, path);
  if (file === null) return null;
  try {
    const found = statSync(file);
    return found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'missing';
  } catch {
    return 'missing';
  }
}

/** Whether there is, or may be, such a file. */
export function holdsFile(context: Context, path: string): boolean {
  const kind = contextKind(context, path);
  return kind === null || kind === 'file';
}

/** Whether a file of the context starts with `#!`. */
export function isScript(context: Context, path: string): boolean {
  const file = inside(context, path);
  if (/\.(sh|bash|py|pl|rb|js|mjs|ts|jar|php|lua)$/.test(path)) return true;
  if (file === null || contextKind(context, path) !== 'file') return false;
  try {
    const descriptor = openSync(file, 'r');
    const head = Buffer.alloc(2);
    readSync(descriptor, head, 0, 2, 0);
    closeSync(descriptor);
    return head.toString('latin1') === '#!';
  } catch {
    return false;
  }
}

/** Text of a small file of the context; null where it cannot be read. */
export function contextText(context: Context, path: string): string | null {
  const file = inside(context, path);
  if (file === null) return null;
  try {
    return statSync(file).size > 1 << 20 ? null : readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** The module path that a go.mod names. */
export function modulePath(goMod: string | null): string | null {
  return /^[ \t]*module[ \t]+["`]?([^\s"`]+)/m.exec(goMod ?? '')?.[1] ?? null;
}

function inside(context: Context, path: string): string | null {
  if (context === null || path.includes('\0') || /[\uE000*?[]/.test(path)) return null;
  const file = join(context, path);
  return file === context || file.startsWith(context.endsWith('/') ? context : `${context}/`) ? file : null;
}
