import { posix } from 'node:path';
import { isScript } from '../context.ts';
import type { Origin } from '../files.ts';
import { isSystem } from '../machine.ts';
import { isWithin } from '../paths.ts';
import { isOrdinary, runCommand } from '../shell/commands.ts';
import type { Shell, World } from '../shell/shell.ts';
import { type Word, wordOf } from '../shell/words.ts';
import { known } from '../text.ts';
import type { Evaluation } from './evaluate.ts';
import { jsonWords } from './exec-form.ts';
import { isInBin, isProgramPlace } from './origins.ts';
import { type StageState, systemPath } from './stage-state.ts';
import type { Stage } from './stages.ts';

/** What a container of the image starts. */
export type Started =
  | { readonly kind: 'program'; readonly path: string; readonly origins: readonly Origin[]; readonly at: number }
  | { readonly kind: 'go run'; readonly words: readonly Word[]; readonly shell: Shell; readonly at: number }
  /** A script that may start anything. */
  | { readonly kind: 'script'; readonly at: number };

/**
 * Follows ENTRYPOINT and CMD as the engine joins them, through shells, `exec`, `env`, tini and their like, to the file on PATH.
 * Several programs may be started by a shell form: each is one. Empty where nothing is said, or only what the image itself
 * brings is started.
 */
export function findStarted(stage: Stage, state: StageState, evaluation: Evaluation): readonly Started[] {
  const { entrypoint, cmd } = state;
  const first = entrypoint ?? cmd;
  if (first === null) return [];
  const met: Started[] = [];
  const start: NonNullable<World['start']> = (words, shell) => {
    met.push(...judgeProgram(words, shell, state, first.at, evaluation));
  };
  const shell = evaluation.shell(stage, state, start);
  shell.machine = state.machine.current.fork();
  if (first.words === null) shell.run(first.script);
  else {
    const more = entrypoint !== null && cmd !== null ? cmd : null;
    const words = jsonWords(first.words, first.script);
    runCommand(shell, [...words, ...(more === null ? [] : argumentsOf(more))]);
  }
  return met;
}

/** CMD as arguments of an exec ENTRYPOINT; its shell form gets there as `/bin/sh -c …`. */
function argumentsOf(cmd: NonNullable<StageState['cmd']>): readonly Word[] {
  if (cmd.words !== null) return jsonWords(cmd.words, cmd.script);
  const plain = (text: string): Word => ({ text: [text], at: cmd.at, range: null, raw: text, source: null });
  return [plain('/bin/sh'), plain('-c'), { ...plain(cmd.script.text), source: cmd.script }];
}

function judgeProgram(
  words: readonly Word[],
  shell: Shell,
  state: StageState,
  at: number,
  evaluation: Evaluation,
): readonly Started[] {
  const [first, ...rest] = words;
  const name = wordOf(first);
  if (first === undefined) return [];
  if (name === null) return [{ kind: 'script', at }];
  if (name.split('/').at(-1) === 'go' && wordOf(rest[0]) === 'run') return [{ kind: 'go run', words, shell, at }];
  const { machine } = shell;
  const path = findProgram(name, shell, state);
  if (path === null) {
    // In a stage that has a Go, whatever cannot be looked into may have put it anywhere on PATH.
    const hidden = machine.hasGo ? machine.hidden.findLast(({ isBuilder }) => isBuilder) : undefined;
    if (isOrdinary(name) || machine.packages.has(new RegExp(`^${name.replace(/[^\w-]/g, '.')}$`)) !== null) return [];
    if (hidden === undefined && isBare(machine, evaluation)) return [{ kind: 'program', path: name, origins: [], at }];
    if (hidden === undefined) return [];
    return [{ kind: 'program', path: name, origins: [{ kind: 'hidden', by: hidden.by, at: hidden.at }], at }];
  }
  const found = machine.origins(path);
  const origins = found.length > 0 ? found : treeAround(path, machine);
  const isOwnScript = (origin: Origin): boolean =>
    origin.kind === 'context' && (origin.isScript || isScript(evaluation.context, origin.path));
  if (/\.(sh|bash|py|pl|rb|js|jar)$/.test(path) || origins.some(isOwnScript)) {
    // What a script is given is often what it starts in the end.
    const given = rest.flatMap(word => {
      const argument = wordOf(word);
      const file = argument === null || argument.startsWith('-') ? null : findProgram(argument, shell, state);
      if (file === null || /\.\w+$/.test(file)) return [];
      const isMade = machine.files.find(file)?.some(({ kind }) => kind === 'build' || kind === 'hidden') ?? false;
      if (machine.files.file(file) === null && !isMade) return [];
      return [{ kind: 'program' as const, path: file, origins: machine.origins(file), at }];
    });
    return [{ kind: 'script', at }, ...given];
  }
  const isNowhere = origins.length === 0 && !isSystem(path) && isBare(machine, evaluation);
  if (!isNowhere && isOfImage(path, origins, shell)) return [];
  return [{ kind: 'program', path, origins, at }, ...handedOn(rest, shell, at)];
}

