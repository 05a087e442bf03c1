import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Io } from './command.ts';

/**
 * `goshim go …` where it did not come through bin/goshim, which becomes bin/go itself: starts bin/go with our stdio and ends
 * as it ended.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const { endAs } = await import('../process/run.ts');
  const shim = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin', 'go');
  const child = spawn(shim, argv, { stdio: 'inherit', env: io.env });
  // A terminal sends these to bin/go as well; we wait for how it takes them.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => {});
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (signal !== null) endAs({ code, signal });
      resolve(code ?? 1);
    });
  });
}
