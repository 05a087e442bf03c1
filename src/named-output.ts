import { type BigIntStats, closeSync, lstatSync, mkdtempSync, openSync, readSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Output } from './golang/outputs.ts';

/** The one file that a build is to write. */
export interface NamedOutput {
  /** Absolute. */
  readonly path: string;
  /** The file that stood there before; null when none did. */
  readonly before: BigIntStats | null;
}

/**
 * Looks at it before go starts. null without one; where it is a link, through which go may write; and where TMPDIR takes no files and
 * GOTMPDIR may: go's tools are then given another place for them.
 */
export function lookAt(path: string | null, { GOTMPDIR }: NodeJS.ProcessEnv): NamedOutput | null {
  if (path === null || (GOTMPDIR && !takesFiles(tmpdir()))) return null;
  try {
    const before = lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
    return before?.isDirectory() === true || before?.isSymbolicLink() === true ? null : { path, before };
  } catch {
    // No place for a file: go says why.
    return null;
  }
}

/** The linked file, null where something else stands there: an archive, when the package is no main. */
export function wroteTo(named: NamedOutput | null): readonly Output[] | null {
  if (named === null) return null;
  const { path, before } = named;
  try {
    const after = statSync(path, { bigint: true });
    if (!after.isFile() || !startsAsElf(path)) return null;
    // A link makes a new file; an up-to-date one only gets a new time. An inode number alone can be given out again.
    const upToDate = before !== null && before.ino === after.ino && before.birthtimeNs === after.birthtimeNs;
    return [{ path, mainPackage: '', upToDate }];
  } catch {
    return null;
  }
}

/** False, too, where it cannot be told: go cannot tell either. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function takesFiles(directory: string): boolean {
  try {
    rmdirSync(mkdtempSync(join(directory, 'goshim-')));
    return true;
  } catch {
    return false;
  }
}

function startsAsElf(path: string): boolean {
  const fd = openSync(path, 'r');
  try {
    const magic = Buffer.alloc(4);
    return readSync(fd, magic, 0, 4, 0) === 4 && magic.toString('latin1') === '\x7fELF';
  } finally {
    closeSync(fd);
  }
}
