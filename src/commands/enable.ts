import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';
import type { Io } from './command.ts';
import { isGorootBin, type Launcher, launcherText, packageDirectory, unreached, whatStands } from './enabling.ts';
import { readOptions } from './options.ts';

/**
 * `goshim enable [--strip] DIR`: puts the shim into DIR as `go` (and `strip`). Never over another program, never into a Go
 * installation's own bin; a file of its own is written anew. Everything is looked at before anything is written.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = readOptions(argv, 'enable');
  const [word, ...more] = options.words;
  if (word === undefined || more.length > 0) throw new UsageError('enable: name one directory: goshim enable ~/bin');
  const directory = resolve(io.cwd, word);
  const names: readonly Launcher[] = options.has('strip') ? ['go', 'strip'] : ['go'];
  const home = packageDirectory();
  try {
    refuseBadPlaces(directory, names);
    mkdirSync(directory, { recursive: true });
    for (const name of names) put(join(directory, name), launcherText(name, home, process.execPath, io.env['PATH']));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`enable: ${error instanceof Error ? error.message : String(error)}`);
  }
  for (const name of names) io.stdout.write(`${join(directory, name)} is goshim now\n`);
  if (home.includes('/_npx/'))
    io.stderr.write(`goshim: it leads to npx's cache, ${home}: install goshim if it is to stay\n`);
  const why = unreached(directory, io.env['PATH']);
  if (why !== null) io.stderr.write(`goshim: ${why}\n`);
  return 0;
}

function refuseBadPlaces(directory: string, names: readonly Launcher[]): void {
  const place = statSync(directory, { throwIfNoEntry: false });
  if (place !== undefined && !place.isDirectory()) throw new UsageError(`enable: ${directory} is not a directory`);
  if (isGorootBin(directory))
    throw new UsageError(
      `enable: ${directory} belongs to a Go installation: choose a directory that comes before it on PATH`,
    );
  for (const name of names)
    if (whatStands(join(directory, name)) === 'other')
      throw new UsageError(
        `enable: ${join(directory, name)} is there already and is not goshim's: choose another directory`,
      );
}

/** A file of ours is replaced whole; a new one is never written over a file that came in between. */
function put(file: string, text: string): void {
  if (whatStands(file) === 'nothing') {
    writeFileSync(file, text, { flag: 'wx', mode: 0o755 });
    return;
  }
  const place = `${file}.goshim-${process.pid}`;
  try {
    writeFileSync(place, text, { mode: 0o755 });
    renameSync(place, file);
  } finally {
    rmSync(place, { force: true });
  }
}
