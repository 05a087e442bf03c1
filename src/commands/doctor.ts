import pc from 'picocolors';
import type { Answer, Check } from '../host/checks/check.ts';
import { type Host, hostOf } from '../host/checks/host.ts';
import { checks } from '../host/checks/index.ts';
import { loadProfile } from '../profiles.ts';
import { stringify } from '../report/json.ts';
import { mask } from '../report/mask.ts';
import { isKind } from '../same-kind.ts';
import { profileInForce } from '../settings/profile.ts';
import { loadSettings } from '../settings.ts';
import { UsageError } from '../usage-error.ts';
import type { Io } from './command.ts';
import { readFormat } from './format.ts';
import { settingsFor } from './judging.ts';
import { type Options, readOptions } from './options.ts';
import { hasColour } from './publish.ts';

/** Milliseconds for one tool that a check starts (go, a compiler, a shell). */
const timeLimit = 5000;

/** What a test may put in the place of this machine. */
export interface Bench {
  readonly root?: string;
  readonly pid?: number;
  readonly timeLimit?: number;
}

/** `goshim doctor`: is this machine fit to build for the agent? Exit 1 only when a check is a problem. Nothing is written. */
export async function run(argv: readonly string[], io: Io, bench: Bench = {}): Promise<number> {
  const options = readOptions(argv, 'doctor');
  const format = readFormat(options);
  if (options.words.length > 0) throw new UsageError('doctor: no words wanted; --only ID asks one check');
  const asked = chosen(options);
  const host = hostFor(options, io, bench);
  const found = await Promise.all(asked.map(check => examine(check, host)));
  io.stdout.write(format === 'json' ? jsonOf(found) : textOf(found, io, options.has('verbose')));
  return found.some(({ status }) => status === 'problem') ? 1 : 0;
}

type Examined = Answer & Pick<Check, 'id' | 'why'>;

function chosen(options: Options): readonly Check[] {
  const only = options.all('only').flatMap(word => word.split(','));
  const stranger = only.find(id => !checks.some(check => check.id === id));
  if (stranger !== undefined)
    throw new UsageError(`--only: there is no check "${stranger}"; there are ${checks.map(({ id }) => id).join(', ')}`);
  if (only.length > 0) return checks.filter(({ id }) => only.includes(id));
  return checks.filter(({ onDemand, id }) => onDemand !== true || options.has(id));
}

/** A malformed setting is a finding of one check; the others look at the machine with the defaults then. */
function hostFor(
  options: Options,
  io: Io,
  { root = '', pid = process.pid, timeLimit: limit = timeLimit }: Bench,
): Host {
  const place = { root, pid, timeLimit: limit, env: io.env, cwd: io.cwd };
  try {
    const settings = settingsFor(options, io);
    return hostOf({ ...place, settings, profile: profileInForce(settings), refusal: null });
  } catch (error) {
    if (!isKind(error, UsageError) || fromOptions(options)) throw error;
    const settings = loadSettings({}, '/', '/');
    return hostOf({ ...place, settings, profile: loadProfile(settings.profile, '/'), refusal: error.message });
  }
}

function fromOptions(options: Options): boolean {
  return options.get('profile') !== undefined || options.get('agent-version') !== undefined;
}

async function examine(check: Check, host: Host): Promise<Examined> {
  const { id, why } = check;
  try {
    return { id, ...(await check.run(host)), why };
  } catch (error) {
    // One check that fails to look must not take the others' answers away.
    const message = error instanceof Error ? error.message : String(error);
    return { id, status: 'unknown', message: `could not be examined: ${message}`, fix: '', why };
  }
}

function jsonOf(found: readonly Examined[]): string {
  const rows = found.map(({ id, status, message, why, fix }) => ({ id, status, message, why, fix }));
  return `${stringify({ schema: 'goshim.doctor/1', checks: rows }, 2)}\n`;
}

function textOf(found: readonly Examined[], io: Io, verbose: boolean): string {
  const colours = pc.createColors(hasColour(io));
  const paint = { ok: colours.green, warn: colours.yellow, problem: colours.red, unknown: colours.magenta };
  const lines = found.flatMap(({ id, status, message, why, fix }) => [
    `${paint[status](status.padEnd(7))}  ${id}: ${mask(message)}`,
    ...(verbose || status !== 'ok' ? [`         why: ${why}`] : []),
    ...(fix === '' ? [] : [`         fix: ${mask(fix)}`]),
  ]);
  if (found.length > 1) lines.push(countsOf(found));
  return lines.map(line => `${line}\n`).join('');
}

function countsOf(found: readonly Examined[]): string {
  return (['problem', 'warn', 'unknown', 'ok'] as const)
    .map(status => [found.filter(each => each.status === status).length, status] as const)
    .filter(([count]) => count > 0)
    .map(([count, status]) => `${count} ${status}`)
    .join(', ');
}
