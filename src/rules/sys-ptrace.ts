import type { Outcome } from './finding.ts';
import type { Rule } from './rule.ts';
import type { ContainerSecurity } from './shared/place.ts';
import { judgeTracing } from './shared/tracing.ts';

/**
 * Only for static monitoring. Docker never grants CAP_SYS_PTRACE by itself; since 19.03 (moby/moby#38137) its seccomp
 * profile lets ptrace(2) through on kernel ≥ 4.8. Kubernetes: pod-security-standards, seccomp reference.
 */
export const sysPtrace: Rule = {
  id: 'sys-ptrace',
  title: 'started where the agent may trace it',
  why:
    'Static monitoring traces the starting program with ptrace(2). A container may do that with the capability ' +
    'SYS_PTRACE, or, for processes of the same user, where the seccomp profile lets ptrace through: the default from ' +
    'Docker 19.03 on Linux 4.8.',
  fix: 'docker run --cap-add=SYS_PTRACE; cap_add: [SYS_PTRACE]; securityContext.capabilities.add: ["SYS_PTRACE"]',
  seed: 'S8',
  container: (container, profile) => (profile.staticMonitoring ? judgeContainer(container) : null),
  process: ({ program, tracing }, { profile, agentVersion }) => {
    const interpreter = program.interpreter();
    const isStatic = interpreter.ok && interpreter.value === null;
    return profile.staticMonitoring && isStatic ? judgeTracing(tracing(), profile, agentVersion) : null;
  },
};

function judgeContainer(container: ContainerSecurity): Outcome {
  const { name, engine, podSecurity } = container;
  const granted = container.privileged === true ? 'privileged' : capabilityOf(container);
  const fix = fixes[engine];
  if (granted !== undefined && (podSecurity === 'baseline' || podSecurity === 'restricted'))
    return {
      verdict: 'fail',
      message: `${name}: Pod Security enforces ${podSecurity} in this namespace and will refuse the pod (${granted})`,
      evidence: `pod-security.kubernetes.io/enforce: ${podSecurity}`,
      fix: 'run it in a namespace whose pod-security.kubernetes.io/enforce is privileged',
    };
  if (granted !== undefined)
    return {
      verdict: 'pass',
      message:
        engine === 'kubernetes'
          ? `${name}: ${granted}; namespaces that enforce Pod Security baseline or restricted refuse it`
          : '',
      evidence: granted,
    };
  if (container.unresolved !== '' || container.privileged === 'unknown')
    return {
      verdict: 'unknown',
      message: `${name}: ${container.unresolved || 'privileged'} is not known before it is rendered`,
      evidence: container.unresolved,
      fix,
    };
  const { seccomp } = container;
  if (seccomp.kind === 'file') return judgeProfile(container, seccomp);
  return { verdict: 'unknown', message: `${name}: ${doubt(container)}`, evidence: evidenceOf(container), fix };
}

/**
 * What grants it. Out of ALL both engines take what is dropped by name (moby oci/caps, TweakCapabilities); a capability that
 * is added and dropped stays with Docker, while Kubernetes' runtimes drop last (containerd internal/cri/opts).
 */
function capabilityOf({ engine, added, dropped }: ContainerSecurity): string | undefined {
  const isTaken = dropped.some(each => each === 'SYS_PTRACE' || /[${]/.test(each));
  return added.find(each =>
    each === 'ALL' ? !isTaken : each === 'SYS_PTRACE' && !(isTaken && engine === 'kubernetes'),
  );
}

function judgeProfile(container: ContainerSecurity, seccomp: ContainerSecurity['seccomp'] & { kind: 'file' }): Outcome {
  const { name, engine } = container;
  const evidence = `seccomp profile ${seccomp.path}`;
  const fix = fixes[engine];
  if (seccomp.ptrace === 'denied')
    return { verdict: 'fail', message: `${name}: the seccomp profile ${seccomp.path} denies ptrace`, evidence, fix };
  if (seccomp.ptrace === 'unknown')
    return {
      verdict: 'unknown',
      message: `${name}: the seccomp profile ${seccomp.path} ${seccomp.why}`,
      evidence,
      fix,
    };
  if (isDropped(container))
    return { verdict: 'unknown', message: `${name}: ${doubt(container)}`, evidence: evidenceOf(container), fix };
  return { verdict: 'pass', message: '', evidence: `${evidence} allows ptrace` };
}

function doubt(container: ContainerSecurity): string {
  const wrong = container.engine === 'kubernetes' ? container.added.find(each => each === 'CAP_SYS_PTRACE') : undefined;
  if (wrong !== undefined) return `Kubernetes names capabilities without CAP_, so ${wrong} grants nothing`;
  if (container.seccomp.kind === 'runtime-default')
    return "no SYS_PTRACE, and whether RuntimeDefault lets ptrace through depends on the runtime's version";
  // No filter is in the way, whichever version the engine has; whether what is left of ptrace is enough, nobody has said.
  if (container.seccomp.kind === 'unconfined')
    return `${isDropped(container) ? 'the capability is dropped' : 'SYS_PTRACE is not given'}; unconfined by seccomp, ptrace reaches processes of the same user only`;
  const where =
    container.engine === 'docker'
      ? 'from Docker 19.03 on Linux 4.8 the default seccomp profile lets ptrace through'
      : "without a seccomp profile ptrace is let through, with the runtime's it depends on its version (Docker 19.03 and Linux 4.8)";
  return isDropped(container)
    ? `the capability is dropped; ${where}, for processes of the same user only`
    : `SYS_PTRACE is not given; ${where}`;
}

function isDropped({ dropped }: ContainerSecurity): boolean {
  return dropped.includes('ALL') || dropped.includes('SYS_PTRACE');
}

function evidenceOf(container: ContainerSecurity): string {
  return isDropped(container) ? `drops ${container.dropped.join(', ')}` : 'no SYS_PTRACE';
}

const fixes = {
  docker: 'cap_add: [SYS_PTRACE]',
  kubernetes: 'securityContext.capabilities.add: ["SYS_PTRACE"]',
} as const;
