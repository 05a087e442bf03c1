import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../usage-error.ts';
import type { Io } from './command.ts';
import { whatStands } from './enabling.ts';
import { readOptions } from './options.ts';

/** `goshim disable DIR`: takes away what `goshim enable` put there, `go` and `strip`, and nothing else. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [word, ...more] = readOptions(argv, 'disable').words;
  if (word === undefined || more.length > 0) throw new UsageError('disable: name one directory: goshim disable ~/bin');
  const directory = resolve(io.cwd, word);
  try {
    for (const file of ownFiles(directory)) {
      rmSync(file);
      io.stdout.write(`${file} is gone\n`);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`disable: ${error instanceof Error ? error.message : String(error)}`);
  }
  return 0;
}

function ownFiles(directory: string): readonly string[] {
  const files = ['go', 'strip'].map(name => join(directory, name));
  const ours = files.filter(file => whatStands(file) === 'ours');
  if (ours.length === 0) {
    const other = files.find(file => whatStands(file) === 'other');
    throw new UsageError(
      other === undefined
        ? `disable: no goshim in ${directory}`
        : `disable: ${other} was not put there by goshim enable: it stays`,
    );
  }
  return ours;
}
