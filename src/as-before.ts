import { type KeptLine, recallLine } from './kept-line.ts';
import { recallVerdict } from './kept-verdict.ts';
import { lookAt, wroteTo } from './named-output.ts';
import { type Handover, userEnvironment } from './process/handover.ts';
import { unreadable } from './process/raw.ts';
import { type Ended, runGo } from './process/run.ts';
import { keepIgnored } from './process/signals.ts';
import { withChanges } from './process/with-changes.ts';

/** What a build came to that was run as it had been planned before; `passed`: its output is the one that passed before. */
export interface AsBefore {
  readonly ended: Ended;
  readonly passed: boolean;
  readonly outputs: ReturnType<typeof wroteTo>;
}

/**
 * The short way of a build that is run again and again: no planning, and no judging where go finds everything up to date. null, with
 * nothing done yet, where something is new.
 */
export async function buildAsBefore(handover: Handover): Promise<AsBefore | null> {
  if (unreadable() !== null) return null;
  const environment = userEnvironment(handover);
  const { go, argv } = handover;
  const line = recallLine({ real: go, argv, environment, cwd: process.cwd() });
  const named = line === null ? null : lookAt(line.output, environment);
  if (line === null || named === null) return null;
  keepIgnored(handover.inherited.ignored);
  const ended = await runGo(go, line.argv, withChanges(environment, line.changes), handover);
  const outputs = ended.code === 0 ? wroteTo(named) : null;
  return { ended, outputs, passed: outputs !== null && passedBefore(line, environment) };
}

function passedBefore({ output, name, around }: KeptLine, environment: NodeJS.ProcessEnv): boolean {
  return recallVerdict({ path: output, name, around, environment }) !== null;
}
