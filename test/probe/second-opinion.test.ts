// @slow: builds every kind of binary
// A judge of readelf, nm and `go version -m` beside ours, over every binary that tests make.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BinaryFacts } from '../../src/binary/facts.ts';
import { openBinary } from '../../src/binary/open.ts';
import type { Finding } from '../../src/rules/finding.ts';
import { rules } from '../../src/rules/index.ts';
import { findingOf, judge } from '../../src/rules/judge.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { pass } from '../../src/rules/shared/outcome.ts';
import { type Kind, kinds, programsFor } from '../binary/kinds.ts';
import { judging } from '../rules/around.ts';
import { builtBinary } from '../support/binaries.ts';
import { everyBinary } from '../support/every-binary.ts';
import { need } from '../support/need.ts';
import { disagreements, opinionOf } from '../support/second-judge.ts';

need(
  test,
  'readelf',
  'nm',
  'go',
  'gcc',
)('both judges say the same of every binary', () => {
  const told: string[] = [];
  const asked = new Set<string>();
  for (const { name, kind, path } of everyBinary()) {
    const binary = path();
    withFacts(binary, facts => {
      const opinion = opinionOf(binary);
      for (const rule of opinion.keys()) asked.add(rule);
      const found = disagreements(opinion, judge(facts, judging()), kind !== null);
      told.push(...found.map(each => `${name}: ${each}`));
    });
  }
  assert.equal(told, []);
  assert.is(asked.size, 10);
});

/** A kind that violates each rule, and one that does not. */
const examples: Readonly<Record<string, readonly [bad: Kind, good: Kind]>> = {
  'gc-compiler': ['gccgo', 'external, glibc'],
  'official-release': ['release candidate', 'external, glibc'],
  'cgo-enabled': ['static, pure Go', 'external, glibc'],
  'no-static-cgo': ['static cgo', 'external, glibc'],
  'dynamic-linking': ['pure-Go PIE', 'external PIE'],
  'musl-internal-link': ['internal, musl', 'external, musl'],
  'no-linkshared': ['linkshared', 'external, glibc'],
  'no-race': ['race', 'internal, glibc'],
  'no-plugin': ['host of plugins', 'external, glibc'],
  'symbol-table': ['-s', '-w'],
};

for (const [id, [bad, good]] of Object.entries(examples)) {
  const all = need(test, 'readelf', 'nm', 'go', ...programsFor(bad), ...programsFor(good));
  all(`a broken ${id} is noticed, whether it passes everything or refuses everything`, () => {
    assert.equal(namesOf(bad, {}), []);
    assert.equal(namesOf(bad, { [id]: () => pass('broken') }), [id]);
    assert.equal(namesOf(good, {}), []);
    assert.equal(namesOf(good, { [id]: () => ({ verdict: 'fail', message: 'broken', evidence: '' }) }), [id]);
  });
}

/** Rules on which the judges disagree about a kind, when ours judges by other means. */
function namesOf(kind: Kind, broken: Readonly<Record<string, NonNullable<Rule['verify']>>>): readonly string[] {
  const binary = builtBinary(kinds[kind]);
  return withFacts(binary, facts => {
    const findings = rules.flatMap((rule): Finding[] => {
      const outcome = (broken[rule.id] ?? rule.verify)?.(facts, judging()) ?? [];
      return [outcome].flat().map(each => findingOf(rule, 'fail', each));
    });
    return disagreements(opinionOf(binary), findings, true).map(each => each.split(':')[0] ?? '');
  });
}

function withFacts<T>(binary: string, use: (facts: BinaryFacts) => T): T | [] {
  const opened = openBinary(binary);
  if (opened.kind !== 'elf') return [];
  try {
    return use(opened.facts);
  } finally {
    opened.close();
  }
}

test.run();
