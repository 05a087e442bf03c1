import { unknownBase } from '../bases.ts';
import { findGo } from '../go/find-go.ts';
import { type GoLine, noModule, takeDown } from '../go/go-line.ts';
import type { Machine } from '../machine.ts';
import type { Word } from '../shell/words.ts';
import type { Evaluation } from './evaluate.ts';
import type { StageState } from './stage-state.ts';
import type { Stage } from './stages.ts';

/** The line of a build that nobody can see: whatever it says, by whichever Go, where the file has one. */
export function unseenLine(evaluation: Evaluation, target: Stage, state: StageState, at: number): GoLine {
  const why = 'unknown';
  const shell = evaluation.shell(target, state);
  const hole = { source: why, quoted: false };
  const words: Word[] = ['go', 'build'].map(text => ({ text: [text], at, range: null, raw: text, source: null }));
  words.push({ text: [hole], at, range: null, raw: '', source: null });
  const machine = builderIn(evaluation) ?? shell.machine;
  const line = takeDown(words, shell, evaluation.place(target), noModule, findGo(words[0], shell), machine);
  const environment = new Map(line.environment);
  environment.set('CGO_ENABLED', { text: [hole], at, by: '', range: null });
  return { ...line, environment, shim: null, go: unknownBase('', why), compiler: 'present', headers: 'present' };
}

/** The machine of the stage that has a Go, for what such a build could be. */
function builderIn(evaluation: Evaluation): Machine | null {
  for (const stage of evaluation.evaluated) {
    const machine = evaluation.stage(stage)?.machine.current;
    if (machine !== undefined && machine.base.go !== 'none' && machine.base.isKnown) return machine;
  }
  return null;
}
