import type { BinaryFacts } from '../../binary/facts.ts';
import { openBinary } from '../../binary/open.ts';
import { pathText } from '../../report/mask.ts';
import type { ProcessFacts } from '../../rules/shared/process.ts';
import { readText } from '../reading.ts';
import { agentLoaded, otherNamespace, processFacts } from './facts.ts';
import type { Program } from './program.ts';
import { programsBehind, wrapperOf } from './program.ts';
import type { ProcessStat } from './stat.ts';
import { type Walked, walkProcesses } from './walk.ts';

/** What a listing says about a process besides its verdict. */
export interface Details {
  /** The Go program where the exe link names a loader, emulator or wrapper; and by what it was found. */
  readonly program?: string;
  readonly via?: Program['via'];
  readonly foundBy?: string;
  readonly agent: 'loaded' | 'not loaded' | 'unknown';
  /** The file is gone from its path: what runs is not what is installed there now. */
  readonly file?: 'deleted' | 'memfd';
  /** Its path names a file in another mount namespace. */
  readonly otherMountNamespace?: true;
  /** ISO time; absent where /proc/stat does not say when the machine started. */
  readonly started?: string;
}

export type GoProcess =
  | {
      readonly kind: 'go';
      readonly pid: number;
      /** The exe link's text, bytes as they are; where it cannot be read the kernel's name in brackets. */
      readonly exe: Buffer;
      /** Same text, same running file. */
      readonly file: string;
      readonly facts: BinaryFacts;
      readonly process: ProcessFacts;
      readonly details: Details;
    }
  | { readonly kind: 'unknown'; readonly pid: number; readonly exe: Buffer; readonly why: string };

/**
 * Every running Go program, and every process about which nobody can say whether it is one. `facts` and `process` are good
 * until the next one is asked for. Returns why the list may be incomplete, or null. Files are opened once a batch each.
 */
export function* goProcesses(
  environment: NodeJS.ProcessEnv,
  root = '',
): Generator<GoProcess, { readonly why: string | null }> {
  const boot = bootTime(root);
  const walk = walkProcesses(root);
  for (let next = walk.next(); ; next = walk.next()) {
    if (next.done) return next.value;
    for (const group of groupByFile(next.value)) yield* readGroup(group, { environment, root, boot });
  }
}

interface Around {
  readonly environment: NodeJS.ProcessEnv;
  readonly root: string;
  readonly boot: number | null;
}

function groupByFile(batch: readonly Walked[]): readonly (readonly Walked[])[] {
  const groups = new Map<string, Walked[]>();
  for (const walked of batch) {
    const key = walked.exe.ok ? keyOf(walked.exe.value) : `pid ${walked.pid}`;
    groups.set(key, [...(groups.get(key) ?? []), walked]);
  }
  return [...groups.values()];
}

function* readGroup(group: readonly Walked[], around: Around): Generator<GoProcess> {
  const [first] = group;
  if (first === undefined) return;
  if (!first.exe.ok) {
    for (const { pid, held, stat, exe } of group) {
      const link = held?.link('exe');
      yield {
        kind: 'unknown',
        pid,
        exe: link?.ok ? link.value : bracketed(stat),
        why: exe.ok ? '' : unreadable(exe.why),
      };
    }
    return;
  }
  if (wrapperOf(first.exe.value.path) !== null) {
    for (const walked of group) yield* behindWrapper(walked, around);
    return;
  }
  const opened = openBinary(first.exe.value.open);
  if (opened.kind === 'not-elf') return;
  if (opened.kind !== 'elf') {
    for (const { pid, exe } of group) if (exe.ok) yield { kind: 'unknown', pid, exe: exe.value.path, why: opened.why };
    return;
  }
  try {
    const isGo = opened.facts.isGo();
    for (const walked of group) {
      if (!walked.exe.ok) continue;
      if (!isGo.ok) yield { kind: 'unknown', pid: walked.pid, exe: walked.exe.value.path, why: isGo.why };
      else if (isGo.value) yield* describe(walked, walked.exe.value, opened.facts, around);
    }
  } finally {
    opened.close();
  }
}

