import { closeSync, constants, openSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all: a temporary one beside it, renamed over it. A link's target is written, the mode of an
 * existing file kept; a terminal, pipe or device is written to as it is. Throws the system's error.
 */
export function writeWhole(path: string, text: string): void {
  // By the path itself: what /dev/stdout leads to is a pipe, which has no path.
  if (isSpecial(path)) {
    appendTo(path, text);
    return;
  }
  const target = realPath(path);
  const existing = statSync(target, { throwIfNoEntry: false });
  const temporary = join(dirname(target), `.goshim-${process.pid}-${Math.random().toString(36).slice(2)}.tmp`);
  try {
    writeTo(openSync(temporary, 'wx', existing === undefined ? 0o666 : existing.mode & 0o777), text);
    renameSync(temporary, target);
  } catch (error) {
    remove(temporary);
    throw error;
  }
}

/** Adds to what is already there in one write; for streams, and for logs that others append to as well. */
export function appendTo(path: string, text: string): void {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
  writeTo(openSync(path, flags, 0o666), text);
}

/** True for a terminal, pipe, device or directory: nothing that could be renamed over. */
export function isSpecial(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === false;
}

/** The file that a path leads to, itself when there is none yet. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made, or somebody else took it away: either way it is gone.
  }
}

function writeTo(file: number, text: string): void {
  try {
    const bytes = Buffer.from(text, 'utf8');
    let deadline = Date.now() + patience;
    for (let at = 0; at < bytes.length; ) {
      const written = writeSome(file, bytes.subarray(at));
      at += written;
      if (written > 0) deadline = Date.now() + patience;
      else if (Date.now() > deadline) throw new Error(`nobody read it for ${patience / 1000} s`);
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  } finally {
    closeSync(file);
  }
}

/** Milliseconds a pipe may stay full. It is opened without blocking, since one that nobody reads would block for ever. */
const patience = 30_000;

/** 0 while a pipe is full. */
function writeSome(file: number, bytes: Buffer): number {
  try {
    return writeSync(file, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}
