/** What /proc/PID/status says about privileges (proc_pid_status(5)); null for a line that is not there. */
export interface Privileges {
  /** 64-bit masks. */
  readonly effective: bigint | null;
  readonly permitted: bigint | null;
  readonly bounding: bigint | null;
  /** 0 off, 1 strict, 2 filter. */
  readonly seccomp: number | null;
  readonly noNewPrivileges: boolean | null;
  readonly realUid: number | null;
  readonly effectiveUid: number | null;
}

export function parseStatus(text: string): Privileges {
  const field = (name: string): string | null => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(text)?.[1]?.trim() ?? null;
  const [real, effective] = (field('Uid') ?? '').split(/\s+/);
  return {
    effective: mask(field('CapEff')),
    permitted: mask(field('CapPrm')),
    bounding: mask(field('CapBnd')),
    seccomp: number(field('Seccomp')),
    noNewPrivileges: field('NoNewPrivs') === null ? null : field('NoNewPrivs') === '1',
    realUid: number(real ?? null),
    effectiveUid: number(effective ?? null),
  };
}

/** CAP_SYS_PTRACE is bit 19 (linux/capability.h). */
export function hasSysPtrace(mask: bigint): boolean {
  return ((mask >> 19n) & 1n) === 1n;
}

function mask(value: string | null): bigint | null {
  return value !== null && /^[0-9a-f]{1,16}$/i.test(value) ? BigInt(`0x${value}`) : null;
}

function number(value: string | null): number | null {
  return value !== null && /^\d+$/.test(value) ? Number(value) : null;
}
