import type { ChildProcess, StdioOptions } from 'node:child_process';
import spawn from 'cross-spawn';
import { childWords, type Surroundings } from './child-words.ts';
import { StartError } from './start-error.ts';

/** How a process ended: by itself with a code, or by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Runs go in our place: same stdio and descriptors, same directory, process group and session. TERM, HUP, INT and QUIT that
 * reach us are passed on; USR1 (which would open Node's inspector) does nothing, as in go.
 * @param env go's whole environment.
 * @param raw see childWords.
 * @throws StartError when go could not be started.
 */
export function runGo(
  go: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  surroundings: Surroundings,
  raw = false,
): Promise<Ended> {
  const [program, ...words] = childWords(go, argv, surroundings, raw);
  return new Promise((resolve, reject) => {
    let child: ChildProcess | undefined;
    // The listeners come first: a signal between the start of go and theirs would leave go alone.
    const stop = listen(signal => child?.kill(signal));
    child = spawn(program, words, { env, stdio: stdio(surroundings) });
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
  if (signal === null) {
    process.exitCode = code ?? 1;
    return;
  }
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

function listen(pass: (signal: NodeJS.Signals) => void): () => void {
  // A terminal sends QUIT to go as well, and a second one would break into go's stack dump: only a go that did not get it
  // is still there a moment later.
  let late: NodeJS.Timeout | undefined;
  const listeners: readonly (readonly [NodeJS.Signals, () => void])[] = [
    ['SIGTERM', () => pass('SIGTERM')],
    ['SIGHUP', () => pass('SIGHUP')],
    ['SIGINT', () => pass('SIGINT')],
    [
      'SIGQUIT',
      () => {
        late = setTimeout(() => pass('SIGQUIT'), 100);
      },
    ],
    ['SIGUSR1', () => {}],
  ];
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    clearTimeout(late);
    for (const [signal, listener] of listeners) process.removeListener(signal, listener);
  };
}
