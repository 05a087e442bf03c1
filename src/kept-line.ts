import { edition } from './edition.ts';
import * as cache from './host/private-cache.ts';
import { type Stamps, settled, stampsOf } from './host/stamps.ts';
import type { VerifySurroundings } from './rules/rule.ts';

/** The words of one build, where they were said. */
export interface LineQuestion {
  /** Absolute path of the real go. */
  readonly real: string;
  readonly argv: readonly string[];
  /** The user's whole environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** Absolute. */
  readonly cwd: string;
}

/** What became of a line about which nothing had to be said, and whose one output `-o` names. */
export interface KeptLine {
  readonly argv: readonly string[];
  /** null: the variable is taken away. */
  readonly changes: Readonly<Record<string, string | null>>;
  /** Absolute. */
  readonly output: string;
  /** The output as a report calls it. */
  readonly name: string;
  readonly around: VerifySurroundings;
}

/** All that a plan followed from, beside its words, as it was when go had not yet started. */
export interface Grounds {
  readonly paths: readonly string[];
  readonly stamps: Stamps;
  /** No others: what the environment holds besides may be a secret. null: not set. */
  readonly variables: Readonly<Record<string, string | null>>;
  /** The names of all that are set. */
  readonly names: string;
}

/** null where a file is so young that it may have changed since it was looked at, or cannot be asked for. */
export function groundsOf(
  { environment }: LineQuestion,
  { paths, variables }: Pick<Grounds, 'paths' | 'variables'>,
): Grounds | null {
  const since = Date.now();
  const stamps = stampsOf(paths);
  if (stamps === null || stamps.newest > since - settled) return null;
  return { paths, stamps, variables, names: namesIn(environment) };
}

/**
 * The line that was planned from these words before, where everything that the plan followed from can be seen to be as it was: the
 * variables it read, this goshim, and each file that it looked at or missed. null: it is to be planned.
 */
export function recallLine(question: LineQuestion): KeptLine | null {
  const entry = entryOf(question);
  const kept = entry === null ? undefined : cache.recall(entry);
  if (!isKept(kept)) return null;
  const { environment } = question;
  if (kept.names !== namesIn(environment)) return null;
  if (Object.entries(kept.variables).some(([name, value]) => value !== (environment[name] ?? null))) return null;
  return stampsOf(kept.paths)?.text === kept.seen ? kept.line : null;
}

export function keepLine(question: LineQuestion, line: KeptLine, { paths, stamps, variables, names }: Grounds): void {
  const entry = entryOf(question);
  if (entry !== null) cache.remember(entry, { paths, seen: stamps.text, variables, names, line } satisfies Kept);
}

interface Kept extends Omit<Grounds, 'stamps'> {
  readonly seen: string;
  readonly line: KeptLine;
}

function entryOf({ real, argv, cwd, environment }: LineQuestion): cache.Entry | null {
  const ours = edition();
  const key = JSON.stringify([ours, real, argv, cwd]);
  return ours === null ? null : { kind: 'lines', about: `${cwd} ${argv.join(' ')}`, key, environment, files: 256 };
}

function namesIn(environment: NodeJS.ProcessEnv): string {
  return Object.keys(environment)
    .filter(name => !passing.has(name))
    .sort()
    .join(' ');
}

/** What changes from one command to the next, and no plan asks for. */
const passing: ReadonlySet<string> = new Set(['_', 'OLDPWD', 'SHLVL']);

function isKept(value: unknown): value is Kept {
  const { paths, seen, variables, names, line } = (value ?? {}) as Partial<Kept>;
  const { argv, changes, output, name, around } = line ?? ({} as Partial<KeptLine>);
  return (
    Array.isArray(paths) &&
    Array.isArray(argv) &&
    argv.every(word => typeof word === 'string') &&
    [seen, names, output, name].every(text => typeof text === 'string') &&
    [variables, changes, around].every(each => typeof each === 'object' && each !== null)
  );
}
