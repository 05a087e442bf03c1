import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a directory is an image: an OCI layout, an unpacked docker save, or a root file system (buildx type=local). */
export function isImageDirectory(path: string): boolean {
  const names = new Set(namesIn(path));
  if (isLayoutDirectory(path)) return true;
  if (names.has('etc') && names.has('usr') && (names.has('bin') || names.has('lib'))) return true;
  // What buildx writes for several platforms.
  return names.size > 0 && [...names].every(name => /^linux_[a-z0-9_]+$/.test(name));
}

/** An OCI layout or an unpacked docker save, rather than a root file system. */
export function isLayoutDirectory(path: string): boolean {
  const names = new Set(namesIn(path));
  if (names.has('oci-layout') || (names.has('index.json') && names.has('blobs'))) return true;
  // Web applications have a file of this name too.
  return (
    names.has('manifest.json') && /^\s*\[\s*\{\s*"(Config|RepoTags|Layers)"/.test(headOf(join(path, 'manifest.json')))
  );
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function headOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(512);
      return head.toString('latin1', 0, readSync(file, head, 0, head.length, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
