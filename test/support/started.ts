// A process that a test talks to while it runs: no sleeps, only lines that were waited for.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Started {
  readonly child: ChildProcess;
  /** Resolves with the first match on stdout so far or to come. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<{ status: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
}

export function start(
  program: string,
  words: readonly string[],
  options: { cwd?: string; env: NodeJS.ProcessEnv },
): Started {
  const child = spawn(program, words, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', chunk => {
    stdout += String(chunk);
    for (const look of waiting) look();
  });
  child.stderr.on('data', chunk => {
    stderr += String(chunk);
  });
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal, stdout, stderr }));
  return {
    child,
    ended,
    seen: pattern =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(stdout);
          if (found === null) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        void ended.then(() => reject(new Error(`ended before ${pattern}: ${stdout}${stderr}`)));
        look();
      }),
  };
}

/** Resolves when no process of this number is left; a zombie counts as gone. */
export async function gone(pid: number): Promise<void> {
  const { readFileSync } = await import('node:fs');
  for (;;) {
    let state: string;
    try {
      state = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .charAt(0);
    } catch {
      return;
    }
    if (state === 'Z' || state === 'X') return;
    await new Promise(resolve => setImmediate(resolve));
  }
}
