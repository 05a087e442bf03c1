// The preload probe of test/probe/library: built once, run in a program, its report read.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { cached } from './cached.ts';

export type ProbeLibc = 'glibc' | 'musl';

/** In the order in which they are taken; a program carries the probe when all but `go-version` are ok. */
export const steps = [
  'constructor',
  'libc',
  'thread',
  'file',
  'go-version',
  'symbols',
  'mapping',
  'patch',
  'thread-pointer',
  'libc-on-go-thread',
  'own-thread',
] as const;

export type Step = (typeof steps)[number];

export interface Probed {
  /** `ok`, `failed WHY`, `begun` for the one in which the program ended; a step that was never reached is not there. */
  readonly steps: ReadonlyMap<Step, string>;
  /** Every step was taken, and the program ended as it does without the probe. */
  readonly carried: boolean;
  /** What went wrong, in a line; empty when the probe was carried. */
  readonly symptom: string;
  /** How the program ends without the probe: `exit 0`, `SIGSEGV`, `no program` for what cannot be started at all. */
  readonly bare: string;
}

const sources = join(dirname(fileURLToPath(import.meta.url)), '../probe/library');

/** Path of the library for one libc. */
export function buildProbe(libc: ProbeLibc): string {
  const names = readdirSync(sources).sort();
  const hash = createHash('sha256').update(libc);
  for (const name of names) hash.update(name).update(readFileSync(join(sources, name)));
  const files = names.filter(name => name.endsWith('.c')).map(name => join(sources, name));
  const flags = ['-shared', '-fPIC', '-O1', '-fno-stack-protector', '-Wall', '-Wextra', '-Werror'];
  return cached(hash.digest('hex').slice(0, 20), 'probe.so', directory => {
    const output = join(directory, 'probe.so');
    const libraries = libc === 'glibc' ? ['-lpthread', '-ldl'] : [];
    execaSync(libc === 'glibc' ? 'gcc' : 'musl-gcc', [...flags, '-o', output, ...files, ...libraries]);
  });
}

/** Runs a program of this machine's architecture twice, bare and with the probe preloaded. */
export function runProbe(binary: string, args: readonly string[] = []): Probed {
  const library = buildProbe(interpreterOf(binary)?.includes('ld-musl') === true ? 'musl' : 'glibc');
  const directory = mkdtempSync(join(tmpdir(), 'goshim-probe-'));
  try {
    const report = join(directory, 'report');
    // The probe renames the variable; a program that prints its environment must see the same both times.
    const bare = run(binary, args, directory, { XD_PRELOAD: library, GOSHIM_PROBE_REPORT: report });
    const probed = run(binary, args, directory, { LD_PRELOAD: library, GOSHIM_PROBE_REPORT: report });
    const taken = readReport(report);
    const wrong = steps.find(step => step !== 'go-version' && taken.get(step) !== 'ok');
    const carried = wrong === undefined && probed.end === bare.end;
    const symptom = carried ? '' : symptomOf(taken, wrong, bare, probed);
    return { steps: taken, carried, symptom, bare: bare.end };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Run {
  /** `exit 0`, `SIGSEGV`. */
  readonly end: string;
  readonly stderr: string;
}

function run(binary: string, args: readonly string[], cwd: string, env: Record<string, string>): Run {
  const { PATH = '' } = process.env;
  const ended = execaSync(binary, args, {
    cwd,
    env: { PATH, HOME: cwd, ...env },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
    stdin: 'ignore',
  });
  return {
    end: ended.signal ?? (ended.exitCode === undefined ? 'no program' : `exit ${ended.exitCode}`),
    stderr: ended.stderr,
  };
}

function readReport(path: string): Map<Step, string> {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  return new Map(
    lines.flatMap(line => {
      const blank = line.indexOf(' ');
      const step = steps.find(name => name === line.slice(0, blank));
      return step === undefined ? [] : [[step, line.slice(blank + 1)] as const];
    }),
  );
}

function symptomOf(taken: ReadonlyMap<Step, string>, wrong: Step | undefined, bare: Run, probed: Run): string {
  const end =
    probed.end === bare.end
      ? 'the program runs as if nothing were preloaded'
      : `${probed.end} instead of ${bare.end}: ${probed.stderr.split('\n').find(line => line !== '') ?? ''}`;
  if (taken.size === 0) return `the constructor never ran; ${end}`;
  if (wrong === undefined) return end;
  return `${wrong}: ${taken.get(wrong) ?? 'never reached'}; ${end}`;
}

/** Whether this machine can start it: an executable or PIE for x86-64, which is all the probe knows. */
export function isForProbe(binary: string): boolean {
  const head = Buffer.alloc(20);
  const file = openSync(binary, 'r');
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  const isElf = head.toString('latin1', 0, 6) === '\x7fELF\x02\x01';
  return process.arch === 'x64' && isElf && head.readUInt16LE(18) === 62 && [2, 3].includes(head.readUInt16LE(16));
}

/** PT_INTERP of a 64-bit little-endian ELF file; null when it has none, or is no such file. */
export function interpreterOf(binary: string): string | null {
  const file = openSync(binary, 'r');
  try {
    const head = Buffer.alloc(4096);
    readSync(file, head, 0, head.length, 0);
    if (head.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') return null;
    const table = Number(head.readBigUInt64LE(32));
    for (let index = 0; index < head.readUInt16LE(56); index++) {
      const at = table + 56 * index;
      if (at + 56 > head.length || head.readUInt32LE(at) !== 3) continue;
      const text = Buffer.alloc(Number(head.readBigUInt64LE(at + 32)));
      readSync(file, text, 0, text.length, Number(head.readBigUInt64LE(at + 8)));
      return text.toString('latin1').replace(/\0.*$/s, '');
    }
    return null;
  } finally {
    closeSync(file);
  }
}
