// Real processes for tests: started, waited for by their own line `ready`, and killed afterwards.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Io } from '../../src/commands/command.ts';
import { run } from '../../src/commands/ps.ts';
import { builtBinary } from '../support/binaries.ts';

const readyProgram = {
  'go.mod': 'module ready\n\ngo 1.20\n',
  // With arguments it starts them as a child, which says `ready` itself; it lives until its standard input ends.
  'main.go': `package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "start" {
		child := exec.Command(os.Args[2])
		child.Stdin, child.Stdout = os.Stdin, os.Stdout
		if err := child.Start(); err != nil {
			panic(err)
		}
		fmt.Println("child", child.Process.Pid)
		child.Wait()
		return
	}
	fmt.Println("ready", os.Getpid())
	io.Copy(io.Discard, os.Stdin)
}
`,
};

/** Linked externally against glibc: what the agent wants. */
export const good = () =>
  builtBinary({ source: readyProgram, args: ['-ldflags=all=-linkmode=external'], env: { CGO_ENABLED: '1' } });
export const stripped = () =>
  builtBinary({ source: readyProgram, args: ['-ldflags=all=-linkmode=external -s'], env: { CGO_ENABLED: '1' } });
export const staticGo = (goarch = 'amd64') =>
  builtBinary({ source: readyProgram, env: { CGO_ENABLED: '0', GOARCH: goarch } });

export interface Started {
  /** As the program itself says it. */
  readonly pid: number;
  readonly child: ChildProcess;
  /** Everything it wrote before it was ready. */
  readonly output: string;
}

const running = new Set<ChildProcess>();

/** Starts a program and waits for its `ready PID`. Rejects with what it wrote when it ends before. */
export function start(program: string | Buffer, args: readonly string[] = [], options: object = {}): Promise<Started> {
  // A name that is no UTF-8 goes through sh, since Node's spawn takes only strings.
  const child =
    typeof program === 'string'
      ? spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, ...options })
      : spawn('sh', ['-c', `exec "$(printf '${octal(program)}')"`], {
          stdio: ['pipe', 'pipe', 'pipe'],
          detached: true,
        });
  running.add(child);
  let output = '';
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => reject(new Error(`ended before it was ready (${code ?? signal}): ${output}`)));
    child.stderr?.on('data', chunk => {
      output += String(chunk);
    });
    child.stdout?.on('data', chunk => {
      output += String(chunk);
      const [, pid] = /^ready (\d+)$/m.exec(output) ?? [];
      if (pid !== undefined) resolve({ pid: Number(pid), child, output });
    });
  });
}

/** Ends everything that was started, with what it started itself. */
export async function stopAll(): Promise<void> {
  await Promise.all(
    [...running].map(child => {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return undefined;
      const ended = new Promise(resolve => child.on('exit', resolve));
      process.kill(-child.pid, 'SIGKILL');
      return ended;
    }),
  );
  running.clear();
}

export interface Entry {
  readonly pid: number;
  readonly exe: string;
  readonly exeBase64?: string;
  readonly program?: string;
  readonly via?: string;
  readonly foundBy?: string;
  readonly file?: string;
  readonly otherMountNamespace?: true;
  readonly started?: string;
  readonly agent: string;
  readonly verdict: string;
  readonly reason?: string;
  readonly findings: readonly {
    readonly rule: string;
    readonly verdict: string;
    readonly message: string;
    readonly evidence: string;
  }[];
}

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly processes: readonly Entry[];
}

/** `goshim ps`, in this process; JSON unless told otherwise. */
export async function ps(words: readonly string[] = [], root = ''): Promise<Answer> {
  let stdout = '';
  let stderr = '';
  const io: Io = {
    stdout: { write: text => (stdout += text) },
    stderr: { write: text => (stderr += text) },
    env: { PATH: process.env['PATH'] },
    cwd: '/',
    today: '2026-01-01',
  };
  const argv = words.includes('--format') ? words : ['--format', 'json', ...words];
  const code = await run(argv, io, root);
  const isJson = stdout.startsWith('{');
  return { code, stdout, stderr, processes: isJson ? (JSON.parse(stdout) as { processes: Entry[] }).processes : [] };
}

/** The entry of one process, which must be there. */
export async function entryOf(pid: number, words: readonly string[] = []): Promise<Entry> {
  const { processes } = await ps(words);
  const entry = processes.find(each => each.pid === pid);
  if (entry === undefined) throw new Error(`no entry for ${pid} in ${JSON.stringify(processes.map(each => each.pid))}`);
  return entry;
}

/** Milliseconds of the fastest of three: other tests share the machine. */
export async function fastest(body: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    await body();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

function octal(bytes: Buffer): string {
  return [...bytes].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
