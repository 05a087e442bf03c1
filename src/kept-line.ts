import { edition } from './edition.ts';
import * as cache from './host/private-cache.ts';
import { settled, stampsOf } from './host/stamps.ts';
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

/**
 * The line that was planned from these words before, where everything that the plan followed from can be seen to be as it was: the
 * words, the whole environment, this goshim, and each file that was looked at or missed. null: it is to be planned.
 */
export function recallLine(question: LineQuestion): KeptLine | null {
  const entry = entryOf(question);
  const kept = entry === null ? undefined : cache.recall(entry);
  if (typeof kept !== 'object' || kept === null) return null;
  const { paths, seen, line } = kept as { paths: readonly string[]; seen: string; line: KeptLine };
  return Array.isArray(paths) && stampsOf(paths)?.text === seen ? line : null;
}

/**
 * Keeps what was planned at `since` (ms since the epoch) from looks at `paths`, unless one of them is so young that it may have changed
 * since.
 */
export function keepLine(question: LineQuestion, line: KeptLine, paths: readonly string[], since: number): void {
  const entry = entryOf(question);
  const stamps = entry === null ? null : stampsOf(paths);
  if (entry === null || stamps === null || stamps.newest > since - settled) return;
  cache.remember(entry, { paths, seen: stamps.text, line });
}

function entryOf({ real, argv, environment, cwd }: LineQuestion): cache.Entry | null {
  const ours = edition();
  const heeded = Object.keys(environment).filter(name => !passing.has(name));
  const variables = heeded.sort().map(name => [name, environment[name]]);
  const key = JSON.stringify([ours, real, argv, cwd, variables]);
  return ours === null ? null : { kind: 'lines', about: `${cwd} ${argv.join(' ')}`, key, environment, files: 256 };
}

/** What changes from one command to the next, and no plan asks for. */
const passing: ReadonlySet<string> = new Set(['_', 'OLDPWD', 'SHLVL']);
