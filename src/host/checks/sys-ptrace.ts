import { judgeTracing } from '../../rules/shared/tracing.ts';
import { readText } from '../reading.ts';
import { readTracing } from '../tracing.ts';
import { type Check, ok, problem, unknown } from './check.ts';

export const sysPtrace: Check = {
  id: 'sys-ptrace',
  why: 'static monitoring traces the starting program; a container may forbid that',
  run: ({ root, env, profile, agentVersion }) => {
    const tracing = readTracing(readText(`${root}/proc/self/status`), { root, environment: env });
    const { verdict, message, evidence } = judgeTracing(tracing, profile, agentVersion);
    const fact = message === '' ? evidence : `${message} (${evidence})`;
    if (!profile.staticMonitoring) return ok(`not needed by profile ${profile.name}; ${fact}`);
    if (verdict === 'pass') return ok(fact);
    return verdict === 'fail'
      ? problem(fact, 'docker run --cap-add=SYS_PTRACE …')
      : unknown(fact, 'docker run --cap-add=SYS_PTRACE …');
  },
};
