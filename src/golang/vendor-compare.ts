import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { VendoredModule, Vendoring } from './vendor.ts';

/**
 * Why the vendored packages cannot be taken from their modules instead, in words, or null when every file below vendor/ is
 * byte-identical to the module's in the module cache (or the directory that replaces it) and no source file was left out.
 * `go mod vendor` itself leaves out tests, go.mod, go.sum and files no build takes (cmd/go/internal/modcmd/vendor.go, Go 1.26).
 */
export function differsFromModules({ directory, listed }: Vendoring, modcache: string): string | null {
  for (const module of listed) {
    const place = sourceOf(module, directory, modcache);
    if (place === null) return `${module.path} has no version in modules.txt`;
    if (!isDirectory(place)) return `${module.path}@${module.version} is not in the module cache`;
    const vendored = join(directory, module.path);
    const others = listed.filter(({ path }) => path.startsWith(`${module.path}/`)).map(({ path }) => path);
    const changed = filesBelow(vendored, '')
      .filter(file => !others.some(path => `${module.path}/${file}`.startsWith(`${path}/`)))
      .find(file => !isSame(join(vendored, file), join(place, file)));
    if (changed !== undefined) return `${module.path}/${changed} differs from ${module.path}@${module.version}`;
    const missing = missingSource(module, place, directory);
    if (missing !== null) return `${missing} is missing in the vendor directory`;
  }
  return null;
}

/** The module's own directory: `path version` and `=> path version` are in the cache, `=> ./directory` beside vendor/. */
function sourceOf({ path, version, replacedBy }: VendoredModule, vendor: string, modcache: string): string | null {
  const [target = '', targetVersion] = replacedBy.split(' ');
  if (replacedBy !== '' && targetVersion === undefined) return resolve(vendor, '..', target);
  const [name, release] = replacedBy === '' ? [path, version] : [target, targetVersion ?? ''];
  return release === '' ? null : join(modcache, `${escapePath(name)}@${escapePath(release)}`);
}

/** golang.org/x/mod/module.EscapePath: file systems may not tell `A` from `a`. */
function escapePath(text: string): string {
  return text.replace(/[A-Z]/g, letter => `!${letter.toLowerCase()}`);
}

function filesBelow(directory: string, prefix: string): string[] {
  return entriesOf(directory).flatMap(entry => {
    const name = prefix + entry.name;
    return entry.isDirectory() ? filesBelow(join(directory, entry.name), `${name}/`) : [name];
  });
}

/** A file of a vendored package that go would compile from the module and does not find below vendor/. */
function missingSource({ path, packages }: VendoredModule, place: string, vendor: string): string | null {
  for (const name of packages) {
    const from = join(place, name.slice(path.length));
    const there = new Set(entriesOf(join(vendor, name)).map(entry => entry.name));
    const missing = entriesOf(from).find(
      entry => entry.isFile() && !there.has(entry.name) && isCompiled(join(from, entry.name)),
    );
    if (missing !== undefined) return `${name}/${missing.name}`;
  }
  return null;
}

function isCompiled(file: string): boolean {
  if (file.endsWith('_test.go') || !/\.(go|c|cc|cpp|cxx|m|h|hh|hpp|hxx|f|F|for|f90|s|S|swig|swigcxx|syso)$/.test(file))
    return false;
  return !file.endsWith('.go') || !/^\/\/ ?(go:build|\+build)\b.*\bignore\b/m.test(readFileSync(file, 'utf8'));
}

function isSame(one: string, other: string): boolean {
  try {
    return readFileSync(one).equals(readFileSync(other));
  } catch {
    return false;
  }
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
