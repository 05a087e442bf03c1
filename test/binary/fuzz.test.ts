// @slow: judges 10,000 mutated binaries
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reasonsAgainst, tracesIn } from '../../scripts/fuzz/oracle.ts';
import { fuzz } from '../../scripts/fuzz/run.ts';
import { loadSeeds } from '../../scripts/fuzz/seeds.ts';
import { render } from '../../scripts/fuzz/tally.ts';
import { loadProfile } from '../../src/profiles.ts';

const seeds = loadSeeds();
const passing = new Set(['external', 'internal', 'external PIE', 'musl']);

test('10,000 mutations: no crash, no hang, no read past bounds, no wrong pass', () => {
  const tally = fuzz(
    seeds,
    2026,
    Array.from({ length: 10_000 }, (_, number) => number),
  );
  assert.is(tally.violations.length, 0, render(tally));
  assert.ok(tally.pastHeader > tally.mutations / 2, render(tally));
});

test('the fuzzer knows by itself which seeds must not pass, and why', () => {
  for (const { name, bytes } of seeds) {
    const reasons = reasonsAgainst('pass', bytes, tracesIn(bytes));
    assert.is(reasons.length === 0, passing.has(name), `${name}: ${reasons.join('; ')}`);
  }
});

test('the fuzzer sees a judge that has lost a rule', () => {
  const profile = loadProfile('oneagent', '/');
  for (const rule of ['symbol-table', 'no-race', 'musl-internal-link', 'official-release'] as const) {
    const blind = { ...profile, rules: { ...profile.rules, [rule]: 'off' } } as const;
    const numbers = Array.from({ length: 300 }, (_, number) => number);
    assert.ok(fuzz(seeds, 1, numbers, { profile: blind }).violations.length > 0, rule);
  }
});

test('a mutation can be made again from its number', () => {
  const again = () => fuzz(seeds, 7, [4711]).table;
  assert.equal(again(), again());
});

test.run();
