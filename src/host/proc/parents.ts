import type { Reading } from '../../binary/facts.ts';
import { openBinary } from '../../binary/open.ts';
import { pathText } from '../../report/mask.ts';
import type { Ancestor, Parent } from '../../rules/shared/process.ts';
import { type HeldProcess, holdProcess } from './process.ts';
import { openExe } from './program.ts';
import { type ProcessStat, parseStat } from './stat.ts';

/** The process above this one now, and whether it can be the one that started it. */
export function parentOf(child: ProcessStat, root = ''): Parent {
  if (child.ppid === 0) return { kind: 'outside' };
  const held = holdProcess(child.ppid, root);
  if (!held.ok) return { kind: 'gone' };
  try {
    const stat = statOf(held.value);
    if (stat === null) return { kind: 'gone' };
    // PID 1 adopts orphans; a parent that is younger than its child adopted it too.
    const original = child.ppid !== 1 && stat.startTicks <= child.startTicks;
    return { kind: 'seen', ancestor: describe(held.value), original };
  } finally {
    held.value.close();
  }
}

/** Everything above a process, nearest first, up to PID 1 or the edge of the PID namespace; at most 64 deep. */
export function ancestorsOf(pid: number, root = ''): Ancestor[] {
  const chain: Ancestor[] = [];
  for (let next = pid; next > 0 && chain.length < 64; ) {
    const held = holdProcess(next, root);
    if (!held.ok) break;
    try {
      if (next !== pid) chain.push(describe(held.value));
      next = statOf(held.value)?.ppid ?? 0;
    } finally {
      held.value.close();
    }
  }
  return chain;
}

export function statOf(process: HeldProcess): ProcessStat | null {
  const line = process.read('stat');
  return line.ok ? parseStat(line.value) : null;
}

function describe(process: HeldProcess): Ancestor {
  const exe = openExe(process);
  if (!exe.ok) {
    const link = process.link('exe');
    return { pid: process.pid, exe: link.ok ? pathText(link.value) : '', dynamic: { ok: false, why: exe.why } };
  }
  const dynamic = isDynamic(exe.value.open);
  exe.value.close();
  return { pid: process.pid, exe: pathText(exe.value.path), dynamic };
}

/** A program with PT_INTERP, or the dynamic linker itself (which then loads the program). */
function isDynamic(file: string): Reading<boolean> {
  const opened = openBinary(file);
  if (opened.kind !== 'elf') return { ok: false, why: opened.kind === 'not-elf' ? opened.looksLike : opened.why };
  const interpreter = opened.facts.interpreter();
  const soname = opened.facts.soname();
  opened.close();
  if (!interpreter.ok) return interpreter;
  return { ok: true, value: interpreter.value !== null || (soname.ok && soname.value !== null) };
}
