import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { BinaryFacts, Reading } from '../../binary/facts.ts';
import type { ProcessFacts } from '../../rules/shared/process.ts';
import { readTracing } from '../tracing.ts';
import { isSecureExecution } from './auxv.ts';
import { parseMaps } from './maps.ts';
import { parentOf } from './parents.ts';
import type { HeldProcess } from './process.ts';
import type { Program } from './program.ts';
import type { ProcessStat } from './stat.ts';

export interface Seen {
  readonly held: HeldProcess;
  readonly stat: ProcessStat;
  readonly program: Program;
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** What rules may ask about a running program; each answer is read when it is asked for, while the process is held. */
export function processFacts(seen: Seen, program: BinaryFacts): ProcessFacts {
  const { held, stat, root, environment } = seen;
  return {
    pid: held.pid,
    program,
    parent: () => parentOf(stat, root),
    secureExecution: () => secureExecution(seen, program),
    agentLoaded: () => agentLoaded(held),
    tracing: () => {
      const status = held.read('status');
      const inContainer = otherNamespace(held, root) === true;
      return readTracing(status.ok ? { ok: true, value: status.value.toString('utf8') } : status, {
        environment,
        root,
        ...(inContainer ? { container: true } : {}),
      });
    },
  };
}

/** Whether the agent's library is mapped into it. Its name is all that is known in public. */
export function agentLoaded(held: HeldProcess): Reading<boolean> {
  const maps = held.read('maps');
  if (!maps.ok) return maps;
  const isAgent = (path: Buffer) => basename(path.toString('latin1')).startsWith('liboneagent');
  return { ok: true, value: parseMaps(maps.value).some(({ path }) => isAgent(path)) };
}

/** True when it lives in another mount namespace than we do, so that its path names another file here; null: unreadable. */
export function otherNamespace(held: HeldProcess, root = ''): boolean | null {
  const theirs = held.link('ns/mnt');
  if (!theirs.ok) return null;
  try {
    return !theirs.value.equals(readlinkSync(`${root}/proc/self/ns/mnt`, 'buffer'));
  } catch {
    return null;
  }
}

function secureExecution({ held, program }: Seen, facts: BinaryFacts): ReturnType<ProcessFacts['secureExecution']> {
  const auxv = held.read('auxv');
  if (!auxv.ok) return auxv;
  const secure = isSecureExecution(auxv.value, facts.class === 64 ? 8 : 4);
  if (secure === null) return { ok: false, why: 'no AT_SECURE entry' };
  if (!secure) return { ok: true, value: 'no' };
  if ((program.stat.mode & 0o4000n) !== 0n) return { ok: true, value: 'setuid' };
  if ((program.stat.mode & 0o2000n) !== 0n) return { ok: true, value: 'setgid' };
  return { ok: true, value: 'file capabilities or a security module' };
}
