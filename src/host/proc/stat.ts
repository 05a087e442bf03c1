/** The fields of /proc/PID/stat that are asked for (proc_pid_stat(5)). */
export interface ProcessStat {
  readonly pid: number;
  /** At most 15 bytes, as the kernel has them: may hold `)`, blanks and newlines. */
  readonly comm: Buffer;
  readonly state: string;
  readonly ppid: number;
  readonly kernelThread: boolean;
  /** Clock ticks since boot. With the pid it is the identity of a process until the next boot. */
  readonly startTicks: bigint;
}

/** PF_KTHREAD of linux/sched.h. */
const kernelThreadFlag = 0x200000;

/** Reads a stat line; null when it is none. It is cut at the last `)`, since the name may hold `) S 1 (`. */
export function parseStat(line: Buffer): ProcessStat | null {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  if (open < 1 || close < open) return null;
  const pid = Number(line.subarray(0, open).toString('latin1'));
  // Field 3 (state) is the first after the name; field N is at index N - 3.
  const fields = line
    .subarray(close + 1)
    .toString('latin1')
    .trim()
    .split(' ');
  const [state, ppid, flags, start] = [fields[0], fields[1], fields[6], fields[19]];
  if (!Number.isInteger(pid) || state === undefined || start === undefined || !/^\d+$/.test(start)) return null;
  const parent = Number(ppid);
  return {
    pid,
    comm: line.subarray(open + 1, close),
    state,
    ppid: parent,
    kernelThread: (Number(flags) & kernelThreadFlag) !== 0 || pid === 2 || parent === 2,
    startTicks: BigInt(start),
  };
}
