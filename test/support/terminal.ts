// What a user at a terminal sees of a command: its output, how it ended, where it was stopped.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Session {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Keys sent when a text has appeared (`\x03` is Ctrl-C); `{}` waits until the job has stopped, and continues it. */
  readonly steps: readonly ({ readonly wait: string; readonly send: string } | Record<string, never>)[];
}

export interface Seen {
  readonly output: string;
  readonly stops: readonly number[];
  readonly exit?: number;
  readonly signal?: number;
}

/** Runs the job in the foreground of a new terminal. Needs python3. */
export function atTerminal(session: Session): Seen {
  const driver = join(dirname(fileURLToPath(import.meta.url)), 'terminal.py');
  const ended = spawnSync('python3', [driver, JSON.stringify(session)], { encoding: 'utf8', timeout: 120_000 });
  if (ended.status !== 0) throw new Error(`terminal.py: ${ended.error ?? ended.stderr}`);
  return JSON.parse(ended.stdout) as Seen;
}
