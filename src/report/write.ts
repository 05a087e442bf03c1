import { closeSync, constants, openSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all: a temporary one beside it, renamed over it. A link's target is written, the mode of an
 * existing file kept; a terminal, pipe or device is written to as it is. Throws the system's error.
 */
export function writeWhole(path: string, text: string): void {
  const target = realPath(path);
  const existing = statSync(target, { throwIfNoEntry: false });
  if (existing !== undefined && !existing.isFile()) {
    appendTo(target, text);
    return;
  }
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
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  } finally {
    closeSync(file);
  }
}
