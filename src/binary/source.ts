import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { Unreadable } from './reading.ts';

/** Random access to the bytes of one file, layer or buffer. */
export interface RangeSource {
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; the caller has checked both against `size`. Throws Unreadable when it cannot. */
  read(offset: number, length: number): Buffer;
}

/** A regular file held open. */
export interface FileSource extends RangeSource {
  /** True once the size or the modification time is no longer what it was at the start. */
  changed(): boolean;
  close(): void;
}

/** All that was read of a file: what is told of it follows from this. */
export interface Account {
  /** Bytes of the whole file. */
  size: number;
  readonly parts: { readonly offset: number; readonly bytes: Buffer }[];
}

/** errno name and its words, for a path that cannot be opened. */
export interface OpenFailure {
  readonly code: string;
  readonly why: string;
}

const changedWhileRead = 'the file changed while it was read';

/**
 * Opens a regular file. Anything else is asked for by stat only, since merely opening a FIFO or a device can block it or
 * wake its other end; O_NONBLOCK covers a path that is swapped between the two calls.
 */
export function openFile(path: string | Buffer): FileSource | OpenFailure {
  let fd: number | undefined;
  try {
    const kind = irregular(statSync(path));
    if (kind !== null) return kind;
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const start = fstatSync(fd);
    const opened = irregular(start);
    if (opened === null) return fileSource(fd, start);
    closeSync(fd);
    return opened;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    return failure(error);
  }
}

/** The same file, keeping account of what is read of it. */
export function recorded(file: FileSource, account: Account): FileSource {
  account.size = file.size;
  return {
    ...file,
    read(offset, length) {
      const bytes = file.read(offset, length);
      account.parts.push({ offset, bytes });
      return bytes;
    },
  };
}

function fileSource(fd: number, start: Stats): FileSource {
  let stale = false;
  const changed = (): boolean => {
    const now = fstatSync(fd);
    stale ||= now.size !== start.size || now.mtimeMs !== start.mtimeMs;
    return stale;
  };
  return {
    size: start.size,
    changed,
    close: () => closeSync(fd),
    read(offset, length) {
      const bytes = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const count = readInto(fd, bytes, filled, offset);
        if (count === 0) throw new Unreadable(changedWhileRead);
        filled += count;
      }
      if (changed()) throw new Unreadable(changedWhileRead);
      return bytes;
    },
  };
}

function readInto(fd: number, bytes: Buffer, filled: number, offset: number): number {
  try {
    return readSync(fd, bytes, filled, bytes.length - filled, offset + filled);
  } catch (error) {
    throw new Unreadable(`reading failed: ${failure(error).why}`);
  }
}

function irregular(stat: {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}): OpenFailure | null {
  if (stat.isFile()) return null;
  if (stat.isDirectory()) return { code: 'EISDIR', why: 'is a directory' };
  const kind = stat.isFIFO() ? 'a FIFO' : stat.isSocket() ? 'a socket' : 'a device';
  return { code: 'ENOTREG', why: `not a regular file (${kind})` };
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ELOOP: 'too many levels of symbolic links',
  ENOTDIR: 'a part of the path is not a directory',
  ENAMETOOLONG: 'file name too long',
  EIO: 'input/output error',
};

function failure(error: unknown): OpenFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'EUNKNOWN';
  return { code, why: `${words[code] ?? 'cannot be read'} (${code})` };
}
