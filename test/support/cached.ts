// A directory of expensive files that all test processes share: node_modules/.cache/goshim-test-binaries.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cacheDirectory = join(root, 'node_modules', '.cache', 'goshim-test-binaries');

/** Path of `file` below the directory that `key` names. `make` fills a new directory when there is none yet; it appears whole or not at all. */
export function cached(key: string, file: string, make: (directory: string) => void): string {
  const place = join(cacheDirectory, key);
  const wanted = join(place, file);
  if (existsSync(wanted)) return wanted;
  mkdirSync(cacheDirectory, { recursive: true });
  const lock = join(cacheDirectory, `${key}.lock`);
  acquire(lock, wanted);
  try {
    if (!existsSync(wanted)) fill(place, make);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
  return wanted;
}

function fill(place: string, make: (directory: string) => void): void {
  const directory = mkdtempSync(join(cacheDirectory, 'making-'));
  try {
    make(directory);
    rmSync(place, { recursive: true, force: true });
    renameSync(directory, place);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A lock older than any build is a dead process's. */
const staleAfter = 300_000;

function acquire(lock: string, wanted: string): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(wanted)) {
    try {
      mkdirSync(lock);
      return;
    } catch {
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > staleAfter) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(pause, 0, 0, 100);
    }
  }
}
