import { posix } from 'node:path';
import type { Build } from '../../golang/build.ts';
import { writesOutput } from '../../golang/outputs.ts';
import { modulePath } from '../context.ts';
import type { Machine } from '../machine.ts';
import type { GoLine } from './go-line.ts';

/** Files a line writes, and directories in which it writes files whose names are not known. */
export interface LineOutputs {
  readonly files: readonly string[];
  readonly trees: readonly string[];
}

const none: LineOutputs = { files: [], trees: [] };
/** A file name that nobody knows, in the marks of paths.ts. */
const someName = '\uE000name\uE001';

/**
 * Where a build or install line puts its files, by its words alone (reference: work.runBuild, load.exeFromImportPath).
 * `readContext` gives a file of the build context by its path in the image.
 */
export function outputsOfLine(
  build: Build,
  line: GoLine,
  machine: Machine,
  readContext: (path: string) => string | null,
): LineOutputs {
  if (build.command === 'run' || !writesOutput(build)) return none;
  const start = line.directory;
  const directory = build.chdir === null ? start : resolve(start, build.chdir);
  if (isForTheCache(build, moduleAround(directory, machine, readContext))) return none;
  const mode = build.flag('buildmode')?.value ?? '';
  const suffix = mode === 'plugin' ? '.so' : build.goos === 'windows' ? '.exe' : '';
  const names = programNames(build, directory, machine, readContext);
  const isMany = names === null;
  const inDirectory = (into: string | null): LineOutputs => {
    if (into === null) return none;
    if (isMany) return { files: [], trees: [into] };
    return { files: names.map(name => posix.join(into, `${name}${suffix}`)), trees: [] };
  };
  if (build.command === 'install') return inDirectory(installDirectory(build, line, directory));
  const out = build.flag('o')?.value ?? '';
  if (out === '') return directory === null ? none : inDirectory(directory);
  const target = resolve(directory, out);
  if (target === null) return none;
  if (out.endsWith('/') || machine.files.isDirectory(target)) return inDirectory(target);
  return isMany && build.packages.some(word => word.includes('...'))
    ? { files: [target], trees: [target] }
    : { files: [target], trees: [] };
}

function installDirectory(build: Build, line: GoLine, directory: string | null): string | null {
  const bin = build.env('GOBIN').value;
  if (bin !== '') return resolve(directory, bin);
  const path = build.env('GOPATH').value.split(':')[0] ?? '';
  const foreign = build.goarch !== build.env('GOHOSTARCH').value || build.goos !== 'linux';
  const base = path === '' ? (line.base.go === 'official' ? '/go' : '/root/go') : path;
  return posix.join(base, 'bin', foreign ? `${build.goos}_${build.goarch}` : '');
}

/** Lines that compile the standard library, or several dependencies, ahead of the sources: they write no program. */
function isForTheCache(build: Build, module: string | null): boolean {
  const { packages } = build;
  const isOwn = (word: string): boolean => module !== null && (word === module || word.startsWith(`${module}/`));
  const isStandard = (word: string): boolean => standard.has(word.split('/')[0] ?? '') && !word.endsWith('.go');
  const isLibrary = (word: string): boolean => /^[a-z0-9-]+\.[a-z]+\//.test(word) && !/@|\/cmd\/|\.go$/.test(word);
  if (packages.some(isOwn)) return false;
  // With -o somebody wants to have what comes out.
  const isAskedFor = build.command === 'build' && build.flag('o') !== undefined;
  return packages.some(isStandard) || (packages.length > 1 && packages.every(isLibrary) && !isAskedFor);
}

/** First elements of the standard library's import paths (`go list std`, Go 1.26). */
const standard: ReadonlySet<string> = new Set(
  `std archive bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go hash
  html image index io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings structs
  sync syscall testing text time unicode unique unsafe weak`.split(/\s+/),
);

/** The module that go would find from a directory upwards; null: none is known. */
function moduleAround(
  directory: string | null,
  machine: Machine,
  readContext: (path: string) => string | null,
): string | null {
  for (let at = directory; at !== null; at = posix.dirname(at)) {
    const module = machine.modules.get(at) ?? modulePath(readContext(posix.join(at, 'go.mod')));
    if (module !== null) return module;
    if (at === '/' || at === '.') break;
  }
  return null;
}

/** Names of the programs that the packages make; null where a pattern makes many. */
function programNames(
  build: Build,
  directory: string | null,
  machine: Machine,
  readContext: (path: string) => string | null,
): string[] | null {
  const words = build.packages.length === 0 ? ['.'] : build.packages;
  if (words.some(word => word.includes('...'))) return null;
  const [first = ''] = words;
  if (first.endsWith('.go')) return [posix.basename(first, '.go')];
  return words.map(word => {
    const bare = word.replace(/@.*$/, '');
    if (!/^\.{0,2}(\/|$)/.test(bare) && !bare.startsWith('\uE000')) return lastElement(bare);
    const place = resolve(directory, bare);
    if (place === null) return someName;
    const module = machine.modules.get(place) ?? modulePath(readContext(posix.join(place, 'go.mod')));
    if (module !== null) return lastElement(module);
    // The module's own directory names no program: go.mod does.
    return place === directory && moduleAround(posix.dirname(place), machine, readContext) === null
      ? someName
      : lastElement(place);
  });
}

/** The last element, or the one before a `/vN`. */
function lastElement(path: string): string {
  const elements = path.split('/').filter(element => element !== '');
  const last = elements.at(-1) ?? someName;
  return /^v(?!0|1$)\d+$/.test(last) ? (elements.at(-2) ?? last) : last;
}

function resolve(directory: string | null, path: string): string | null {
  if (path.startsWith('/')) return posix.normalize(path).replace(/(?<=.)\/$/, '');
  return directory === null || path.startsWith('\uE000') ? null : posix.join(directory, path).replace(/(?<=.)\/$/, '');
}
