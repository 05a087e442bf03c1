import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What a preloaded agent-like library found in a program. */
export interface Probed {
  /** It got through all its steps: constructor, symbols, hook on a Go thread, libc calls there. */
  readonly works: boolean;
  /** The step that failed, or empty. */
  readonly why: string;
}

const module = join(dirname(fileURLToPath(import.meta.url)), '../../test/probe/run-probe.ts');

/**
 * Preloads the probe into a program of this machine's architecture: test/probe/run-probe.ts exports
 * `runProbe(binary: string): Probed | Promise<Probed>`. null where there is no probe, or it cannot run this binary.
 */
export async function runProbe(binary: string): Promise<Probed | null> {
  if (!existsSync(module)) return null;
  const { runProbe: run } = (await import(pathToFileURL(module).href)) as {
    runProbe(binary: string): Probed | null | Promise<Probed | null>;
  };
  return run(binary);
}
