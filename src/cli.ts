import { catalogue } from './commands/catalogue.ts';
import type { Io } from './commands/command.ts';
import { standard } from './commands/standard.ts';
import { mask } from './report/mask.ts';
import { isKind } from './same-kind.ts';
import { UsageError } from './usage-error.ts';
import { version } from './version.ts';

/** sysexits.h EX_SOFTWARE: a bug of ours, told apart from every answer. */
const bug = 70;

const io: Io = {
  stdout: standard(1, complain),
  // Nobody is left to tell when stderr itself fails.
  stderr: standard(2, () => {}),
  env: process.env,
  cwd: process.cwd(),
  today: new Date().toISOString().slice(0, 10),
};

/** A reader that has seen enough (`| head`) is no failure; a full disk is: nobody got the answer. */
function complain({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') return;
  io.stderr.write(`goshim: the answer could not be written (${code ?? message})\n`);
  process.exitCode = 3;
}

main(process.argv.slice(2)).then(code => {
  process.exitCode ||= code;
});

async function main(words: readonly string[]): Promise<number> {
  try {
    return await dispatch(words);
  } catch (error) {
    if (isKind(error, UsageError)) {
      io.stderr.write(`goshim: ${mask(error.message)}\n`);
      return 2;
    }
    const trace = io.env.GOSHIM_DEBUG && error instanceof Error ? `\n${error.stack}` : '; GOSHIM_DEBUG=1 shows where';
    io.stderr.write(`goshim: a bug in goshim: ${mask(String(error))}${trace}\n`);
    return bug;
  }
}

async function dispatch([name, ...words]: readonly string[]): Promise<number> {
  if (name === '--version' || name === '-V') {
    io.stdout.write(`goshim ${version}\n`);
    return 0;
  }
  const help = async (of: readonly string[], to = io) => (await import('./commands/help.ts')).run(of, to);
  if (name === undefined) {
    await help([], { ...io, stdout: io.stderr });
    return 2;
  }
  if (name === '--help' || name === '-h') return help(words);
  const command = catalogue.find(known => known.name === name);
  if (command !== undefined && asksForHelp(words, name)) return help([name]);
  if (command?.load == null) throw new UsageError((await import('./commands/help.ts')).unknownCommand(name));
  return (await command.load()).run(words, io);
}

/** `goshim go --help` is go's; so is everything after the first word of `plan`. */
function asksForHelp(words: readonly string[], name: string): boolean {
  const end = name === 'go' ? 0 : name === 'plan' ? 1 : words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).some(word => word === '--help' || word === '-h');
}
