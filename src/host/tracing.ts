import type { Tracing } from '../rules/shared/process.ts';
import { readContainer } from './container.ts';
import { hasMemfd, readKernel } from './kernel.ts';
import { hasSysPtrace, parseStatus } from './proc/status.ts';
import { readText } from './reading.ts';

/** What decides about ptrace where a process runs; `status` is the text of its /proc/PID/status, or why it is not there. */
export function readTracing(
  status: { ok: true; value: string } | { ok: false; why: string },
  place: Whereabouts,
): Tracing {
  const { root = '', environment, container } = place;
  const privileges = status.ok ? parseStatus(status.value) : null;
  const bounding = privileges?.bounding ?? null;
  const kernel = readKernel(root);
  const yama = readText(`${root}/proc/sys/kernel/yama/ptrace_scope`);
  return {
    capability:
      bounding === null
        ? { ok: false, why: status.ok ? 'no CapBnd line' : status.why }
        : { ok: true, value: hasSysPtrace(bounding) },
    seccomp: privileges?.seccomp ?? null,
    kernel: kernel.ok ? kernel.value : null,
    memfd: hasMemfd(root),
    container: container ?? readContainer(environment, root).inside,
    yama: yama.ok && /^\d/.test(yama.value) ? Number(yama.value.trim()) : null,
  };
}

export interface Whereabouts {
  readonly environment: NodeJS.ProcessEnv;
  readonly root?: string;
  /** Known already: another mount or PID namespace than ours is a container. */
  readonly container?: boolean;
}
