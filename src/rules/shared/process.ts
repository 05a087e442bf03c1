import type { BinaryFacts, Reading } from '../../binary/facts.ts';

/** A process above another one. */
export interface Ancestor {
  readonly pid: number;
  /** The text of its /proc/PID/exe; empty where it could not be read. */
  readonly exe: string;
  /** Whether a dynamic linker starts it (PT_INTERP), or why that could not be read. */
  readonly dynamic: Reading<boolean>;
}

/**
 * The process that stands above another one now. It is the one that started it only if it was there first: orphans are
 * given to PID 1 or a subreaper. `outside`: the parent is in another PID namespace.
 */
export type Parent =
  | { readonly kind: 'seen'; readonly ancestor: Ancestor; readonly original: boolean }
  | { readonly kind: 'outside' }
  | { readonly kind: 'gone' };

/** What /proc says about a running Go program, apart from its bytes. */
export interface ProcessFacts {
  readonly pid: number;
  /** The program itself, not the loader or wrapper that /proc/PID/exe may name. */
  readonly program: BinaryFacts;
  parent(): Parent;
  /** ld.so ignores LD_PRELOAD for it (AT_SECURE), and what made it so. */
  secureExecution(): Reading<'no' | 'setuid' | 'setgid' | 'file capabilities or a security module'>;
  /** May a tracer in this process's place use ptrace? */
  tracing(): Tracing;
  /** Whether the agent's library (`liboneagent*`) is mapped: loaded, which is not yet "deep monitored". */
  agentLoaded(): Reading<boolean>;
}

/** The facts about ptrace where a process runs (capabilities(7), seccomp(2), yama). */
export interface Tracing {
  /** CAP_SYS_PTRACE in the bounding set: whether anything started there can have it. */
  readonly capability: Reading<boolean>;
  /** 0 off, 1 strict, 2 filter (whose content nobody can read). */
  readonly seccomp: number | null;
  readonly kernel: { readonly major: number; readonly minor: number } | null;
  /** memfd_create is there: Linux ≥ 3.17, or a backport that /proc/kallsyms names. */
  readonly memfd: boolean | null;
  readonly container: boolean | null;
  /** yama's ptrace_scope; null without yama. */
  readonly yama: number | null;
}
