import type { Profile } from '../../profiles.ts';
import type { Outcome } from '../finding.ts';
import { fail, pass, unknown } from './outcome.ts';
import type { Tracing } from './process.ts';
import { isNewer } from './versions.ts';

/**
 * Whether static monitoring may trace (S8). CAP_SYS_PTRACE is not the whole answer: Docker's default set does not hold it, and since
 * 19.03 the default seccomp profile lets ptrace(2) through on Linux ≥ 4.8 all the same. Newer agents (`memfdSince`) use memfd_create.
 */
export function judgeTracing(tracing: Tracing, { memfdSince }: Profile, agentVersion: string | null): Outcome {
  const { capability, seccomp, kernel, memfd, container, yama } = tracing;
  const newAgent = agentVersion !== null && memfdSince !== undefined && !isNewer(memfdSince, agentVersion);
  if (newAgent && memfd === true) return pass(`agent ${agentVersion} uses memfd_create, which this kernel has`);
  if (yama === 3) return fail('yama forbids ptrace on this machine', 'kernel.yama.ptrace_scope = 3');
  if (container === false) return pass('not in a container');
  if (!capability.ok) return unknown('whether SYS_PTRACE is there could not be read', capability.why);
  if (capability.value) return pass('CAP_SYS_PTRACE is in the bounding set');
  const evidence = `CapBnd without bit 19, Seccomp ${seccomp ?? '?'}, Linux ${kernel === null ? '?' : `${kernel.major}.${kernel.minor}`}`;
  if (seccomp === 0) return pass('no seccomp filter: ptrace between processes of one user is allowed');
  if (kernel !== null && (kernel.major < 4 || (kernel.major === 4 && kernel.minor < 8)))
    return fail('no SYS_PTRACE, and on Linux before 4.8 container runtimes block ptrace', evidence);
  return unknown(
    "no SYS_PTRACE; from Docker 19.03 the default seccomp profile lets ptrace through, and the runtime's version is not visible",
    evidence,
  );
}
