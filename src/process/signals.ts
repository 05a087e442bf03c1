import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

/** Signals in our hands: none of them ends this process until `release`. */
export interface HeldSignals {
  /** From now on TERM, HUP, INT and QUIT are passed on to go; null: they are kept again. */
  passTo(child: ChildProcess | null): void;
  /** Back to what signals do by default. Answers the first signal that nobody was there for, to be raised again. */
  release(): NodeJS.Signals | null;
}

/**
 * Takes TERM, HUP, INT and QUIT into our hands, so that what was begun (a temporary directory, a file set aside) is undone
 * whenever they come. USR1, which would open Node's inspector, does nothing, as in go.
 */
export function holdSignals(): HeldSignals {
  let child: ChildProcess | null = null;
  let kept: NodeJS.Signals | null = null;
  let late: NodeJS.Timeout | undefined;
  const take = (signal: NodeJS.Signals) => {
    const to = child;
    if (to === null) kept ??= signal;
    // A terminal sends QUIT to go as well, and a second one would break into go's stack dump: only a go that did not get it
    // is still there a moment later.
    else if (signal === 'SIGQUIT') late = setTimeout(() => to.kill(signal), 100);
    else to.kill(signal);
  };
  for (const signal of passed) process.on(signal, take);
  process.on('SIGUSR1', nothing);
  return {
    passTo: next => {
      clearTimeout(late);
      child = next;
    },
    release: () => {
      for (const signal of passed) process.removeListener(signal, take);
      process.removeListener('SIGUSR1', nothing);
      return kept;
    },
  };
}

/** Signals that were ignored when the launcher started (`nohup`, a background job) stay so; Node had reset them. */
export function keepIgnored(numbers: readonly number[]): void {
  for (const [name, number] of Object.entries(constants.signals))
    if (numbers.includes(number) && name !== 'SIGKILL' && name !== 'SIGSTOP')
      process.on(name as NodeJS.Signals, nothing);
}

const passed = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;
const nothing = () => {};
