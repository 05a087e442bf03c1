import type { Build, Edit } from '../golang/build.ts';
import { bracketed } from '../golang/origin.ts';
import type { Finding, Outcome } from './finding.ts';
import { findingOf, inForce } from './judge.ts';
import type { BuildSurroundings, Rule } from './rule.ts';

/** One thing the rewriting did. */
export interface Change {
  readonly rule: string;
  /** `-race dropped` */
  readonly what: string;
  readonly subject: string;
  readonly action: string;
  readonly from: Edit['from'];
  /** True when a wish of the user's was overruled: these are said, the others are not. */
  readonly overruled: boolean;
  /** Why, in words; empty where the action says all. */
  readonly because: string;
}

export interface Plan {
  /** What go is to be asked; the build as it came when there are refusals, since that is what GOSHIM_ON_FAIL=warn builds. */
  readonly build: Build;
  readonly changes: readonly Change[];
  readonly warnings: readonly Finding[];
  /** Not empty: the build must not begin, where it would write an output (whether it does is not asked here). */
  readonly refusals: readonly Finding[];
  /** Why the line is none of the profile's business (another GOOS, an architecture the agent does not have); else null. */
  readonly untouched: string | null;
  /** Refusals became warnings (`go install pkg@version`): what comes out is judged, and go's own exit code stands. */
  readonly softened?: true;
}

/**
 * Takes a line through every rule that the profile names, in the order of index.ts; asks nobody but `around`. By policy:
 * - `fix`: the rule's rewriting is done.
 * - `warn`, `fail`: its rewriting is thrown away whole. What it would have overruled is a warning, or a refusal; where it would
 *   have overruled nobody (the line never spoke of it), nothing is said here, and the output shows what came of it.
 * - `off`: not asked.
 * What cannot be rewritten away (`before`) is asked of the line as it will be run, and capped likewise: a fail is a refusal under
 * `fix` and `fail`, else a warning. `go install pkg@version` is refused nothing: a developer's tool must install, so its
 * refusals become warnings and it is built as asked.
 */
export function planBuild(build: Build, around: BuildSurroundings): Plan {
  const untouched = outsideOf(build, around);
  if (untouched !== null) return { build, changes: [], warnings: [], refusals: [], untouched };
  const { planned, changes, said } = rewriteAll(build, around);
  const warnings = said.filter(({ verdict }) => verdict !== 'fail');
  const refusals = said.filter(({ verdict }) => verdict === 'fail');
  if (refusals.length === 0) return { build: planned, changes, warnings, refusals, untouched };
  if (!isTool(build)) return { build, changes: [], warnings, refusals, untouched };
  const softened = said.map(
    (finding): Finding => (finding.verdict === 'fail' ? { ...finding, verdict: 'warn' } : finding),
  );
  return { build, changes: [], warnings: softened, refusals: [], untouched, softened: true };
}

/** Both walks through the rules: every rewriting, then what `before` says of the line as it will be run. */
export function rewriteAll(
  build: Build,
  around: BuildSurroundings,
): { readonly planned: Build; readonly changes: readonly Change[]; readonly said: readonly Finding[] } {
  let planned = build;
  const changes: Change[] = [];
  const said: Finding[] = [];
  const asked = inForce(around.profile);
  for (const { rule, policy } of asked) {
    const next = rule.rewrite?.(planned, around) ?? planned;
    const edits = next.edits.slice(planned.edits.length);
    if (policy === 'fix') {
      planned = next;
      changes.push(...edits.map(edit => changeOf(rule, edit)));
    } else {
      said.push(
        ...edits.filter(({ overruled }) => overruled).map(edit => findingOf(rule, policy, keptWish(rule, edit))),
      );
    }
  }
  for (const { rule, policy } of asked) {
    const outcome = rule.before?.(planned, around) ?? null;
    if (outcome !== null && outcome.verdict !== 'pass') said.push(findingOf(rule, policy, outcome));
  }
  return { planned, changes, said };
}

export function outsideOf({ goos, goarch }: Build, { profile }: BuildSurroundings): string | null {
  if (goos !== 'linux') return `GOOS=${goos}: goshim rewrites linux builds only`;
  if (profile.architectures === null || Object.hasOwn(profile.architectures, goarch)) return null;
  return `GOARCH=${goarch}: the agent has ${Object.keys(profile.architectures).join(', ')}`;
}

function isTool({ command, packages }: Build): boolean {
  return command === 'install' && packages.some(word => word.includes('@'));
}

function changeOf(rule: Rule, edit: Edit): Change {
  const { subject, action, from, overruled } = edit;
  return { rule: rule.id, what: `${subject} ${action}`, subject, action, from, overruled, because: reason(rule, edit) };
}

function keptWish(rule: Rule, edit: Edit): Outcome {
  const because = reason(rule, edit);
  return {
    verdict: 'fail',
    message: `${edit.subject} ${bracketed(edit.from)} ${because ? `kept: ${because}` : 'kept'}`,
    evidence: edit.subject,
  };
}

function reason(rule: Rule, edit: Edit): string {
  return rule.becauseOf?.(edit) ?? rule.because ?? '';
}
