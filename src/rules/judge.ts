import type { BinaryFacts } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import type { Policy, Profile } from '../profiles.ts';
import type { Finding, Outcome, Verdict } from './finding.ts';
import { rules } from './index.ts';
import type { Rule, VerifySurroundings } from './rule.ts';
import { lookUpAtOnce } from './shared/look-up.ts';

/**
 * Every finding about one Go binary, passes included, in the order of index.ts, each capped by its rule's policy: under `warn` a
 * fail is a warning. Unknown stays unknown under every policy but `off`: it says what was seen, not how bad it is.
 */
export function judge(facts: BinaryFacts, around: VerifySurroundings): Finding[] {
  const asked = inForce(around.profile);
  const seen = lookUpAtOnce(
    facts,
    asked.flatMap(({ rule }) => rule.symbols ?? []),
  );
  return asked.flatMap(({ rule, policy }) => {
    const outcome = rule.verify?.(seen, around) ?? [];
    return [outcome].flat().map(each => findingOf(rule, policy, each));
  });
}

/** What has to be known about an output whose build overruled something (`app needs …`), as passing findings with a message. */
export function afterBuild(facts: BinaryFacts, build: Build, name: string, profile: Profile): Finding[] {
  return inForce(profile).flatMap(({ rule, policy }) => {
    const outcome = rule.after?.(facts, build, name) ?? null;
    return outcome === null ? [] : [findingOf(rule, policy, outcome)];
  });
}

/** A fail before an unknown before a warning; accepted findings do not count. `strict`: a warning is a fail. */
export function verdictOf(findings: readonly Finding[], { strict }: { readonly strict: boolean }): Verdict {
  const verdicts = new Set(findings.filter(({ accepted }) => accepted === undefined).map(({ verdict }) => verdict));
  if (verdicts.has('fail') || (strict && verdicts.has('warn'))) return 'fail';
  return verdicts.has('unknown') ? 'unknown' : verdicts.has('warn') ? 'warn' : 'pass';
}

/**
 * An outcome as the user is told it, capped by the policy. The rule's fix mends what was seen to be wrong; where nothing was
 * seen only the outcome's own says something.
 */
export function findingOf(rule: Rule, policy: Policy, { verdict, message, evidence, fix }: Outcome): Finding {
  const capped = policy === 'warn' && verdict === 'fail' ? 'warn' : verdict;
  const mends = capped === 'warn' || capped === 'fail' ? (fix ?? rule.fix) : capped === 'unknown' ? (fix ?? '') : '';
  return { rule: rule.id, verdict: capped, message, evidence, fix: mends };
}

/** The rules that a profile asks, each with its policy. */
export function inForce(profile: Profile): readonly { readonly rule: Rule; readonly policy: Policy }[] {
  return rules.flatMap(rule => {
    const policy = profile.rules[rule.id] ?? 'off';
    return policy === 'off' ? [] : [{ rule, policy }];
  });
}
