import { loadProfile, type Profile, profileNames } from '../profiles.ts';
import { stringify } from '../report/json.ts';
import { rules } from '../rules/index.ts';
import { UsageError } from '../usage-error.ts';
import type { Io } from './command.ts';
import { readFormat } from './format.ts';
import { readOptions } from './options.ts';

/** `goshim profiles [NAME]`: the agents there are, or all that one of them wants. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = readOptions(argv, 'profiles');
  const format = readFormat(options);
  const [name, ...more] = options.words;
  if (more.length > 0) throw new UsageError('profiles: one profile at a time');
  if (name !== undefined) {
    const profile = loadProfile(name, io.cwd);
    io.stdout.write(format === 'json' ? jsonOf([profile]) : one(profile));
    return 0;
  }
  const profiles = profileNames().map(known => loadProfile(known, io.cwd));
  io.stdout.write(format === 'json' ? jsonOf(profiles.map(({ name, title }) => ({ name, title }))) : list(profiles));
  return 0;
}

function jsonOf(profiles: readonly Pick<Profile, 'name' | 'title'>[]): string {
  return `${stringify({ schema: 'goshim.profiles/1', profiles }, 2)}\n`;
}

function list(profiles: readonly Profile[]): string {
  const width = Math.max(...profiles.map(({ name }) => name.length));
  return profiles.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join('');
}

function one(profile: Profile): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  const policies = rules.map(({ id, title }) => {
    const policy = Object.hasOwn(profile.rules, id) ? profile.rules[id] : undefined;
    return `  ${id.padEnd(width)}  ${(policy ?? 'off').padEnd(4)}  ${title}`;
  });
  const architectures =
    profile.architectures === null
      ? 'all'
      : Object.entries(profile.architectures)
          .map(([name, { minAgent }]) => (minAgent === null ? name : `${name} (agent ${minAgent} or later)`))
          .join(', ');
  const releases = Object.entries(profile.releases ?? {}).map(([go, { min }]) => `Go ${go} from agent ${min}`);
  return `${[
    `${profile.name}: ${profile.title}`,
    '',
    ...policies,
    '',
    `architectures: ${architectures}`,
    `pure-Go static binaries: ${profile.staticMonitoring ? 'monitored' : 'not monitored'}`,
    ...(releases.length === 0 ? [] : [`releases: ${releases.join(', ')}`]),
  ].join('\n')}\n`;
}
