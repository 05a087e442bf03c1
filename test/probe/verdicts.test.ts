// @slow: builds and runs every kind of binary
// The probe against the judge, over every binary that tests make and this machine can start.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openBinary } from '../../src/binary/open.ts';
import type { Finding } from '../../src/rules/finding.ts';
import { rules } from '../../src/rules/index.ts';
import { judge, verdictOf } from '../../src/rules/judge.ts';
import { judging } from '../rules/around.ts';
import { everyBinary } from '../support/every-binary.ts';
import { need } from '../support/need.ts';
import { isForProbe, type Probed, runProbe } from '../support/probe.ts';

interface Met {
  readonly name: string;
  /** Made as toolchains make them, rather than to deceive or to be broken. */
  readonly natural: boolean;
  readonly findings: readonly Finding[];
  readonly probed: Probed;
}

let all: readonly Met[] | null = null;

function met(): readonly Met[] {
  all ??= everyBinary().flatMap(({ name, kind, path }) => {
    const binary = path();
    const opened = openBinary(binary);
    if (opened.kind !== 'elf' || !isForProbe(binary)) return [];
    const findings = judge(opened.facts, judging());
    opened.close();
    const probed = runProbe(binary);
    return probed.bare === 'exit 0' ? [{ name, natural: kind !== null, findings, probed }] : [];
  });
  return all;
}

need(
  test,
  'gcc',
  'musl-gcc',
)('what passes carries the probe', () => {
  const passing = met().filter(({ findings }) => ['pass', 'warn'].includes(verdictOf(findings, { strict: false })));
  assert.ok(passing.length >= 15, `${passing.length} passing binaries`);
  for (const { name, probed } of passing) assert.ok(probed.carried, `${name} passes, but: ${probed.symptom}`);
});

need(
  test,
  'gcc',
  'musl-gcc',
)("what fails and carries the probe all the same fails by the agent's policy, and is told so", () => {
  const policy = met().filter(
    ({ natural, findings, probed }) => natural && probed.carried && failing(findings).length > 0,
  );
  assert.ok(policy.length >= 5, `${policy.length} binaries that are refused by policy`);
  for (const { name, findings } of policy) {
    const words = failing(findings).map(
      ({ rule, message }) => `${message} ${rules.find(({ id }) => id === rule)?.why}`,
    );
    assert.ok(
      words.some(each => /policy/.test(each)),
      `${name} carries the probe, and nothing that fails calls it the agent's policy: ${words.join(' | ')}`,
    );
  }
});

function failing(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ verdict }) => verdict === 'fail');
}

test.run();
