import { isAbsolute, join, resolve } from 'node:path';
import type { Build } from './build.ts';
import { type ListedPackage, namesVersion } from './packages.ts';

/** A linked file that the command leaves behind. */
export interface Output {
  /** Absolute. */
  readonly path: string;
  /** Import path of the main package, `command-line-arguments` for files. */
  readonly mainPackage: string;
  /** True when go took the file that stood there for up to date and ran no linker; false where that cannot be told. */
  readonly upToDate: boolean;
}

/**
 * The files that -debug-actiongraph (Go 1.19–1.26) says were linked and installed: nodes of Mode `link-install`. Up-to-date
 * ones are among them, and so are those of a build that failed. `directory` is the one behind `-C`. Anything that is no
 * action graph has no outputs; ask `isActionGraph` first where that matters.
 */
export function outputsOf(actionGraph: unknown, directory: string): Output[] {
  if (!isActionGraph(actionGraph)) return [];
  const linked = new Set(actionGraph.filter(({ Mode, Cmd }) => Mode === 'link' && Cmd).map(({ Package }) => Package));
  return actionGraph.flatMap(({ Mode, Target, Package }) =>
    Mode === 'link-install' && typeof Target === 'string' && Target !== ''
      ? [
          {
            path: resolve(directory, Target),
            mainPackage: typeof Package === 'string' ? Package : '',
            upToDate: !linked.has(Package),
          },
        ]
      : [],
  );
}

/** A list of nodes that each have a Mode; anything else (a later go's other format) calls for `outputsListed`. */
export function isActionGraph(found: unknown): found is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(found) && found.every(node => typeof (node as { Mode?: unknown } | null)?.Mode === 'string');
}

/**
 * The file that the user's own -debug-actiongraph names (seen from the directory behind `-C`), or null without one. To be
 * asked before `setFlag('debug-actiongraph', …)` puts ours there.
 */
export function userActionGraph(build: Build): string | null {
  return build.flag('debug-actiongraph')?.value || null;
}

/**
 * False when nothing that an agent could meet is written: `-n`, `-o /dev/null`, archives, several packages without `-o`, no
 * main package. With `listed` (go list's answer to `listQuestion`) exact; without, by the words alone, and a line that
 * cannot be told (`.`, `./...`) counts as writing.
 */
export function writesOutput(build: Build, listed?: readonly ListedPackage[]): boolean {
  if (writesNothing(build)) return false;
  if (build.command === 'run') return true;
  const out = build.flag('o')?.value ?? '';
  if (listed?.some(isMain) === false) return build.flag('buildmode')?.value === 'shared';
  if (build.command === 'install' || out !== '') return true;
  // runBuild counts before it passes over what -buildmode or a lack of files leaves out.
  if (listed !== undefined) return listed.length === 1;
  const words = new Set(build.packages);
  return words.size <= 1 || build.packages.every(word => word.endsWith('.go'));
}

/** True when nothing is left behind whatever the packages are: `-n`, archives, `-o /dev/null`. */
export function writesNothing(build: Build): boolean {
  const mode = build.flag('buildmode')?.value;
  const discarded = build.command === 'build' && build.flag('o')?.value === '/dev/null';
  return build.isOn('n') || mode === 'archive' || mode === 'c-archive' || discarded;
}

/**
 * Where the outputs go, without an action graph: work.runBuild and InstallPackages retold. `isDirectory` answers for an
 * absolute path. null where it cannot be told: `go install` of a `...@version` pattern, or without `listed`.
 */
export function outputsListed(
  build: Build,
  listed: readonly ListedPackage[] | null,
  directory: string,
  isDirectory: (path: string) => boolean,
): Output[] | null {
  if (build.command === 'run') return [];
  if (namesVersion(build)) return versionedOutputs(build);
  if (listed === null) return null;
  if (!writesOutput(build, listed)) return [];
  const mains = listed.filter(isMain);
  if (build.command === 'install') {
    return mains.filter(each => each.target !== '').map(each => output(each.target, each));
  }
  const out = build.flag('o')?.value ?? '';
  const toDirectory = out !== '' && (out.endsWith('/') || isDirectory(resolve(directory, out)));
  if (out !== '' && !toDirectory) return mains.slice(0, 1).map(each => output(resolve(directory, out), each));
  return mains.map(each => output(resolve(directory, out, programName(build, each)), each));
}

/**
 * The file that `-o` names, absolute, when a build that succeeds writes just that one and go need not be asked; null otherwise. go
 * takes an existing directory, or a name that ends in a slash, for the place of all programs (work.runBuild, Go 1.19–1.26).
 */
export function outputNamed(build: Build, directory: string, isDirectory: (path: string) => boolean): string | null {
  const out = build.flag('o')?.value ?? '';
  const mode = build.flag('buildmode')?.value ?? 'default';
  if (build.command !== 'build' || out === '' || out.endsWith('/') || !linkedModes.has(mode)) return null;
  const path = resolve(directory, out);
  return isDirectory(path) ? null : path;
}

const linkedModes: ReadonlySet<string> = new Set(['', 'default', 'exe', 'pie']);

function isMain({ name }: ListedPackage): boolean {
  return name === 'main';
}

function output(path: string, { importPath }: ListedPackage): Output {
  return { path, mainPackage: importPath, upToDate: false };
}

function versionedOutputs(build: Build): Output[] | null {
  if (build.packages.some(word => word.includes('...'))) return null;
  return build.packages.map(word => {
    const importPath = word.slice(0, word.indexOf('@'));
    return {
      path: join(installDirectory(build), executable(build, importPath)),
      mainPackage: importPath,
      upToDate: false,
    };
  });
}

/** GOBIN, else bin of GOPATH's first directory, and there GOOS_GOARCH for another platform than go's own. */
function installDirectory(build: Build): string {
  const bin = build.env('GOBIN').value;
  if (isAbsolute(bin)) return bin;
  const foreign = build.goos !== build.env('GOHOSTOS').value || build.goarch !== build.env('GOHOSTARCH').value;
  const first = build.env('GOPATH').value.split(':')[0] ?? '';
  return join(first, 'bin', foreign ? `${build.goos}_${build.goarch}` : '');
}

function programName(build: Build, { importPath, files }: ListedPackage): string {
  if (importPath === 'command-line-arguments') {
    return `${/([^/]*)\.go$/.exec(files[0] ?? '')?.[1] ?? ''}${suffix(build)}`;
  }
  return executable(build, importPath);
}

/** load.exeFromImportPath: the last element, or the one before a `/vN` in module mode. */
function executable(build: Build, importPath: string): string {
  const elements = importPath.split('/');
  const last = elements.at(-1) ?? '';
  const isVersion = /^v(?!0|1$)\d+$/.test(last) && elements.length > 1 && build.env('GO111MODULE').value !== 'off';
  return `${isVersion ? elements.at(-2) : last}${suffix(build)}`;
}

function suffix(build: Build): string {
  return build.flag('buildmode')?.value === 'plugin' ? '.so' : build.env('GOEXE').value;
}
