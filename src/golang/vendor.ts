import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Build } from './build.ts';
import { namesVersion } from './packages.ts';

/** Module-mode vendoring that is in force for a build. */
export interface Vendoring {
  /** The vendor directory, absolute. */
  readonly directory: string;
  /** Paths of the modules in vendor/modules.txt that bring at least one package. */
  readonly modules: readonly string[];
  /** The same with version, replacement and packages. */
  readonly listed: readonly VendoredModule[];
}

export interface VendoredModule {
  readonly path: string;
  /** Empty where modules.txt names none. */
  readonly version: string;
  /** What stands behind `=>`; empty without a replacement. */
  readonly replacedBy: string;
  readonly packages: readonly string[];
}

/**
 * Whether go will take packages from a vendor directory: modload.setDefaultBuildMod of Go 1.19–1.26, from -mod (argument or
 * GOFLAGS), else by the rule (a vendor directory, and `go 1.14` or later in go.mod or go.work; workspaces since 1.22, and
 * modules.txt must be of the same kind). null otherwise, in GOPATH mode, and for `pkg@version`. `directory` is the build's
 * (behind `-C`), for a relative -modfile. Reads go.mod or go.work and vendor/modules.txt; one that cannot be read counts as
 * empty. Needs GOMOD, GOWORK and GO111MODULE among the answers of `go env`.
 */
export function vendored(build: Build, directory: string): Vendoring | null {
  const goMod = build.env('GOMOD').value;
  if (build.env('GO111MODULE').value === 'off' || namesVersion(build)) return null;
  const goWork = build.env('GOWORK').value;
  const workspace = goWork !== '' && goWork !== 'off';
  if (!workspace && (goMod === '' || goMod === '/dev/null')) return null;
  const minor = build.release?.minor ?? 99;
  if (workspace && minor < 22) return null;
  const mod = build.flag('mod')?.value ?? '';
  if (mod !== '' && mod !== 'vendor') return null;
  const vendor = join(dirname(workspace ? goWork : goMod), 'vendor');
  if (!isDirectory(vendor)) return null;
  const text = read(join(vendor, 'modules.txt'));
  if (mod === '') {
    const modfile = workspace ? '' : (build.flag('modfile')?.value ?? '');
    const versionFile = workspace ? goWork : modfile === '' ? goMod : resolve(directory, modfile);
    if (!saysAtLeast14(read(versionFile))) return null;
    if (minor >= 22 && isForWorkspace(text) !== workspace) return null;
  }
  const listed = readModules(text).filter(module => module.packages.length > 0);
  return { directory: vendor, modules: listed.map(module => module.path), listed };
}

/** vendor/modules.txt: `# path version [=> replacement]`, `## annotations`, then a package a line. */
export function readModules(text: string): readonly VendoredModule[] {
  const modules: (VendoredModule & { readonly packages: string[] })[] = [];
  for (const line of text.split(/\r?\n/)) {
    const head = /^# (\S+)(?: (v\S+))?(?: => (.+))?$/.exec(line);
    if (head !== null) {
      const [, path = '', version = '', replacedBy = ''] = head;
      modules.push({ path, version, replacedBy, packages: [] });
    } else if (line !== '' && !line.startsWith('#')) {
      modules.at(-1)?.packages.push(line.trim());
    }
  }
  return modules;
}

function isForWorkspace(modulesText: string): boolean {
  const annotations = /^## (.*)/.exec(modulesText)?.[1] ?? '';
  return annotations.split(';').some(entry => entry.trim() === 'workspace');
}

function saysAtLeast14(text: string): boolean {
  const [, major, minor] = /^[ \t]*go[ \t]+(\d+)(?:\.(\d+))?/m.exec(text) ?? [];
  return major !== undefined && (Number(major) > 1 || Number(minor ?? 0) >= 14);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
