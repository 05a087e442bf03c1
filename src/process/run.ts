import type { StdioOptions } from 'node:child_process';
import spawn from 'cross-spawn';
import { childWords, type Surroundings } from './child-words.ts';
import { type HeldSignals, holdSignals } from './signals.ts';
import { StartError } from './start-error.ts';

/** How a process ended: by itself with a code, or by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  /** go gets the words and the environment of this process byte for byte: see childWords. */
  readonly raw?: boolean;
  /** Signals that are held already, by a caller with something to undo; else they are held while go runs. */
  readonly held?: HeldSignals;
}

/**
 * Runs go in our place: same stdio and descriptors, same directory, process group and session. TERM, HUP, INT and QUIT that
 * reach us are passed on.
 * @param env go's whole environment.
 * @throws StartError when go could not be started.
 */
export function runGo(
  go: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  surroundings: Surroundings,
  { raw = false, held }: Running = {},
): Promise<Ended> {
  const [program, ...words] = childWords(go, argv, surroundings, raw);
  // Before go starts: a signal in between would end us and leave go alone.
  const signals = held ?? holdSignals();
  const stop = () => {
    signals.passTo(null);
    if (held === undefined) signals.release();
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env, stdio: stdio(surroundings) });
    signals.passTo(child);
    child.once('error', error => {
      stop();
      reject(new StartError(go, error));
    });
    // `exit` and not `close`: a daemon that go left behind may hold a pipe.
    child.once('exit', (code, signal) => {
      stop();
      resolve({ code, signal });
    });
  });
}

/**
 * Ends this process as another one ended. A signal is raised again, so that whoever waits sees the same status.
 * Known limits: death by a real-time signal reads as code 0 in Node; a core file would be Node's.
 */
export function endAs({ code, signal }: Ended): void {
  // At once: whatever was to be said is written, and Node would first collect its garbage (1 ms).
  if (signal === null) process.exit(code ?? 1);
  // Node ignores PIPE and XFSZ and serves USR1; taking a listener away again is what restores the default action.
  if (signal !== 'SIGKILL' && signal !== 'SIGSTOP') {
    const once = () => {};
    process.on(signal, once);
    process.removeListener(signal, once);
  }
  process.kill(process.pid, signal);
  // The signal arrives a moment later: Node must not end by itself before.
  setTimeout(() => process.exit(1), 5000);
}

/** Each descriptor at its own number: the ones from 3 on too, which Node would close in a child. */
function stdio({ inherited: { descriptors, closed } }: Surroundings): StdioOptions {
  const last = Math.max(2, ...descriptors);
  return Array.from({ length: last + 1 }, (_, descriptor) =>
    descriptor <= 2
      ? closed.includes(descriptor)
        ? 'ignore'
        : descriptor
      : descriptors.includes(descriptor)
        ? descriptor
        : 'ignore',
  );
}
