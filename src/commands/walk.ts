import { type Dirent, readdirSync } from 'node:fs';
import picomatch from 'picomatch';
import { mask, pathText } from '../report/mask.ts';
import { UsageError } from '../usage-error.ts';

/** What a walk met. A name that is no UTF-8 is a Buffer. */
export type Met =
  | { readonly kind: 'file'; readonly path: string | Buffer }
  /** A directory that could not be listed. */
  | { readonly kind: 'unreadable'; readonly path: string | Buffer; readonly code: string };

export interface WalkFilter {
  /** Globs; one without a slash means the name, others the path below the directory or as the walk writes it. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * The regular files below a directory, sorted by their bytes so that two walks tell the same. Links are not followed; pipes,
 * sockets and devices are not listed. Nothing is opened but directories.
 */
export function* walk(directory: string | Buffer, { include, exclude }: WalkFilter): Generator<Met> {
  const included = include.length === 0 ? () => true : matcher(include);
  const excluded = exclude.length === 0 ? () => false : matcher(exclude);
  const top = withoutSlashes(Buffer.from(directory));
  const waiting: Buffer[] = [top];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const entries = list(place);
    if (typeof entries === 'string') {
      yield { kind: 'unreadable', path: named(place), code: entries };
      continue;
    }
    const below: Buffer[] = [];
    for (const entry of entries) {
      const path = Buffer.concat([place, slash(place), entry.name]);
      const names = [pathText(named(path)), pathText(named(path.subarray(top.length + slash(top).length)))];
      if (names.some(excluded)) continue;
      if (entry.isDirectory()) below.push(path);
      else if (entry.isFile() && names.some(included)) yield { kind: 'file', path: named(path) };
    }
    waiting.push(...below.reverse());
  }
}

function list(directory: Buffer): Dirent<Buffer>[] | string {
  try {
    const entries = readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
    return entries.sort((a, b) => a.name.compare(b.name));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function withoutSlashes(directory: Buffer): Buffer {
  let end = directory.length;
  while (end > 1 && directory[end - 1] === 0x2f) end--;
  return directory.subarray(0, end);
}

/** `/` itself ends in one. */
function slash(directory: Buffer): Buffer {
  return Buffer.from(directory.at(-1) === 0x2f ? '' : '/');
}

function named(path: Buffer): string | Buffer {
  const text = path.toString('utf8');
  return Buffer.from(text, 'utf8').equals(path) ? text : path;
}

function matcher(globs: readonly string[]): (name: string) => boolean {
  const matchers = globs.map(compiled);
  return name => matchers.some(matches => matches(name.replace(/^\.\//, '')));
}

/** picomatch throws for a glob that is empty or longer than 64 KiB. */
function compiled(glob: string): (name: string) => boolean {
  try {
    return picomatch(glob.replace(/^\.\//, ''), { dot: true, basename: !glob.includes('/') });
  } catch {
    const shown = glob.length > 60 ? `${glob.slice(0, 60)}…` : glob;
    throw new UsageError(`--include, --exclude: "${mask(shown)}" is no glob`);
  }
}
