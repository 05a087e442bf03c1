import { posix } from 'node:path';
import type { Origin } from '../files.ts';
import { runCommand } from '../shell/commands.ts';
import type { Shell, World } from '../shell/shell.ts';
import { type Word, wordOf } from '../shell/words.ts';
import { known } from '../text.ts';
import { type Evaluation, jsonWords } from './evaluate.ts';
import { type StageState, systemPath } from './stage-state.ts';
import type { Stage } from './stages.ts';

/** What a container of the image starts. */
export type Started =
  | { readonly kind: 'program'; readonly path: string; readonly origins: readonly Origin[]; readonly at: number }
  | { readonly kind: 'go run'; readonly words: readonly Word[]; readonly shell: Shell; readonly at: number }
  /** A script that may start anything. */
  | { readonly kind: 'script'; readonly at: number }
  /** Something of the image's own, or nothing that the file says. */
  | { readonly kind: 'unsaid' };

/**
 * Follows ENTRYPOINT and CMD as the engine joins them, through shells, `exec`, `env`, tini and their like, to the file on PATH.
 * Several programs may be started by a shell form: each is one.
 */
export function findStarted(stage: Stage, state: StageState, evaluation: Evaluation): readonly Started[] {
  const { entrypoint, cmd } = state;
  const first = entrypoint ?? cmd;
  if (first === null) return [{ kind: 'unsaid' }];
  const met: Started[] = [];
  const start: NonNullable<World['start']> = (words, shell) => {
    const found = judgeProgram(words, shell, state, first.at);
    if (found !== null) met.push(found);
  };
  const shell = evaluation.shell(stage, state, start);
  const isScript = first.words === null;
  const before = state.machine.current;
  shell.machine = before.fork();
  if (isScript) shell.run(first.script);
  else {
    const more = entrypoint !== null && cmd !== null && entrypoint !== cmd ? cmd : null;
    const words = jsonWords(first.words ?? [], first.script);
    // A shell form of CMD reaches an exec ENTRYPOINT as `/bin/sh -c …`.
    const given =
      more === null
        ? []
        : more.words === null
          ? [
              plain('/bin/sh', more.at),
              plain('-c', more.at),
              { ...plain(more.script.text, more.at), source: more.script },
            ]
          : jsonWords(more.words, more.script);
    runCommand(shell, [...words, ...given]);
  }
  return met.length === 0 ? [{ kind: 'unsaid' }] : met;
}

function plain(text: string, at: number): Word {
  return { text: [text], at, range: null, raw: text, source: null };
}

function judgeProgram(words: readonly Word[], shell: Shell, state: StageState, at: number): Started | null {
  const [first, second] = words;
  const name = wordOf(first);
  if (first === undefined || name === null) return { kind: 'script', at };
  if (name.split('/').at(-1) === 'go' && wordOf(second) === 'run') return { kind: 'go run', words, shell, at };
  const path = findProgram(name, shell, state);
  if (path === null) return null;
  const origins = shell.machine.origins(path);
  if (origins.some(origin => origin.kind === 'context' && origin.isScript)) return { kind: 'script', at };
  // What the image brings of itself is not ours to judge.
  const base = shell.machine.base;
  if (origins.length > 0 && origins.every(origin => origin.kind === 'image' && origin.base === base && origin.at === 0))
    return null;
  return { kind: 'program', path, origins, at };
}

/** A name with a slash as a path; any other is looked for in PATH's directories. null: only the image can have it. */
function findProgram(name: string, shell: Shell, state: StageState): string | null {
  const { files } = shell.machine;
  if (name.includes('/')) return shell.path([name]);
  const path = known(state.environment().get('PATH')?.text ?? []) ?? systemPath;
  for (const directory of (path === '' ? systemPath : path).split(':')) {
    if (!directory.startsWith('/')) continue;
    const file = posix.join(directory, name);
    if (files.file(file) !== null) return file;
    if (files.find(file)?.some(({ kind }) => kind === 'build' || kind === 'hidden')) return file;
  }
  return null;
}
