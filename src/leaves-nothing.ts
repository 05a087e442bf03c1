import type { Workshop } from './building.ts';
import { writesNothing, writesOutput } from './golang/outputs.ts';
import { mainsListed } from './mains-listed.ts';
import type { PlannedBuild } from './planning.ts';
import { withChanges } from './process/with-changes.ts';

/**
 * Whether a line leaves nothing behind that an agent could meet, so that go gets it as it stands (D13): a rewriting would show, in
 * what `-n` prints or in a line about a wish. Where the words do not tell (no `-o`), go is asked for the main packages; not, where
 * there is nothing to be said, since a rewriting that nobody sees costs less than the question.
 */
export function leavesNothing({ plan, asked, settings }: PlannedBuild, workshop: Workshop): boolean {
  if (writesNothing(asked)) return true;
  const overruled = plan.changes.some(change => change.overruled);
  if (settings.mode === 'observe' || (plan.refusals.length === 0 && !overruled)) return false;
  const named = asked.command === 'build' && (asked.flag('o')?.value ?? '') !== '';
  if (named && plan.refusals.length === 0) return false;
  // With cgo off go may see no file of a package that the rewritten line builds.
  const environment = withChanges(workshop.environment, plan.build.envChanges());
  return !writesOutput(asked, mainsListed(plan.build, { ...workshop, environment }) ?? undefined);
}
