import { profileNames } from '../profiles.ts';
import { rules } from '../rules/index.ts';
import { UsageError } from '../usage-error.ts';
import { catalogue } from './catalogue.ts';
import type { Command, Io } from './command.ts';
import { bash } from './completion/bash.ts';
import { fish } from './completion/fish.ts';
import { zsh } from './completion/zsh.ts';
import { readOptions } from './options.ts';

const shells = { bash, zsh, fish };

/** `goshim completion SHELL`: a script to be sourced; the names of rules and profiles are written into it. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const { words } = readOptions(argv, 'completion');
  const [name = '', ...more] = words;
  if (!Object.hasOwn(shells, name) || more.length > 0)
    throw new UsageError(`completion: which shell? There are ${Object.keys(shells).join(', ')}`);
  io.stdout.write(shells[name as keyof typeof shells](catalogue.map(withNames)));
  return 0;
}

/** What the catalogue cannot know without loading all rules. */
function withNames(command: Command): Command {
  const options = command.options.map(option =>
    option.name === 'profile' ? { ...option, values: profileNames() } : option,
  );
  return { ...command, options, completes: wordsOf(command) };
}

function wordsOf({ name, completes }: Command): Command['completes'] {
  if (name === 'explain') return rules.map(({ id }) => id);
  if (name === 'profiles') return profileNames();
  return name === 'help' ? catalogue.map(command => command.name) : completes;
}
