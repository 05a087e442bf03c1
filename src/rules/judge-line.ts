import type { Build } from '../golang/build.ts';
import type { Finding, Verdict } from './finding.ts';
import { findingOf, inForce } from './judge.ts';
import { outsideOf, rewriteAll } from './plan.ts';
import type { BuildSurroundings } from './rule.ts';

/**
 * Judges a build line whose output nobody will see: what the planner would overrule or refuse is what is wrong with it, and
 * rules that know more of a line as it was asked say that (`Rule.line`). At most one finding a rule, the gravest; a rule
 * without one passes or does not apply. With `isShimmed` the line is judged as the planner rewrites it.
 */
export function judgeLine(asked: Build, around: BuildSurroundings, isShimmed = false): readonly Finding[] {
  if (outsideOf(asked, around) !== null) return [];
  const { planned, changes, said } = rewriteAll(asked, around);
  const judged = isShimmed ? planned : asked;
  return inForce(around.profile).flatMap(({ rule, policy }) => {
    const own = rule.line?.(judged, around) ?? null;
    const overruled = isShimmed ? [] : changes.filter(change => change.rule === rule.id && change.overruled);
    const found: readonly Finding[] = [
      ...overruled.map(({ subject, from, because }) =>
        findingOf(rule, policy, {
          verdict: 'fail',
          message: `${subject} (${from})${because === '' ? '' : `: ${because}`}`,
          evidence: subject,
        }),
      ),
      ...said.filter(finding => finding.rule === rule.id),
      ...(own === null ? [] : [findingOf(rule, policy, own)]),
    ];
    const gravest = found.reduce<Finding | undefined>(
      (worst, each) => (worst === undefined || gravity[each.verdict] > gravity[worst.verdict] ? each : worst),
      undefined,
    );
    return gravest === undefined || gravest.verdict === 'pass' ? [] : [gravest];
  });
}

const gravity: Readonly<Record<Verdict, number>> = { pass: 0, warn: 1, unknown: 2, fail: 3 };
