import type { Outcome } from './finding.ts';
import type { Rule } from './rule.ts';
import { fail, pass, unknown, warn } from './shared/outcome.ts';
import type { Parent, ProcessFacts } from './shared/process.ts';

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
    return warn(
      'its parent is outside this PID namespace: whether that is dynamically linked cannot be seen',
      'ppid 0',
    );
  if (parent.kind === 'gone') return warn('the process that started it is gone', 'no such parent');
  const { ancestor, original } = parent;
  const who = `${ancestor.exe || 'a program'} (pid ${ancestor.pid})`;
  if (!original && ancestor.pid !== 1)
    return warn(`the process that started it is gone, ${who} has adopted it`, `pid ${ancestor.pid} is younger`);
  if (!ancestor.dynamic.ok) {
    const evidence = `${who}: ${ancestor.dynamic.why}`;
    // PID 1 starts services and adopts orphans alike: the two cannot be told apart.
    return original
      ? unknown(`whether its parent, pid ${ancestor.pid}, is dynamically linked could not be read`, evidence)
      : warn('its parent is PID 1, which may have adopted it and cannot be read', evidence);
  }
  if (!ancestor.dynamic.value)
    return fail(`its parent ${who} is static, so the agent cannot inject it`, `parent ${ancestor.pid}: no PT_INTERP`);
  const evidence = `parent ${who} is dynamically linked`;
  return original ? pass(evidence) : pass(evidence, 'its parent is PID 1, which may have adopted it');
}
