import type { BinaryFacts } from '../binary/facts.ts';
import type { Outcome } from './finding.ts';
import type { Rule } from './rule.ts';
import { pass, unknown } from './shared/outcome.ts';

/** A file that was cut off can still show every table that the other rules read. */
export const wholeFile: Rule = {
  id: 'whole-file',
  title: 'a whole file',
  why:
    'A program that was cut off while it was copied crashes where its bytes end, whatever its tables say. A payload behind the program ' +
    '(an archive, a signature) does no harm.',
  fix: 'copy or build the file again',
  seed: '',
  verify: judgeExtent,
};

function judgeExtent(facts: BinaryFacts): Outcome {
  const appended = facts.appendedBytes();
  if (!appended.ok) return unknown(appended.why, appended.why);
  if (appended.value === 0) return pass(`${facts.size} bytes`);
  return pass(
    `${appended.value} of ${facts.size} bytes`,
    `${appended.value} bytes are appended to the program; they do no harm`,
  );
}
