import type { BinaryFacts, Reading } from '../../binary/facts.ts';

/** The same facts, whose look-ups of these symbols walk the string table once, when the first of them is made. */
export function lookUpAtOnce(facts: BinaryFacts, names: readonly string[]): BinaryFacts {
  const all = [...new Set(names)];
  let known: Reading<ReadonlySet<string>> | null = null;
  return {
    ...facts,
    definedSymbols(wanted) {
      if (!wanted.every(name => all.includes(name))) return facts.definedSymbols(wanted);
      known ??= facts.definedSymbols(all);
      const found = known;
      return found.ok ? { ok: true, value: new Set(wanted.filter(name => found.value.has(name))) } : found;
    },
  };
}
