import { spawnSync } from 'node:child_process';

export interface GoEnvAnswer {
  /** Value by name; empty when go could not be asked. A name that this release does not know is empty, as go prints it. */
  readonly answers: Record<string, string>;
  /** go's exit code; null when it could not be started or died. */
  readonly status: number | null;
  /** What go said on stderr: why it failed, or a toolchain's download. */
  readonly stderr: string;
}

/**
 * Asks the real go for the effective values of variables, once, in the build's directory: a go.mod there may switch the
 * toolchain. About 5 ms when no expensive variable (CGO_*, GOGCCFLAGS) is among them.
 * @param chdir the `-C` directory, relative to our own; null without one.
 */
export function askGoEnv(
  real: string,
  variables: readonly string[],
  { chdir, env }: { readonly chdir: string | null; readonly env: NodeJS.ProcessEnv },
): GoEnvAnswer {
  const ended = spawnSync(real, ['env', '-json', ...variables], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 24,
    ...(chdir === null ? {} : { cwd: chdir }),
  });
  return {
    answers: parse(ended.stdout ?? ''),
    status: ended.status,
    stderr: ended.stderr || (ended.error?.message ?? ''),
  };
}

function parse(text: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return {};
  }
}
