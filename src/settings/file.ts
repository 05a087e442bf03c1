import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { cut, mask } from '../report/mask.ts';
import { UsageError } from '../usage-error.ts';

const name = '.goshim.json';
/** Bytes; a real one has some hundred. */
const limit = 1 << 20;

/**
 * The `.goshim.json` that holds for a build in `directory`: beside the nearest go.mod, else beside the go.work that go sees
 * (GOWORK, else the nearest one). Where there is neither, one in the directory itself. null when there is none.
 */
export function findSettingsFile(directory: string, gowork: string | undefined): string | null {
  const module = nearest(directory, 'go.mod');
  const workspace =
    gowork === 'off' ? null : gowork ? dirname(resolve(directory, gowork)) : nearest(directory, 'go.work');
  const places = [module, workspace].filter(place => place !== null);
  for (const place of places.length > 0 ? places : [directory]) if (exists(join(place, name))) return join(place, name);
  return null;
}

/**
 * The parsed text of a settings file. UsageError in one line when it is no regular file, larger than 1 MiB, unreadable or no
 * JSON (`form` says what is wanted); a FIFO or a device is never opened.
 */
export function readSettingsFile(path: string, form = 'an object such as {"profile": "oneagent"}'): unknown {
  const text = readText(path);
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new UsageError(`${shown(path)}: not JSON${placeOf(error, text)}; ${form} is wanted`);
  }
}

/** A path for a message: masked, and cut in front so that the file's name stays. */
export function shown(path: string): string {
  const text = mask(path);
  return text.length <= 500 ? text : `…${text.slice(-500)}`;
}

function readText(path: string): string {
  try {
    if (!statSync(path).isFile()) throw new UsageError(`${shown(path)}: no regular file; a JSON file is wanted`);
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size } = fstatSync(file);
      if (size > limit) throw new UsageError(`${shown(path)}: ${size} bytes; at most ${limit} are read`);
      const bytes = Buffer.alloc(size);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, size, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${shown(path)}: cannot be read (${code ?? cut(String(error))}); a JSON file is wanted`);
  }
}

/** ` (line 3, column 5)` where V8's message tells the position. */
function placeOf(error: unknown, text: string): string {
  const position = /position (\d+)/.exec(String(error))?.[1];
  if (position === undefined) return text.trim() === '' ? ' (empty)' : '';
  const before = text.slice(0, Number(position)).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1) ?? '').length + 1})`;
}

function nearest(directory: string, file: string): string | null {
  for (let place = directory; ; place = dirname(place)) {
    if (isFile(join(place, file))) return place;
    if (place === dirname(place)) return null;
  }
}

/** As go asks: a directory named go.mod is none. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

/** A link that leads nowhere exists: to pass over it silently would drop the settings that were meant. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
