import type { Reading } from '../../binary/facts.ts';
import { hidingOption, listPids } from './list.ts';
import { statOf } from './parents.ts';
import { type HeldProcess, holdProcess } from './process.ts';
import { openExe, type Program } from './program.ts';
import type { ProcessStat } from './stat.ts';

/** One process of the list: held open with its executable, or why it could not be. Kernel threads and zombies are none. */
export interface Walked {
  readonly pid: number;
  readonly held: HeldProcess | null;
  readonly stat: ProcessStat | null;
  readonly exe: Reading<Program>;
  close(): void;
}

/** How many are held at once: two descriptors each, below the usual limit of 1024. */
const batchSize = 200;

/**
 * Goes through /proc in batches: each is opened first, quickly, and then handed over, so that a process which ends meanwhile is
 * still judged by the executable it ran.
 */
export function* walkProcesses(root = ''): Generator<readonly Walked[], { readonly why: string | null }> {
  const pids = listPids(root);
  if (!pids.ok) return { why: `${root}/proc cannot be listed (${pids.why}): there is nothing to judge` };
  for (let at = 0; at < pids.value.length; at += batchSize) {
    const batch = pids.value.slice(at, at + batchSize).flatMap(pid => open(pid, root));
    try {
      yield batch;
    } finally {
      for (const process of batch) process.close();
    }
  }
  const hiding = hidingOption(root);
  return { why: hiding === null ? null : `/proc is mounted with ${hiding}: processes of other users are not listed` };
}

function open(pid: number, root: string): Walked[] {
  const held = holdProcess(pid, root);
  if (!held.ok) return [missing(pid, null, null, held.why)];
  const stat = statOf(held.value);
  if (stat === null) {
    const line = held.value.read('stat');
    return [missing(pid, held.value, null, line.ok ? 'its stat cannot be parsed' : line.why)];
  }
  if (stat.kernelThread || stat.state === 'Z' || stat.state === 'X') {
    held.value.close();
    return [];
  }
  const exe = openExe(held.value);
  if (!exe.ok) {
    // Between the two reads it may have ended: a zombie's link is gone like a kernel thread's.
    const now = statOf(held.value);
    return [missing(pid, held.value, stat, now === null || now.state === 'Z' ? 'ESRCH' : exe.why)];
  }
  const program = exe.value;
  const close = () => {
    program.close();
    held.value.close();
  };
  return [{ pid, held: held.value, stat, exe, close }];
}

function missing(pid: number, held: HeldProcess | null, stat: ProcessStat | null, why: string): Walked {
  return { pid, held, stat, exe: { ok: false, why }, close: () => held?.close() };
}
