import type { PlannedBuild } from './planning.ts';
import { planLines } from './report/lines.ts';
import { say } from './say.ts';

/** Says what the plan overrules, warns of and refuses. False: the build must not begin (D14). */
export function announce({ plan, settings: { mode, onFail, log } }: PlannedBuild): boolean {
  const { changes, warnings, refusals } = plan;
  if (mode === 'observe') say(planLines({ changes: [], warnings, refusals: [] }, log));
  else if (onFail === 'warn') say(planLines({ changes, warnings: [...warnings, ...refusals], refusals: [] }, log));
  else say(planLines(plan, log));
  return refusals.length === 0 || mode === 'observe' || onFail === 'warn';
}
