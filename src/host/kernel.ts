import type { Reading } from '../binary/facts.ts';
import { readText } from './reading.ts';

export interface Kernel {
  /** As /proc/sys/kernel/osrelease spells it. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** The running kernel. Vendors append what they like after the numbers (`4.18.0-553.el8_10`, `5.10.102.1-microsoft`). */
export function readKernel(root = ''): Reading<Kernel> {
  const text = readText(`${root}/proc/sys/kernel/osrelease`);
  if (!text.ok) return text;
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(text.value) ?? [];
  if (major === undefined || minor === undefined) return { ok: false, why: 'not a version' };
  return { ok: true, value: { text: text.value.trim(), major: Number(major), minor: Number(minor) } };
}

export function isAtLeast(
  kernel: { readonly major: number; readonly minor: number },
  major: number,
  minor: number,
): boolean {
  return kernel.major > major || (kernel.major === major && kernel.minor >= minor);
}

/** memfd_create(2): Linux 3.17; older vendor kernels may have it, which /proc/kallsyms tells everybody. */
export function hasMemfd(root = ''): boolean | null {
  const kernel = readKernel(root);
  if (kernel.ok && isAtLeast(kernel.value, 3, 17)) return true;
  const symbols = readText(`${root}/proc/kallsyms`);
  if (symbols.ok && symbols.value !== '') return /\bmemfd_create\b/m.test(symbols.value);
  return kernel.ok ? false : null;
}
