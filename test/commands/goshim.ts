// Runs the built dist/cli.cjs as a user would.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const cli = join(root, 'dist', 'cli.cjs');

export interface Ran {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Circumstances {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs goshim with nothing of the caller's settings in the environment. */
export function goshim(words: readonly string[], { cwd, env = {} }: Circumstances = {}): Ran {
  const { exitCode, stdout, stderr } = execaSync(process.execPath, [cli, ...words], {
    env: { ...cleanEnvironment(), ...env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    stdin: 'ignore',
    ...(cwd === undefined ? {} : { cwd }),
  });
  return { code: exitCode, stdout, stderr };
}

export function cleanEnvironment(): Record<string, string> {
  const drop = /^(GOSHIM|GO|CGO_|NODE_|GITHUB_|CI_|CC$|CXX$|NO_COLOR$|FORCE_COLOR$)/;
  const kept = Object.entries(process.env).filter(([name]) => !drop.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']));
}

/** Runs `body` in a directory of its own, which is gone afterwards. */
export async function inDirectory(body: (directory: string) => Promise<void> | void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-test-'));
  try {
    await body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
