import { readdirSync } from 'node:fs';
import type { Reading } from '../../binary/facts.ts';
import { errnoOf, readText } from '../reading.ts';

/** Process numbers under /proc, ascending; ENOENT where there is no /proc (macOS), and `not mounted` where it is empty. */
export function listPids(root = ''): Reading<number[]> {
  try {
    const pids = readdirSync(`${root}/proc`)
      .filter(name => /^\d+$/.test(name))
      .map(Number);
    if (pids.length === 0) return { ok: false, why: 'not mounted' };
    return { ok: true, value: pids.sort((a, b) => a - b) };
  } catch (error) {
    return { ok: false, why: errnoOf(error) };
  }
}

/** The mount option that hides other users' processes from the list (`hidepid=invisible`, `hidepid=2`), or null. */
export function hidingOption(root = ''): string | null {
  const mounts = readText(`${root}/proc/self/mountinfo`);
  if (!mounts.ok) return null;
  for (const line of mounts.value.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    if (left.split(' ')[4] !== '/proc' || !right.startsWith('proc ')) continue;
    const option = /(?:^|[ ,])(hidepid=(?:2|invisible|4|ptraceable))(?:,|$)/.exec(right)?.[1];
    if (option !== undefined) return option;
  }
  return null;
}
