import { writeSync } from 'node:fs';
import type { Ended } from './process/run.ts';
import { StartError } from './process/start-error.ts';
import { mask } from './report/mask.ts';
import { isKind } from './same-kind.ts';
import { UsageError } from './usage-error.ts';

/**
 * Lines on stderr, written at once: `process.stderr` would change a flag of a terminal or pipe that go shares with us. A stderr
 * that is closed or full is no reason to fail a build.
 */
export function say(lines: readonly string[]): void {
  let rest = Buffer.from(lines.map(line => `${line}\n`).join(''));
  for (let tries = 0; rest.length > 0 && tries < 1000; tries++) {
    try {
      rest = rest.subarray(writeSync(2, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}

/** One line for what was thrown, and the exit code that goes with it; a stack only where GOSHIM_DEBUG asks for it. */
export function complain(error: unknown): Ended {
  if (isKind(error, UsageError)) {
    say([`goshim: ${mask(error.message)}`]);
    return { code: 2, signal: null };
  }
  if (isKind(error, StartError)) {
    say([`goshim: ${mask(error.message)}`]);
    return { code: error.code, signal: null };
  }
  const trace =
    process.env.GOSHIM_DEBUG && error instanceof Error ? `\n${error.stack}` : '; GOSHIM_DEBUG=1 shows where';
  say([`goshim: a bug in goshim: ${mask(String(error))}${trace}; GOSHIM=off builds without it`]);
  return { code: 70, signal: null };
}
