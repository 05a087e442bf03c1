import { readdirSync, readFileSync } from 'node:fs';

export interface HostLibc {
  readonly kind: 'glibc' | 'musl';
  /** `2.36`, `1.2.3`; null where the file does not say. */
  readonly version: string | null;
  readonly path: string;
}

/**
 * The C libraries of this system; several may be there (Debian with musl). Read from the files themselves, nothing is run: glibc's
 * banner in libc.so.6, musl's version string in its loader, which is its libc too.
 */
export function hostLibcs(root = ''): readonly HostLibc[] {
  const directories = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', ...multiarch(root)];
  return [find(root, directories, 'glibc'), find(root, ['/lib', '/usr/lib'], 'musl')].filter(found => found !== null);
}

const names = { glibc: /^libc\.so\.6$/, musl: /^ld-musl-\w+\.so\.1$/ } as const;

function find(root: string, directories: readonly string[], kind: HostLibc['kind']): HostLibc | null {
  for (const directory of directories) {
    const name = list(root + directory).find(entry => names[kind].test(entry));
    if (name === undefined) continue;
    const path = `${directory}/${name}`;
    const text = read(root + path);
    if (text === null) return { kind, version: null, path };
    if (/\/ld-musl-/.test(text) && kind === 'glibc') continue;
    return { kind, version: versionIn(text, kind), path };
  }
  return null;
}

function versionIn(text: string, kind: HostLibc['kind']): string | null {
  if (kind === 'glibc') return /GNU C Library[^\0]*? version (2\.\d+)/.exec(text)?.[1] ?? null;
  return /\0(1\.\d\.\d+)(?:-git[^\0]*)?\0/.exec(text)?.[1] ?? null;
}

function multiarch(root: string): string[] {
  return ['/lib', '/usr/lib'].flatMap(directory =>
    list(root + directory)
      .filter(name => /^\w+-linux-gnu\w*$/.test(name))
      .map(name => `${directory}/${name}`),
  );
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
