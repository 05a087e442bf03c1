import type { Reading } from '../binary/facts.ts';
import { readText } from './reading.ts';

/** CPUs that are on line: what musl's malloc and Go's scheduler see when no affinity is set. */
export function onlineCpus(root = ''): Reading<number> {
  const text = readText(`${root}/sys/devices/system/cpu/online`);
  if (!text.ok) return text;
  const count = text.value
    .trim()
    .split(',')
    .reduce((sum, range) => {
      const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
      return first === undefined ? Number.NaN : sum + Number(last ?? first) - Number(first) + 1;
    }, 0);
  return Number.isNaN(count) ? { ok: false, why: 'not a list of CPUs' } : { ok: true, value: count };
}

/** CPUs' worth of time that the control group allows (v2 cpu.max, v1 cfs_quota); null: no limit, or not readable. */
export function cpuQuota(root = ''): number | null {
  const [quota = '', period = ''] = (textOf(`${root}/sys/fs/cgroup/cpu.max`) ?? v1Quota(root)).trim().split(/\s+/);
  return /^\d+$/.test(quota) && /^[1-9]\d*$/.test(period) ? Number(quota) / Number(period) : null;
}

/** Bytes of memory for processes here: the machine's, or less where the control group says so. */
export function memoryLimit(root = ''): Reading<{ readonly bytes: number; readonly limited: boolean }> {
  const info = readText(`${root}/proc/meminfo`);
  const total = info.ok ? Number(/^MemTotal:\s+(\d+) kB$/m.exec(info.value)?.[1]) * 1024 : Number.NaN;
  const limits = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'].map(file =>
    Number((textOf(root + file) ?? '').trim() || Number.NaN),
  );
  // v1 writes "no limit" as the largest number of pages, about 2^63 bytes.
  const limit = limits.find(value => value > 0 && value < 2 ** 60 && !(value >= total));
  if (limit !== undefined) return { ok: true, value: { bytes: limit, limited: true } };
  if (Number.isNaN(total)) return { ok: false, why: info.ok ? 'no MemTotal' : info.why };
  return { ok: true, value: { bytes: total, limited: false } };
}

function v1Quota(root: string): string {
  const directory = `${root}/sys/fs/cgroup/cpu`;
  return `${textOf(`${directory}/cpu.cfs_quota_us`) ?? ''} ${textOf(`${directory}/cpu.cfs_period_us`) ?? ''}`;
}

function textOf(file: string): string | null {
  const text = readText(file);
  return text.ok ? text.value : null;
}
