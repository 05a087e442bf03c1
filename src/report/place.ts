import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

/**
 * The directory that reports' paths are relative to: the checkout of the CI system when `cwd` lies in it, else the nearest
 * directory with a `.git`, else `cwd` itself.
 */
export function rootOf(cwd: string, environment: NodeJS.ProcessEnv): string {
  for (const checkout of [environment.GITHUB_WORKSPACE, environment.CI_PROJECT_DIR])
    if (checkout && isAbsolute(checkout) && !leaves(relative(checkout, cwd))) return checkout;
  for (let place = cwd; ; place = dirname(place)) {
    if (existsSync(join(place, '.git'))) return place;
    if (place === dirname(place)) return cwd;
  }
}

/**
 * A path as a relative URI reference: `/` between segments, each percent-encoded byte by byte, so that names which are no
 * UTF-8 survive. Links are resolved where that stays inside the root, since GitHub shows no alert on a link.
 */
export function uriOf(path: string | Buffer, { cwd, root }: { cwd: string; root: string }): string {
  // latin1 carries each byte through node:path's string functions unchanged.
  const bytes = (text: string) => Buffer.from(text.toWellFormed(), 'utf8').toString('latin1');
  const name = typeof path === 'string' ? bytes(path) : path.toString('latin1');
  const from = bytes(root);
  const lexical = relative(from, resolve(bytes(cwd), name));
  const real = realPath(resolve(bytes(cwd), name));
  const resolved = real === null ? lexical : relative(realPath(from) ?? from, real);
  const chosen = leaves(resolved) ? lexical : resolved;
  return chosen === '' ? '.' : chosen.split('/').map(encodeSegment).join('/');
}

/** The same without the encoding, for formats that want a plain relative path. */
export function relativePath(path: string, { cwd, root }: { cwd: string; root: string }): string {
  return relative(root, resolve(cwd, path)) || '.';
}

function encodeSegment(segment: string): string {
  let encoded = '';
  for (const byte of Buffer.from(segment, 'latin1')) {
    const character = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9._~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function realPath(latin1: string): string | null {
  try {
    return realpathSync(Buffer.from(latin1, 'latin1'), { encoding: 'buffer' }).toString('latin1');
  } catch {
    return null;
  }
}

function leaves(path: string): boolean {
  return path === '..' || path.startsWith('../') || isAbsolute(path);
}