/** Programs that a program is given to start (`dlv exec /app`, `supervisor /usr/bin/server`), where no build here made them. */
function handedOn(words: readonly Word[], shell: Shell, at: number): readonly Started[] {
  const { files } = shell.machine;
  return words.flatMap(word => {
    const path = (wordOf(word) ?? '').startsWith('/') ? shell.path(word.text) : null;
    const origins = path === null ? null : files.file(path);
    if (
      path === null ||
      origins === null ||
      !isProgramPlace(path) ||
      /^\/(etc|config|data|var|tmp|run|home|srv|mnt)\//.test(path)
    )
      return [];
    const isAmongPrograms = isInBin(path);
    const isHidden = origins.some(origin => {
      if (origin.kind === 'hidden' || origin.kind === 'unseen') return isAmongPrograms || origin.inGo === true;
      return (
        isAmongPrograms &&
        (origin.kind === 'image' ? !origin.base.isKnown : origin.kind === 'context' && !origin.isScript)
      );
    });
    return isHidden ? [{ kind: 'program' as const, path, origins, at }] : [];
  });
}

/** Where a file comes from that nothing else accounts for: the last directory that may have brought it. */
function treeAround(path: string, { perhapsTrees }: Shell['machine']): readonly Origin[] {
  return perhapsTrees.findLast(({ into }) => isWithin(path, into))?.origins ?? [];
}

/** A known image without packages of its own, in a file that builds Go: what is not seen to come into it is not there. */
function isBare({ base, packages, hidden, overlays }: Shell['machine'], { goLines }: Evaluation): boolean {
  const isPlain = base.isKnown && base.go === 'none' && hidden.length === 0 && overlays.length === 0;
  return isPlain && goLines.length > 0 && packages.has(/./) === null;
}

/** What the image brings of itself is not ours to judge. */
function isOfImage(path: string, origins: readonly Origin[], { machine }: Shell): boolean {
  const { base, files } = machine;
  if (files.file(path) !== null || base.name === 'scratch') return false;
  if (origins.length === 0) return base.go === 'none' || base.go === null;
  return isSystem(path) || origins.every(origin => origin.kind === 'image' && origin.base === base && origin.at === 0);
}

/** A name with a slash as a path; any other is looked for in PATH's directories. null: only the image can have it. */
function findProgram(name: string, shell: Shell, state: StageState): string | null {
  const { files } = shell.machine;
  if (name.includes('/')) return shell.path([name]);
  const path = known(state.environment().get('PATH')?.text ?? []) ?? systemPath;
  const candidates = (path === '' ? systemPath : path)
    .split(':')
    .filter(directory => directory.startsWith('/'))
    .map(directory => posix.join(directory, name));
  const exact = candidates.find(file => files.file(file) !== null);
  if (exact !== undefined) return exact;
  const made = (file: string): boolean =>
    files.find(file)?.some(origin => {
      if (origin.kind === 'image') return !origin.base.isKnown;
      return origin.kind !== 'context' || (origin.isAbsent !== true && shell.world.mayHold?.(origin.path) === true);
    }) ?? false;
  return candidates.find(made) ?? null;
}
