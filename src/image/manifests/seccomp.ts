import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ContainerSecurity } from '../../rules/shared/place.ts';
import { get, isMapping, words } from './data.ts';

type Seccomp = ContainerSecurity['seccomp'];

/** Reads a seccomp profile of Docker's form (moby/profiles seccomp/default.json) and asks it about ptrace(2). */
export function readSeccomp(path: string, directory: string): Seccomp {
  const unread = (why: string): Seccomp => ({ kind: 'file', path, ptrace: 'unknown', why });
  let source = path;
  if (!path.trim().startsWith('{'))
    try {
      const file = resolve(directory, path);
      if (!statSync(file).isFile()) return unread('is no file');
      if (statSync(file).size > 1 << 20) return unread('is larger than 1 MiB');
      source = readFileSync(file, 'utf8');
    } catch (error) {
      return unread(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
    }
  try {
    const profile: unknown = JSON.parse(source);
    if (!isMapping(profile)) return unread('is no seccomp profile');
    return judge(profile, path);
  } catch {
    return unread('is no JSON');
  }
}

function judge(profile: unknown, path: string): Seccomp {
  const byDefault = get(profile, 'defaultAction');
  if (typeof byDefault !== 'string') return { kind: 'file', path, ptrace: 'unknown', why: 'names no defaultAction' };
  const rows = get(profile, 'syscalls') ?? [];
  if (!Array.isArray(rows)) return { kind: 'file', path, ptrace: 'unknown', why: 'has no list of syscalls' };
  let ptrace: 'allowed' | 'denied' | 'unknown' = allows(byDefault) ? 'allowed' : 'denied';
  for (const row of rows) {
    const names = words(get(row, 'names')) ?? [];
    if (!names.includes('ptrace') && get(row, 'name') !== 'ptrace') continue;
    // A row for containers that have the capability says nothing about this one.
    const capabilities = words(get(row, 'includes', 'caps'));
    if (capabilities === null || capabilities.length > 0) continue;
    const action = get(row, 'action');
    const conditions = get(row, 'args');
    if (Array.isArray(conditions) && conditions.length > 0) ptrace = 'unknown';
    else ptrace = typeof action === 'string' && allows(action) ? 'allowed' : 'denied';
    if (ptrace === 'allowed') break;
  }
  return { kind: 'file', path, ptrace, why: ptrace === 'unknown' ? 'allows ptrace for some arguments only' : '' };
}

function allows(action: string): boolean {
  return action === 'SCMP_ACT_ALLOW' || action === 'SCMP_ACT_LOG';
}
