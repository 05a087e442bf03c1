import { stringify } from '../report/json.ts';
import { mask } from '../report/mask.ts';
import { profileInForce } from '../settings/profile.ts';
import { type SettingName, type Settings, variables } from '../settings.ts';
import { UsageError } from '../usage-error.ts';
import type { Io } from './command.ts';
import { readFormat } from './format.ts';
import { settingsFor } from './judging.ts';
import { readOptions } from './options.ts';

/** `goshim config`: every setting as a build in this directory would find it, and where it comes from. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = readOptions(argv, 'config');
  const format = readFormat(options);
  if (options.words.length > 0) throw new UsageError('config: no words wanted; it tells of the working directory');
  const settings = settingsFor(options, io);
  profileInForce(settings);
  io.stdout.write(format === 'json' ? jsonOf(settings) : textOf(settings));
  return 0;
}

const order: readonly SettingName[] = [
  'mode',
  'go',
  'node',
  'profile',
  'agentVersion',
  'onFail',
  'strict',
  'log',
  'report',
  'rules',
  'ignore',
  'targets',
  'runtime',
  'accept',
];

function textOf(settings: Settings): string {
  const rows = order.map(name => [keyOf(name), valueText(settings[name]), originText(name, settings)] as const);
  const width = Math.max(...rows.map(([key]) => key.length));
  const lines = rows.map(([key, value, origin]) => `${key.padEnd(width)}  ${value}  (${origin})\n`);
  return `file${' '.repeat(width - 4)}  ${settings.file === null ? 'none' : mask(settings.file)}\n${lines.join('')}`;
}

function jsonOf(settings: Settings): string {
  const entries = order.map(name => [keyOf(name), { value: settings[name], origin: originText(name, settings) }]);
  return `${stringify({ schema: 'goshim.config/1', file: settings.file, settings: Object.fromEntries(entries) }, 2)}\n`;
}

/** As `.goshim.json` calls it; what only the environment can say goes by its variable. */
function keyOf(name: SettingName): string {
  return name === 'mode' || name === 'go' || name === 'node' ? variables[name] : name;
}

function valueText(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return '-';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return '-';
  return mask(typeof value === 'string' ? value : stringify(value));
}

function originText(name: SettingName, { origins }: Settings): string {
  const origin = origins[name];
  if (origin === 'environment' && name in variables) return variables[name as keyof typeof variables];
  return origin === 'file' ? '.goshim.json' : origin;
}
