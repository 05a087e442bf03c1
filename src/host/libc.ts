import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
import { killGroup } from './ask.ts';
import { type Answer, recall, remember } from './libc-cache.ts';
import {
  headersQuestion,
  probeEnvironment,
  readHeaders,
  saysStatic,
  toldByWords,
  withoutLauncher,
} from './libc-words.ts';
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
  const { probe } = await import('./libc-probe.ts');
  const answer = await probe([program, ...words.slice(1)], environment, timeLimit);
  if (write && answer.libc !== 'unknown') remember(words, environment, answer);
  return answer;
}

/**
 * The same for the hot path, and only where a rule needs it: the kept answer, what the words tell, or one question by the preprocessor
 * (about 15 ms, kept afterwards). Loader and link line are not asked for.
 */
export function libcAtOnce(words: readonly string[], environment: NodeJS.ProcessEnv, timeLimit = 3000): Answer {
  const [first = ''] = words;
  const program = lookPath(first, environment['PATH']);
  if (program === null) return unknown(`${first || 'CC'} is not an executable file on PATH`);
  const compiler = withoutLauncher([program, ...words.slice(1)], environment['PATH']);
  const known = recall(words, environment) ?? toldByWords(compiler);
  if (known !== null) return known;
  const [real = '', ...rest] = compiler;
  const { stdout, status, pid, error } = spawnSync(real, [...rest, ...headersQuestion.args], {
    env: probeEnvironment(environment),
    input: headersQuestion.input,
    stdio: ['pipe', 'pipe', 'ignore'],
    encoding: 'utf8',
    timeout: timeLimit,
    killSignal: 'SIGKILL',
    detached: true,
  } as SpawnSyncOptionsWithStringEncoding);
  killGroup(pid);
  const found = status === 0 ? readHeaders(stdout) : null;
  if (found === null) {
    const late = error !== undefined && 'code' in error && error.code === 'ETIMEDOUT';
    return unknown(
      late
        ? `${real} did not answer within ${timeLimit / 1000} s`
        : `${real} gave no answer that a C compiler would give`,
    );
  }
  const answer = { ...found, loader: null, static: saysStatic(compiler), why: null };
  remember(words, environment, answer);
  return answer;
}

/** Whether these words link statically without being asked again; the words alone tell, nothing is started. */
export function linksStatically(words: readonly string[], environment: NodeJS.ProcessEnv): boolean {
  const compiler = withoutLauncher(words, environment['PATH']);
  return toldByWords(compiler)?.static ?? saysStatic(compiler);
}

function unknown(why: string): Answer {
  return { libc: 'unknown', version: null, loader: null, static: false, why };
}
