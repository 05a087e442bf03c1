import type { Outcome } from './finding.ts';
import type { Parent, ProcessFacts } from './process.ts';
import type { Rule } from './rule.ts';

/** Only for static programs under static monitoring: a dynamically linked one is injected by its own dynamic linker. */
export const dynamicParent: Rule = {
  id: 'dynamic-parent',
  title: 'started by a dynamically linked process',
  why:
    'A static program has no dynamic linker that would load the agent. The agent injects it from its parent, when the parent ' +
    'starts it; so the parent (a shell, a supervisor) must be dynamically linked, and started after static monitoring was switched on.',
  fix: 'start it from a dynamically linked parent (a shell, tini) and restart that parent after static monitoring was switched on',
  seed: 'S7',
  process: (process, { profile }) =>
    profile.staticMonitoring && isStatic(process) ? judgeParent(process.parent()) : null,
};

function isStatic({ program }: ProcessFacts): boolean {
  const interpreter = program.interpreter();
  return interpreter.ok && interpreter.value === null;
}

function judgeParent(parent: Parent): Outcome {
  if (parent.kind === 'outside')
    return doubt(
      'its parent is outside this PID namespace: whether that is dynamically linked cannot be seen',
      'ppid 0',
    );
  if (parent.kind === 'gone') return doubt('the process that started it is gone', 'no such parent');
  const { ancestor, original } = parent;
  const who = `${ancestor.exe || 'a program'} (pid ${ancestor.pid})`;
  if (!ancestor.dynamic.ok)
    return {
      verdict: 'unknown',
      message: `whether its parent, pid ${ancestor.pid}, is dynamically linked could not be read`,
      evidence: `${who}: ${ancestor.dynamic.why}`,
    };
  const linking = ancestor.dynamic.value ? 'dynamically linked' : 'static';
  if (!original && ancestor.pid !== 1)
    return doubt(`the process that started it is gone, ${who} has adopted it`, `pid ${ancestor.pid} is younger`);
  if (!ancestor.dynamic.value)
    return {
      verdict: 'fail',
      message: `its parent ${who} is static, so the agent cannot inject it`,
      evidence: `parent ${ancestor.pid}: no PT_INTERP`,
    };
  // PID 1 starts services and adopts orphans alike: the two cannot be told apart.
  const note = original ? '' : `its parent is PID 1, which may have adopted it; PID 1 is ${linking}`;
  return { verdict: 'pass', message: note, evidence: `parent ${who} is ${linking}` };
}

function doubt(message: string, evidence: string): Outcome {
  return { verdict: 'warn', message, evidence };
}
