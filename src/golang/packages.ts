import type { Build } from './build.ts';

/** What `go list` says of one package of the command line. */
export interface ListedPackage {
  /** `main`; empty where go could not read the package. */
  readonly name: string;
  /** `command-line-arguments` for a list of files. */
  readonly importPath: string;
  /** Where `go install` would put it; empty when nowhere. */
  readonly target: string;
  /** Its Go files, those that import "C" last. */
  readonly files: readonly string[];
}

/**
 * The `go list` line (without `go`) that answers which packages a line builds, to be run in the directory behind `-C` with
 * the line's own environment. It loads packages and compiles nothing. null for `pkg@version`, which go list refuses.
 */
export function listQuestion(build: Build): readonly string[] | null {
  if (namesVersion(build)) return null;
  const flags = shaping.flatMap(name => {
    const wish = build.flag(name);
    return wish === undefined ? [] : [`-${name}=${wish.value}`];
  });
  return ['list', '-e', '-json=Name,ImportPath,Target,GoFiles,CgoFiles', ...flags, '--', ...build.packages];
}

/** Reads go list's JSON objects; null when the text is something else. */
export function readListed(text: string): readonly ListedPackage[] | null {
  try {
    const found: unknown = JSON.parse(`[${text.trim().replace(/^}\r?\n{/gm, '},{')}]`);
    return Array.isArray(found) ? found.map(readPackage) : null;
  } catch {
    return null;
  }
}

/** True for `pkg@version` lines, which know no main module: any word for install, the first for run. */
export function namesVersion(build: Build): boolean {
  if (build.command === 'build') return false;
  const words = build.command === 'run' ? build.packages.slice(0, 1) : build.packages;
  if (build.command === 'run' && words[0]?.endsWith('.go')) return false;
  return words.some(word => word.includes('@') && !/^(\/|\.\.?(\/|$))/.test(word));
}

// The flags that decide which files and packages are seen.
const shaping = ['tags', 'mod', 'modfile', 'overlay', 'compiler', 'race', 'msan', 'asan', 'installsuffix'];

function readPackage(found: unknown): ListedPackage {
  const { Name, ImportPath, Target, GoFiles, CgoFiles } = (found ?? {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const list = (value: unknown) => (Array.isArray(value) ? value.map(text) : []);
  return {
    name: text(Name),
    importPath: text(ImportPath),
    target: text(Target),
    files: [...list(GoFiles), ...list(CgoFiles)],
  };
}