/**
 * The exe link names a loader: the first Go program behind it is the one that is shown and judged. A name proves nothing: a Go
 * program that is only called so is judged itself. Only the dynamizer may be Go and no more than a wrapper all the same.
 */
function* behindWrapper(walked: Walked, around: Around): Generator<GoProcess> {
  const { pid, held, exe } = walked;
  const via = exe.ok ? wrapperOf(exe.value.path) : null;
  if (!exe.ok || held === null || via === null) return;
  const own = exe.value;
  const behind = programsBehind(held, own, via);
  for (const program of inTurn(via === 'dynamizer' ? [behind, [own]] : [[own], behind])) {
    const opened = openBinary(program.open);
    try {
      if (opened.kind !== 'elf') continue;
      const isGo = opened.facts.isGo();
      if (!isGo.ok || !isGo.value) continue;
      yield* describe(walked, program, opened.facts, around);
      return;
    } finally {
      if (opened.kind === 'elf') opened.close();
      if (program !== own) program.close();
    }
  }
  const maps = held.read('maps');
  if (!maps.ok)
    yield { kind: 'unknown', pid, exe: exe.value.path, why: `the program behind it: ${unreadable(maps.why)}` };
  // The dynamizer wraps Go programs only: not finding one is a failure of ours, not an answer.
  else if (via === 'dynamizer')
    yield {
      kind: 'unknown',
      pid,
      exe: exe.value.path,
      why: 'wrapped by the dynamizer; the Go program behind it was not found',
    };
}

function* inTurn(sources: readonly Iterable<Program>[]): Generator<Program> {
  for (const source of sources) yield* source;
}

function* describe(walked: Walked, program: Program, facts: BinaryFacts, around: Around): Generator<GoProcess> {
  const { pid, held, stat, exe } = walked;
  if (held === null || stat === null || !exe.ok) return;
  const { root, environment, boot } = around;
  const agent = agentLoaded(held);
  yield {
    kind: 'go',
    pid,
    exe: exe.value.path,
    file: keyOf(program),
    facts,
    process: processFacts({ held, stat, program, root, environment }, facts),
    details: {
      ...(program.via === 'exe' ? {} : { program: pathText(program.path), via: program.via, foundBy: program.how }),
      agent: agent.ok ? (agent.value ? 'loaded' : 'not loaded') : 'unknown',
      ...(program.stat.nlink === 0n ? { file: isMemfd(program.path) ? 'memfd' : 'deleted' } : {}),
      ...(otherNamespace(held, root) === true ? { otherMountNamespace: true as const } : {}),
      ...(boot === null ? {} : { started: new Date((boot + Number(stat.startTicks) / 100) * 1000).toISOString() }),
    },
  };
}

/** `[name]`, as ps(1) shows a process whose command line it cannot have; the kernel's name for it. */
function bracketed(stat: ProcessStat | null): Buffer {
  return Buffer.concat([Buffer.from('['), stat?.comm ?? Buffer.from('?'), Buffer.from(']')]);
}

function isMemfd(path: Buffer): boolean {
  return path.toString('latin1').startsWith('/memfd:');
}

/** Seconds since 1970 at which the kernel started. Start times count from there in ticks of 1/100 s (USER_HZ). */
function bootTime(root: string): number | null {
  const stat = readText(`${root}/proc/stat`);
  const seconds = stat.ok ? /^btime (\d+)$/m.exec(stat.value)?.[1] : undefined;
  return seconds === undefined ? null : Number(seconds);
}

function keyOf({ path, stat }: Program): string {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${path.toString('latin1')}`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'ended while it was read (ENOENT)',
  ESRCH: 'ended while it was read (ESRCH)',
};

function unreadable(code: string): string {
  const advice = (code === 'EACCES' || code === 'EPERM') && process.geteuid?.() !== 0 ? ': run as root' : '';
  return reasons[code] ?? `its executable cannot be read (${code})${advice}`;
}
