import { writesOutput } from '../golang/outputs.ts';
import { findRealGo } from '../host/real-go.ts';
import { type Asked, planLine } from '../planning.ts';
import { stringify } from '../report/json.ts';
import { planLines } from '../report/lines.ts';
import { mask } from '../report/mask.ts';
import type { Finding } from '../rules/finding.ts';
import type { Change } from '../rules/plan.ts';
import { UsageError } from '../usage-error.ts';
import { catalogue } from './catalogue.ts';
import type { Io } from './command.ts';
import { readFormat } from './format.ts';
import { readOptions } from './options.ts';

/** What would be run, and what would be said. */
interface Answer {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | null>>;
  readonly changes: readonly Change[];
  readonly warnings: readonly Finding[];
  /** Not empty: the shim would stop before the build. */
  readonly refusals: readonly Finding[];
  /** Why go gets the line as it stands; null where it is planned. */
  readonly untouched: string | null;
}

/**
 * `goshim plan [--format json] build …`: what the shim would run. Everything from the first word that is not goshim's own
 * belongs to go; a `go` in front of it is passed over. Exit 0, or 3 where the shim would stop before the build.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const { own, words } = split(argv);
  const options = readOptions(own, 'plan');
  const format = readFormat(options);
  if (words.length === 0) throw new UsageError('plan: which build? goshim plan build …');
  const environment = { ...io.env };
  for (const [option, variable] of variables) {
    const value = options.get(option);
    if (value !== undefined) environment[variable] = value;
  }
  const real = findRealGo(environment);
  const answer = answerOf({ real, argv: words, environment, cwd: io.cwd });
  io.stdout.write(format === 'json' ? jsonOf(answer) : textOf(answer));
  return answer.refusals.length > 0 ? 3 : 0;
}

const variables = [
  ['profile', 'GOSHIM_PROFILE'],
  ['agent-version', 'GOSHIM_AGENT_VERSION'],
] as const;

/** goshim's own options and their values, then go's words. */
function split(argv: readonly string[]): { readonly own: readonly string[]; readonly words: readonly string[] } {
  const options = catalogue.find(({ name }) => name === 'plan')?.options ?? [];
  let at = 0;
  for (let word = argv[at]; word !== undefined; word = argv[at]) {
    const [name, value] = word.split('=', 2);
    if (!options.some(option => `--${option.name}` === name)) break;
    at += value === undefined ? 2 : 1;
  }
  const words = argv.slice(at);
  return { own: argv.slice(0, at), words: words[0] === 'go' ? words.slice(1) : words };
}

function answerOf(asked: Asked): Answer {
  const { argv: words, environment } = asked;
  // As in bin/go: off needs no settings, and no other command is looked at.
  if (environment.GOSHIM === 'off') return { ...asGiven(words), untouched: 'GOSHIM=off' };
  const planned = planLine(asked);
  if (planned.kind === 'untouched') return { ...asGiven(words), untouched: planned.reason };
  if (planned.settings.mode === 'observe') return { ...asGiven(words), untouched: 'GOSHIM=observe' };
  const { build, changes, warnings, refusals, untouched } = planned.plan;
  if (untouched !== null) return { ...asGiven(words), untouched };
  if (refusals.length === 0)
    return { argv: commandFirst(build.argv()), env: build.envChanges(), changes, warnings, refusals, untouched };
  if (!writesOutput(build)) return { ...asGiven(words), untouched: 'no output is written' };
  if (planned.settings.onFail === 'warn') return { ...asGiven(words), warnings: [...warnings, ...refusals] };
  return { ...asGiven(words), warnings, refusals };
}

function asGiven(argv: readonly string[]): Answer {
  return { argv, env: {}, changes: [], warnings: [], refusals: [], untouched: null };
}

/** `-C d build …` and `build -C d …` are the same to go. */
function commandFirst(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex(word => word === 'build' || word === 'install' || word === 'run');
  const [before, command, rest] = [argv.slice(0, at), argv.slice(at, at + 1), argv.slice(at + 1)];
  if (at <= 0 || /^--?C(=|$)/.test(rest[0] ?? '')) return argv;
  return [...command, ...before.filter(word => word !== '--'), ...rest];
}

function jsonOf({ argv, env, changes, warnings, refusals, untouched }: Answer): string {
  const plain = changes.map(({ rule, what, from, overruled, because }) => ({ rule, what, from, overruled, because }));
  const reason = untouched === null ? {} : { untouched };
  return `${stringify({ schema: 'goshim.plan/1', argv, env, changes: plain, warnings, refusals, ...reason }, 2)}\n`;
}

function textOf(answer: Answer): string {
  const lines = planLines(answer, 'verbose').map(text => text.replace(/^goshim: /, '  '));
  const untouched = answer.untouched === null ? [] : [`  as it stands: ${mask(answer.untouched)}`];
  const stop = answer.refusals.length > 0 ? ['not run:'] : [];
  return `${[...stop, commandLine(answer), ...untouched, ...lines].join('\n')}\n`;
}

/** A line for a POSIX shell. */
function commandLine({ argv, env }: Answer): string {
  const unset = Object.entries(env).flatMap(([name, value]) => (value === null ? ['-u', name] : []));
  const set = Object.entries(env).flatMap(([name, value]) => (value === null ? [] : [`${name}=${quote(value)}`]));
  const prefix = unset.length > 0 ? ['env', ...unset, ...set] : set;
  return [...prefix, 'go', ...argv.map(quote)].join(' ');
}

function quote(word: string): string {
  if (/^[A-Za-z0-9_./:=,+@%^-]+$/.test(word)) return word;
  const masked = mask(word);
  if (masked === word) return `'${word.replace(/'/g, "'\\''")}'`;
  // A control character would not survive a terminal: $'…' spells it.
  return `$'${mask(word.replace(/['\\]/g, '\\$&'))}'`;
}
