import type { Host } from './host.ts';

/** `problem`: builds will fail or be refused. `warn`: worth knowing. `unknown`: it could not be read, and the message says why. */
export type Status = 'ok' | 'warn' | 'problem' | 'unknown';

/** What a check found: the fact, and the one command that mends it. */
export interface Answer {
  readonly status: Status;
  readonly message: string;
  /** Empty where there is nothing to mend, or no one command does. */
  readonly fix: string;
}

/** One question about this machine. */
export interface Check {
  /** What `--only` and reports call it. */
  readonly id: string;
  /** Why the answer matters; shown beside everything that is not ok. */
  readonly why: string;
  /** Asked only when the user wants it (`--login-shell`, `--only`). */
  readonly onDemand?: true;
  /** Writes nothing, prints no value that can be a secret, starts tools within a time limit only. */
  run(host: Host): Answer | Promise<Answer>;
}

export function ok(message: string): Answer {
  return { status: 'ok', message, fix: '' };
}

export function warn(message: string, fix = ''): Answer {
  return { status: 'warn', message, fix };
}

export function problem(message: string, fix = ''): Answer {
  return { status: 'problem', message, fix };
}

export function unknown(message: string, fix = ''): Answer {
  return { status: 'unknown', message, fix };
}
