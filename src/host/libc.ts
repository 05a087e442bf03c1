import { type Answer, recall, remember } from './libc-cache.ts';
import { probe } from './libc-probe.ts';
import { lookPath } from './look-path.ts';

export type { Answer } from './libc-cache.ts';

export interface LibcQuestion {
  readonly environment: NodeJS.ProcessEnv;
  /** Milliseconds all probes together may take. zig builds its libc at the first link (20–65 s), so a link is the last resort. */
  readonly timeLimit?: number;
  /** False: the private cache is read and not written (`doctor`). */
  readonly write?: boolean;
}

/**
 * Which libc these compiler words link against: asked of the compiler itself, since names and `-dumpmachine` lie (Debian's
 * musl-gcc says x86_64-linux-gnu to every easy question). Never throws and never hangs: `unknown` comes with `why`, one line.
 * Answers are kept in $XDG_CACHE_HOME/goshim by the programs' real paths, mtimes and sizes, the words, and the variables a
 * compiler heeds. Unknown answers are not kept.
 */
export async function askLibc(words: readonly string[], question: LibcQuestion): Promise<Answer> {
  const { environment, timeLimit = 10_000, write = true } = question;
  const [first = ''] = words;
  const program = lookPath(first, environment['PATH']);
  if (program === null) return unknown(`${first || 'CC'} is not an executable file on PATH`);
  const known = recall(words, environment);
  if (known !== null) return known;
  const answer = await probe([program, ...words.slice(1)], environment, timeLimit);
  if (write && answer.libc !== 'unknown') remember(words, environment, answer);
  return answer;
}

/** The kept answer for these words, without asking anybody: for the hot path. null when it was never asked. */
export function recallLibc(words: readonly string[], environment: NodeJS.ProcessEnv): Answer | null {
  return recall(words, environment);
}

function unknown(why: string): Answer {
  return { libc: 'unknown', version: null, loader: null, static: false, why };
}
