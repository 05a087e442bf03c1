import type { Profile } from '../profiles.ts';
import { ownRules } from '../report/entries.ts';
import { stringify } from '../report/json.ts';
import { rules } from '../rules/index.ts';
import type { Rule } from '../rules/rule.ts';
import { UsageError } from '../usage-error.ts';
import type { Io } from './command.ts';
import { readFormat } from './format.ts';
import { judgingFor } from './judging.ts';
import { didYouMean } from './nearest.ts';
import { readOptions } from './options.ts';

/** `goshim explain [RULE]`: what a rule wants, why, and what mends it; without RULE all of them, a line each. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = readOptions(argv, 'explain');
  const format = readFormat(options);
  const [name, ...more] = options.words;
  if (more.length > 0) throw new UsageError('explain: one rule at a time');
  const { profile } = judgingFor(options, io);
  if (name === undefined) {
    io.stdout.write(format === 'json' ? jsonOf(rules, profile) : list(profile));
    return 0;
  }
  const rule = [...rules, ...ownRules].find(({ id }) => id === name);
  if (rule === undefined) {
    const ids = rules.map(({ id }) => id);
    throw new UsageError(`explain: there is no rule "${name}".${didYouMean(name, ids)} There are ${ids.join(', ')}`);
  }
  io.stdout.write(format === 'json' ? jsonOf([rule], profile) : one(rule, profile));
  return 0;
}

type Words = Pick<Rule, 'id' | 'title' | 'why' | 'fix'> & Partial<Rule>;

function list(profile: Profile): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules.map(({ id, title }) => `${id.padEnd(width)}  ${policyOf(id, profile).padEnd(4)}  ${title}\n`).join('');
}

function one(rule: Words, profile: Profile): string {
  return `${rule.id}: ${rule.title}\n\n${rule.why}\n\nfix: ${rule.fix}\nin profile ${profile.name}: ${policyWords[policyOf(rule.id, profile)]}\n`;
}

const policyWords = {
  fix: 'fix (the shim rewrites it away; an output that still shows it fails)',
  fail: 'fail (refused)',
  warn: 'warn (left as it is, and said)',
  off: 'off (not asked)',
} as const;

function policyOf(id: string, profile: Profile): keyof typeof policyWords {
  if (ownRules.some(rule => rule.id === id)) return 'fail';
  return Object.hasOwn(profile.rules, id) ? (profile.rules[id] ?? 'off') : 'off';
}

function jsonOf(some: readonly Words[], profile: Profile): string {
  const entries = some.map(({ id, title, why, fix, seed }) => ({
    rule: id,
    title,
    why,
    fix,
    policy: policyOf(id, profile),
    ...(seed === undefined ? {} : { seed }),
  }));
  return `${stringify({ schema: 'goshim.explain/1', profile: profile.name, rules: entries }, 2)}\n`;
}
