import { existsSync, readdirSync } from 'node:fs';
import { readText } from './reading.ts';

/** One library that ld.so loads into every program. */
export interface Preload {
  /** As it is written; `$LIB` not expanded. */
  readonly entry: string;
  readonly from: '/etc/ld.so.preload' | 'LD_PRELOAD';
  /** Whether a file is there under any of the values that $LIB can have here. */
  readonly exists: boolean;
}

/** The preload entries of the system and of the environment (ld.so(8)); blanks and colons separate. */
export function preloads(environment: NodeJS.ProcessEnv, root = ''): readonly Preload[] {
  const file = readText(`${root}/etc/ld.so.preload`);
  const system = file.ok ? file.value.replace(/#.*$/gm, '') : '';
  const entries = [
    ...words(system).map(entry => ({ entry, from: '/etc/ld.so.preload' as const })),
    ...words(environment['LD_PRELOAD'] ?? '').map(entry => ({ entry, from: 'LD_PRELOAD' as const })),
  ];
  return entries.map(each => ({ ...each, exists: expansions(each.entry, root).some(path => existsSync(root + path)) }));
}

/** `$LIB` is lib, lib64 or Debian's lib/TRIPLE; a name without a slash is looked for in the library path. */
function expansions(entry: string, root: string): string[] {
  if (!entry.includes('/')) return libraryDirectories(root).map(directory => `/${directory}/${entry}`);
  if (!/\$\{?LIB\}?/.test(entry)) return [entry];
  return libraryDirectories(root).map(directory => entry.replace(/\$\{?LIB\}?/, directory));
}

function libraryDirectories(root: string): string[] {
  const plain = ['lib', 'lib64', 'usr/lib', 'usr/lib64'];
  const multiarch = ['lib', 'usr/lib'].flatMap(directory =>
    list(`${root}/${directory}`)
      .filter(name => /^\w+-linux-gnu\w*$/.test(name))
      .map(name => `${directory}/${name}`),
  );
  return [...plain, ...multiarch];
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function words(text: string): string[] {
  return text.split(/[\s:]+/).filter(word => word !== '');
}
