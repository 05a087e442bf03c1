import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { UsageError } from '../usage-error.ts';
import { lookPathAll } from './look-path.ts';

/**
 * The real go as bin/go finds it: GOSHIM_GO, else along PATH from behind our own entry, then from its start; whatever is a
 * goshim is passed over. UsageError in one line where there is none.
 */
export function findRealGo(env: NodeJS.ProcessEnv): string {
  const named = env.GOSHIM_GO;
  if (named) return checked(named);
  const candidates = lookPathAll('go', env.PATH);
  const own = candidates.findIndex(isGoshim);
  const found = [...candidates.slice(own + 1), ...candidates.slice(0, own + 1)].find(candidate => !isGoshim(candidate));
  if (found === undefined)
    throw new UsageError('no other go on PATH: install Go, or set GOSHIM_GO to its absolute path');
  return found;
}

function checked(path: string): string {
  if (!isAbsolute(path)) throw new UsageError(`GOSHIM_GO=${path} is not an absolute path`);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UsageError(`GOSHIM_GO=${path} is not an executable file`);
  if (isGoshim(path)) throw new UsageError(`GOSHIM_GO=${path} is goshim itself, not the real go`);
  return path;
}

/** Every copy of the launcher says so in its second line. One that cannot be read is a program, and goshim is none. */
export function isGoshim(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(256);
      const text = head.toString('latin1', 0, readSync(file, head, 0, head.length, 0));
      return text.startsWith('#!') && text.split('\n')[1]?.startsWith('# goshim launcher') === true;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
