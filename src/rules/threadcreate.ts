import type { BinaryFacts } from '../binary/facts.ts';
import type { Outcome } from './finding.ts';
import type { Rule } from './rule.ts';
import { pass } from './shared/outcome.ts';

/** A note, never a failure. The writer is linked in exactly where a profile can be looked up by name. */
export const threadcreate: Rule = {
  id: 'threadcreate',
  title: 'the threadcreate profile will have empty stacks',
  why:
    'In a monitored program the predefined pprof profile threadcreate shows empty stack traces. Nothing else is affected; this is a ' +
    'note on programs that can serve the profile.',
  fix: 'do not rely on the threadcreate profile of a monitored program',
  seed: 'S17',
  symbols: ['runtime/pprof.writeThreadCreate'],
  verify: note,
};

function note(facts: BinaryFacts): Outcome | null {
  if (facts.symbolTable().kind !== 'present') return null;
  const found = facts.definedSymbols(['runtime/pprof.writeThreadCreate']);
  return found.ok && found.value.size > 0
    ? pass(
        'runtime/pprof.writeThreadCreate in .symtab',
        'the threadcreate profile will have empty stacks while the agent is there',
      )
    : null;
}
