import { mkdirSync, readFileSync, readlinkSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { remove } from './write.ts';

/** Milliseconds. A holder only reads and writes one file; after `stale` it is taken for dead, whoever it was. */
const stale = 10_000;
const patience = 30_000;

/**
 * Runs `work` while no other goshim holds the lock of this file: an exclusively created file beside it. A lock whose owner
 * died is taken away by exactly one of those who wait (`mkdir` of its identity decides which). Throws after 30 s.
 */
export async function withLock<T>(path: string, work: () => T): Promise<T> {
  const lock = join(dirname(path), `.${basename(path).slice(0, 200)}.goshim-lock`);
  await acquire(lock);
  try {
    return work();
  } finally {
    remove(lock);
  }
}

async function acquire(lock: string): Promise<void> {
  for (const deadline = Date.now() + patience; ; ) {
    try {
      writeFileSync(lock, owner(), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (Date.now() > deadline) throw new Error(`${lock} is held by another goshim; remove it if there is none`);
    breakStale(lock);
    await setTimeout(2 + Math.random() * 20);
  }
}

function breakStale(lock: string): void {
  const identity = identityOf(lock);
  if (identity === null || !isStale(lock)) return;
  const claim = `${lock}-${identity}`;
  try {
    mkdirSync(claim);
  } catch {
    return;
  }
  // Only the holder of the claim may remove this very lock, so it cannot have been replaced once it is seen here again.
  if (identityOf(lock) === identity) remove(lock);
  rmdirSync(claim);
}

function identityOf(lock: string): string | null {
  const stats = statSync(lock, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.ino}-${stats.mtimeNs}`;
}

function isStale(lock: string): boolean {
  try {
    if (Date.now() - statSync(lock).mtimeMs > stale) return true;
    const [pid, ...place] = readFileSync(lock, 'utf8').split(' ');
    return place.join(' ') === namespace() && Number(pid) > 0 && !isAlive(Number(pid));
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function owner(): string {
  return `${process.pid} ${namespace()}`;
}

/** Process ids mean the same only on one host in one pid namespace: containers may share a directory. */
function namespace(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
