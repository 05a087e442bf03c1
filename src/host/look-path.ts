import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Finds a program as go's exec.LookPath does (Go 1.26 os/exec/lp_unix.go): a name without `/` along PATH, an absolute path as
 * itself. Relative and empty PATH entries are skipped: go refuses what they hold (ErrDot). Directories and files without an
 * x bit do not count. Stats only; null when nothing is found.
 */
export function lookPath(name: string, path: string | undefined): string | null {
  if (name.startsWith('/')) return isProgram(name) ? name : null;
  if (name === '' || name.includes('/')) return null;
  for (const candidate of candidates(name, path)) if (isProgram(candidate)) return candidate;
  return null;
}

/** Every program of this name along PATH, in order, an entry that is listed twice only once. */
export function lookPathAll(name: string, path: string | undefined): string[] {
  return [...new Set(candidates(name, path))].filter(isProgram);
}

function candidates(name: string, path: string | undefined): string[] {
  return (path ?? '')
    .split(':')
    .filter(directory => directory.startsWith('/'))
    .map(directory => join(directory, name));
}

function isProgram(file: string): boolean {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
