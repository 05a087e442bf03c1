export interface Asked {
  readonly stdout: string;
  readonly stderr: string;
  /** Why there is no good answer, one line; null after exit 0 within the limits. */
  readonly failed: string | null;
}

export interface AskOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly timeLimit: number;
  readonly cwd?: string;
  readonly input?: string;
}

/**
 * Asks a tool something and never waits longer than `timeLimit` (ms), not even for its grandchildren: the tool gets a process
 * group of its own, which is killed whole. Never throws. At most 1 MiB of answer is kept.
 */
export async function ask(program: string, args: readonly string[], options: AskOptions): Promise<Asked> {
  const { execa } = await import('execa');
  const { env, timeLimit, cwd, input } = options;
  const child = execa(program, args, {
    env,
    extendEnv: false,
    detached: true,
    reject: false,
    maxBuffer: 1024 * 1024,
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<null>(resolve => {
    timer = setTimeout(() => {
      killGroup(child.pid);
      // A grandchild in a session of its own may still hold the pipes: give up on them.
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(null);
    }, timeLimit);
  });
  const result = await Promise.race([child, tooLate]);
  clearTimeout(timer);
  if (result === null) {
    child.catch(() => {});
    return { stdout: '', stderr: '', failed: `${program} did not answer within ${Math.round(timeLimit / 100) / 10} s` };
  }
  killGroup(child.pid);
  const { stdout, stderr } = result;
  return { stdout: text(stdout), stderr: text(stderr), failed: result.failed ? reasonOf(program, result) : null };
}

interface Ended {
  readonly code?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly isMaxBuffer: boolean;
}

function reasonOf(program: string, { code, exitCode, signal, isMaxBuffer }: Ended): string {
  if (isMaxBuffer) return `${program} wrote more than 1 MiB`;
  if (exitCode !== undefined) return `${program} ended with exit code ${exitCode}`;
  if (signal !== undefined) return `${program} was ended by ${signal}`;
  return `${program} cannot be started (${code ?? 'unknown error'})`;
}

/** Ends what is left of a process group. */
export function killGroup(pid: number | undefined): void {
  if (!pid) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
