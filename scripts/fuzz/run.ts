import type { BinaryFacts } from '../../src/binary/facts.ts';
import { openSource } from '../../src/binary/open.ts';
import { loadProfile, type Profile } from '../../src/profiles.ts';
import { judge, verdictOf } from '../../src/rules/judge.ts';
import type { VerifySurroundings } from '../../src/rules/rule.ts';
import { whyNot } from '../../test/support/all-facts.ts';
import { type Mutation, mutate, prepare, type Target } from './mutate.ts';
import { reasonsAgainst, type SeedTraces, tracesIn } from './oracle.ts';
import { Random } from './random.ts';
import type { Seed } from './seeds.ts';

export type FuzzVerdict = 'pass' | 'warn' | 'fail' | 'unknown' | 'not-go' | 'malformed' | 'not-elf';

export interface Violation {
  /** Of the mutation: `--seed S --only NUMBER` makes it again. */
  readonly number: number;
  readonly seed: string;
  readonly structure: string;
  readonly what: string;
}

export interface Tally {
  readonly mutations: number;
  /** Mutated structure → verdict → count. */
  readonly table: Readonly<Record<string, Partial<Record<FuzzVerdict, number>>>>;
  /** Files whose ELF header was still taken. */
  readonly pastHeader: number;
  /** A seed that fails, judged pass or warn once its cause was really gone. */
  readonly causeGone: number;
  readonly slowest: { readonly milliseconds: number; readonly number: number };
  readonly violations: readonly Violation[];
}

export interface FuzzOptions {
  readonly progress?: (number: number, violations: readonly Violation[]) => void;
  readonly profile?: Profile;
}

/** Every fourth file is asked for all facts, the others for those that the rules ask. */
const askAllEvery = 4;
/** Milliseconds of processor time one file may take. */
const limit = 1000;

interface Prepared extends Target {
  readonly name: string;
  readonly fails: boolean;
  readonly traces: SeedTraces;
}

/**
 * Judges `numbers`' mutations by the strict profile. `progress` is told each number before its file is opened, and
 * the violations so far.
 */
export function fuzz(
  seeds: readonly Seed[],
  seed: number,
  numbers: Iterable<number>,
  { progress = () => {}, profile = loadProfile('oneagent', '/') }: FuzzOptions = {},
): Tally {
  const around: VerifySurroundings = { profile, agentVersion: null, runtime: null };
  const targets = seeds.flatMap(({ name, bytes, weight }): readonly Prepared[] => {
    const fails = verdict(bytes, around, true) === 'fail';
    return Array(weight).fill({ ...prepare(bytes), name, fails, traces: tracesIn(bytes) });
  });
  const table: Record<string, Partial<Record<FuzzVerdict, number>>> = {};
  const violations: Violation[] = [];
  const slowest = { milliseconds: 0, number: 0 };
  let mutations = 0;
  let pastHeader = 0;
  let causeGone = 0;
  for (const number of numbers) {
    const random = new Random(seed, number);
    const target = targets[random.below(targets.length)];
    if (target === undefined) throw new Error('Assertion failed: no seeds');
    const mutation = mutate(target, random);
    const violate = (what: string): void => {
      violations.push({ number, seed: target.name, structure: mutation.structure, what });
    };
    progress(number, violations);
    const bytes = sized(target.bytes, mutation);
    const started = processorTime();
    const answer = answerFor(bytes, around, number % askAllEvery === 0, violate);
    const milliseconds = processorTime() - started;
    if (milliseconds > slowest.milliseconds) Object.assign(slowest, { milliseconds, number });
    if (milliseconds > limit) violate(`took ${milliseconds.toFixed()} ms`);
    if (answer === 'pass' || answer === 'warn') {
      const reasons = reasonsAgainst(answer, bytes, target.traces);
      if (reasons.length > 0) violate(`${answer}, although ${reasons.join('; ')}`);
      else if (target.fails) causeGone++;
    }
    mutation.undo();
    mutations++;
    if (answer !== 'malformed' && answer !== 'not-elf') pastHeader++;
    const row = table[mutation.structure] ?? {};
    table[mutation.structure] = { ...row, [answer]: (row[answer] ?? 0) + 1 };
  }
  return { mutations, table, pastHeader, causeGone, slowest, violations };
}

/** Milliseconds. Nothing here waits, and on a busy machine the clock would blame the wrong one. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function sized(bytes: Buffer, { size }: Mutation): Buffer {
  return size === bytes.length ? bytes : bytes.subarray(0, size);
}

function answerFor(
  bytes: Buffer,
  around: VerifySurroundings,
  askAll: boolean,
  violate: (what: string) => void,
): FuzzVerdict {
  try {
    return verdict(bytes, around, askAll);
  } catch (error) {
    violate(`threw ${error instanceof Error ? error.stack : String(error)}`);
    return 'unknown';
  }
}

function verdict(bytes: Buffer, around: VerifySurroundings, askAll: boolean): FuzzVerdict {
  const opened = openSource({
    size: bytes.length,
    read(offset, length) {
      const inside = Number.isSafeInteger(offset) && offset >= 0 && length >= 0 && offset + length <= bytes.length;
      if (!inside) throw new Error(`read past bounds: ${length} bytes at ${offset} of ${bytes.length}`);
      return bytes.subarray(offset, offset + length);
    },
  });
  if (opened.kind === 'not-elf') return 'not-elf';
  if (opened.kind !== 'elf') return 'malformed';
  if (askAll) whyNot(opened.facts);
  return judged(opened.facts, around);
}

function judged(facts: BinaryFacts, around: VerifySurroundings): FuzzVerdict {
  const isGo = facts.isGo();
  if (!isGo.ok) return 'unknown';
  return isGo.value ? verdictOf(judge(facts, around), { strict: false }) : 'not-go';
}
