import { UsageError } from '../usage-error.ts';
import { catalogue } from './catalogue.ts';
import type { Command, Io, Option } from './command.ts';
import { didYouMean } from './nearest.ts';

/** `goshim help [COMMAND]`, `goshim --help`, `goshim COMMAND --help`. */
export async function run([name, ...more]: readonly string[], io: Io): Promise<number> {
  if (more.length > 0) throw new UsageError('help: one command at a time');
  if (name === undefined) {
    io.stdout.write(everything());
    return 0;
  }
  const command = catalogue.find(known => known.name === name);
  if (command === undefined) throw new UsageError(unknownCommand(name));
  io.stdout.write(one(command));
  return 0;
}

/** One line for a word that is no command. */
export function unknownCommand(name: string): string {
  const names = catalogue.map(({ name }) => name);
  return `there is no command "${name}".${didYouMean(name, names)} There are ${names.join(', ')}`;
}

function everything(): string {
  const width = Math.max(...catalogue.map(({ name }) => name.length));
  const rows = catalogue.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `${[
    'A drop-in go command whose builds a monitoring agent accepts, and that proves it from the bytes of the output.',
    '',
    'Usage: goshim COMMAND …',
    '',
    ...rows,
    '',
    'goshim help COMMAND tells more of one; goshim --version prints the version.',
  ].join('\n')}\n`;
}

function one({ name, words, summary, options, examples }: Command): string {
  const usage = ['goshim', name, options.length > 0 ? '[options]' : '', words].filter(Boolean).join(' ');
  const spelled = options.map(spell);
  const width = Math.max(0, ...spelled.map(text => text.length));
  const rows = options.map(({ help }, index) => `  ${(spelled[index] ?? '').padEnd(width)}  ${help}`);
  return `${[
    `${summary}.`,
    '',
    `Usage: ${usage}`,
    ...(rows.length > 0 ? ['', ...rows] : []),
    '',
    ...examples.map(example => `  goshim ${example}`),
  ].join('\n')}\n`;
}

function spell({ name, short, value }: Option): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}
