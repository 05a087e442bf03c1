import type { Build } from '../../golang/build.ts';
import type { Finding, Verdict } from '../finding.ts';
import { findingOf, inForce } from '../judge.ts';
import { outsideOf, rewriteAll } from '../plan.ts';
import type { BuildSurroundings, Rule } from '../rule.ts';

/**
 * Judges a build line whose output nobody will see: what the rules would overrule on the line as it was asked, what they would
 * refuse of it as it would be run, and what a rule knows of a line beyond that (`Rule.line`). At most one finding a rule, the
 * gravest; a rule without one passes or does not apply, as all do for other systems than Linux. With `isShimmed` the line is judged as the planner rewrites it.
 */
export function judgeLine(asked: Build, around: BuildSurroundings, isShimmed = false): readonly Finding[] {
  if (asked.goos !== 'linux') return [];
  // What no agent is made for the shim leaves as it is.
  const isRewritten = isShimmed && outsideOf(asked, around) === null;
  const { planned } = rewriteAll(asked, around);
  const judged = isRewritten ? planned : asked;
  return inForce(around.profile).flatMap(({ rule, policy }) => {
    const outcomes = [
      ...(isRewritten ? [] : overruledBy(rule, asked, around)),
      rule.before?.(planned, around) ?? null,
      rule.line?.(judged, around) ?? null,
    ].filter(outcome => outcome !== null);
    const gravest = outcomes
      .map(outcome => findingOf(rule, policy, outcome))
      .reduce<Finding | undefined>(
        (worst, each) => (worst === undefined || gravity[each.verdict] > gravity[worst.verdict] ? each : worst),
        undefined,
      );
    return gravest === undefined || gravest.verdict === 'pass' ? [] : [gravest];
  });
}

/** The wishes that a rule overrules on this very line, whatever other rules would have made of it before. */
function overruledBy(rule: Rule, asked: Build, around: BuildSurroundings) {
  const rewritten = rule.rewrite?.(asked, around) ?? asked;
  return rewritten.edits
    .slice(asked.edits.length)
    .filter(({ overruled }) => overruled)
    .map(edit => {
      const because = rule.becauseOf?.(edit) ?? rule.because ?? '';
      const message = `${edit.subject} (${edit.from})${because === '' ? '' : `: ${because}`}`;
      return { verdict: 'fail' as const, message, evidence: edit.subject };
    });
}

const gravity: Readonly<Record<Verdict, number>> = { pass: 0, warn: 1, unknown: 2, fail: 3 };
