import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DockerIgnore, readDockerIgnore } from './docker-ignore.ts';

/** The build context on this machine; nothing in it is ever run. null where there is none (standard input). */
export type Context = {
  readonly root: string;
  readonly ignore: DockerIgnore | null;
  /** What was looked at already. */
  readonly kinds: Map<string, 'file' | 'directory' | 'missing'>;
} | null;

/** A directory as a context: `<Dockerfile>.dockerignore` counts before `.dockerignore` (docs.docker.com/build/concepts/context). */
export function openContext(root: string | null, dockerfile: string | null = null): Context {
  if (root === null) return null;
  const own = dockerfile === null ? null : textOf(`${dockerfile}.dockerignore`);
  const text = own ?? textOf(join(root, '.dockerignore'));
  return { root, ignore: text === null ? null : readDockerIgnore(text), kinds: new Map() };
}

export function contextKind(context: Context, path: string): 'file' | 'directory' | 'missing' | null {
  const known = context?.kinds.get(path);
  if (known !== undefined) return known;
  const file = inside(context, path);
  if (file === null) return null;
  const kind = kindOf(file, context, path);
  context?.kinds.set(path, kind);
  return kind;
}

function kindOf(file: string, context: Context, path: string): 'file' | 'directory' | 'missing' {
  try {
    const found = statSync(file);
    if (isIgnored(context, path, found.isDirectory())) return 'missing';
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
  return file === null || isIgnored(context, path, false) ? null : textOf(file);
}

/** The module path that a go.mod names. */
export function modulePath(goMod: string | null): string | null {
  return /^[ \t]*module[ \t]+["`]?([^\s"`]+)/m.exec(goMod ?? '')?.[1] ?? null;
}

function isIgnored(context: Context, path: string, isDirectory: boolean): boolean {
  const ignore = context?.ignore ?? null;
  return ignore?.isIgnored(path) === true && !(isDirectory && ignore.hasExceptions);
}

function textOf(file: string): string | null {
  try {
    const found = statSync(file);
    return !found.isFile() || found.size > 1 << 20 ? null : readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function inside(context: Context, path: string): string | null {
  if (context === null || path.includes('\0') || /[\uE000*?[]/.test(path)) return null;
  const { root } = context;
  const file = join(root, path);
  return file === root || file.startsWith(root.endsWith('/') ? root : `${root}/`) ? file : null;
}
