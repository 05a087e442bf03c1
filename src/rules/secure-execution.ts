import type { Outcome } from './finding.ts';
import type { Rule } from './rule.ts';
import { pass, unknown, warn } from './shared/outcome.ts';
import type { ProcessFacts } from './shared/process.ts';

/**
 * ld.so(8): in secure-execution mode (AT_SECURE) LD_PRELOAD entries with a slash are ignored. Measured with glibc and musl: the
 * program runs as if nothing were preloaded, silently.
 */
export const secureExecution: Rule = {
  id: 'secure-execution',
  title: 'started in a way that lets the dynamic linker load the agent',
  why:
    'For setuid, setgid and file-capability programs the dynamic linker ignores LD_PRELOAD, and says nothing: the program runs, ' +
    'exit code and output unchanged, and the agent is not in it.',
  fix: 'take the file capability or the setuid bit off and give the service the capability instead (systemd AmbientCapabilities=, a port above 1023)',
  seed: 'S3',
  process: judgeExecution,
};

function judgeExecution(process: ProcessFacts): Outcome | null {
  const interpreter = process.program.interpreter();
  if (!interpreter.ok || interpreter.value === null) return null;
  const secure = process.secureExecution();
  if (!secure.ok)
    return unknown(
      'whether the dynamic linker ignores LD_PRELOAD for it could not be read',
      `/proc/${process.pid}/auxv: ${secure.why}`,
    );
  if (secure.value === 'no') return pass('AT_SECURE is 0');
  const loaded = process.agentLoaded();
  if (loaded.ok && loaded.value) return pass('AT_SECURE is 1', `${secure.value}, and the agent is loaded all the same`);
  return warn(`runs in secure-execution mode (${secure.value}): LD_PRELOAD is silently ignored`, 'AT_SECURE is 1');
}
