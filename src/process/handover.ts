import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const modes = ['build', 'install', 'run', 'exec', 'strip'] as const;

/**
 * What a launcher (`bin/go`, `bin/goshim-exec`) tells Node, as words of the command line: `MODE key=value … -- words`.
 * Words rather than variables, so that nothing of ours can reach go or the user's program.
 */
export interface Handover {
  /**
   * `build` and `install`: run go and judge what it made. `run`: print a plan. `exec`: judge the file about to start.
   * `strip`: be strip.
   */
  readonly mode: (typeof modes)[number];
  /** Absolute path of the real go; for `strip` of the real strip. */
  readonly go: string;
  /** go's words as they were given, the command word included; for `exec` the file, for `strip` its words. */
  readonly argv: readonly string[];
  /** The shell that reads our launchers: bash's absolute path, or /bin/sh. */
  readonly shell: string;
  /** The PATH entry by which a look-up of `go` finds this goshim; null when it was called in another way. */
  readonly entry: string | null;
  /** Variables that were taken out of Node's environment (NODE_OPTIONS, …): go's child gets them back. */
  readonly setAside: Readonly<Record<string, string>>;
  /** What Node changed in itself at its start and a child of it must have as the launcher had it. */
  readonly inherited: Inherited;
}

export interface Inherited {
  /** Open file descriptors from 3 on (a make job server's, say). Node marks them close-on-exec. */
  readonly descriptors: readonly number[];
  /** Which of 0, 1, 2 were closed. Node opens /dev/null there. */
  readonly closed: readonly number[];
  /** The soft limit on open files where it is below the hard one, which Node raises it to; else null. */
  readonly files: string | null;
  /** Numbers of the ignored signals. Node resets them. */
  readonly ignored: readonly number[];
  /** The environment holds names that a shell gives values of its own: it must not pass through one again. */
  readonly odd: boolean;
}

/**
 * Reads `process.argv.slice(2)`.
 * @throws a plain Error (`Assertion failed`) on a malformed hand-over: only our launchers write it.
 */
export function readHandover(words: readonly string[]): Handover {
  const mode = modes.find(known => known === words[0]);
  const end = words.indexOf('--');
  if (mode === undefined || end < 0) {
    throw new Error(`Assertion failed: not a hand-over: ${words.slice(0, 3).join(' ')}`);
  }
  const values = new Map<string, string>();
  const setAside: Record<string, string> = {};
  const descriptors: number[] = [];
  const closed: number[] = [];
  for (const word of words.slice(1, end)) {
    const at = word.indexOf('=');
    const key = word.slice(0, at);
    const value = word.slice(at + 1);
    if (key.startsWith('env:')) setAside[key.slice(4)] = value;
    else if (key === 'fd') descriptors.push(Number(value));
    else if (key === 'closed') closed.push(Number(value));
    else values.set(key, value);
  }
  return {
    mode,
    go: values.get('go') ?? '',
    argv: words.slice(end + 1),
    shell: values.get('shell') ?? '/bin/sh',
    entry: values.get('entry') ?? null,
    setAside,
    inherited: {
      descriptors: descriptors.sort((a, b) => a - b),
      closed: closed.sort((a, b) => a - b),
      files: values.get('files') ?? null,
      ignored: signalNumbers(values.get('ignored') ?? ''),
      odd: values.has('odd'),
    },
  };
}

/** The environment the user gave: this process's own, with what the launcher set aside put back. */
export function userEnvironment(handover: Handover): NodeJS.ProcessEnv {
  return { ...process.env, ...handover.setAside };
}

/** The words that run one of the launchers in bin/ (`goshim-exec`, `goshim-child`) by the shell that serves here. */
export function launcherWords(shell: string, name: string): readonly string[] {
  const file = join(launchers(), name);
  return shell.endsWith('bash') ? [shell, '-p', file] : [shell, file];
}

/** bin/ of this package. Node was started with a file in it, perhaps through a linked directory. */
export function launchers(): string {
  return dirname(realpathSync(process.argv[1] ?? ''));
}

/** Bit N-1 of /proc/self/status's mask is signal N. Real-time signals (from 32 on) are left alone by Node. */
function signalNumbers(mask: string): readonly number[] {
  const low = Number.parseInt(mask.slice(-8) || '0', 16);
  return Array.from({ length: 31 }, (_, bit) => bit + 1).filter(signal => (low >>> (signal - 1)) & 1);
}
