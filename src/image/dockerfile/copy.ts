import { posix } from 'node:path';
import type { Base } from '../bases.ts';
import { type Context, contextKind, isScript, openContext } from '../context.ts';
import type { FileLine, Origin } from '../files.ts';
import { downloadedGo } from '../go/download.ts';
import { isStandard, isSystem, type Machine } from '../machine.ts';
import { globOf, isWithin, pathOf } from '../paths.ts';
import { splitLines } from '../shell/text-files.ts';
import { literal, show, type Text } from '../text.ts';
import type { Evaluation } from './evaluate.ts';
import { readJson } from './exec-form.ts';
import { expand, type Lookup, splitWords } from './expand.ts';
import type { Heredoc } from './instruction.ts';
import type { Instruction } from './read.ts';
import type { StageState } from './stage-state.ts';
import { referredStage, type Stage } from './stages.ts';

/** COPY and ADD: from the context, from a stage, from an image, from a heredoc, from elsewhere. */
export function copyInstruction(
  instruction: Instruction,
  stage: Stage,
  state: StageState,
  evaluation: Evaluation,
): void {
  const lookup = evaluation.lookup(stage, state);
  const words =
    readJson(instruction.rest.text)?.map(literal) ??
    splitWords(instruction.rest.text, evaluation.file.escaper).map(({ word }) =>
      expand(word, lookup, evaluation.file.escaper),
    );
  const target = words.at(-1);
  const sources = words.slice(0, -1);
  if (target === undefined || sources.length === 0) return;
  const { machine } = state;
  const into = pathOf(state.workdir, target);
  if (into === null) return;
  const isDirectory =
    /(^|\/)\.?\/?$/.test(show(target)) || sources.length > 1 || machine.current.files.isDirectory(into);
  const from = instruction.flags.find(({ name }) => name === 'from')?.value ?? null;
  const job: Job = {
    machine: machine.current,
    into,
    isDirectory,
    at: instruction.at,
    keepsPath: instruction.flags.some(({ name }) => name === 'parents'),
  };
  let heredoc = 0;
  for (const source of sources) {
    const text = show(source);
    if (/^\d*<<-?/.test(text) && instruction.heredocs.length > 0) {
      const body = instruction.heredocs[heredoc++];
      const path = isDirectory ? posix.join(into, body?.name ?? '') : into;
      if (body === undefined) continue;
      const script = body.body.text.startsWith('#!');
      const lines = heredocLines(body, lookup, evaluation.file.escaper);
      machine.current.files.write(machine.current.files.resolve(path), [
        { kind: 'context', path: `<<${body.name}`, at: instruction.at, isScript: script, lines },
      ]);
    } else if (from !== null) copyFrom(source, from, job, stage, evaluation);
    else if (instruction.keyword === 'ADD' && /^(https?|ftp|git):|^git@|\.(tar|tgz|tar\.\w+|txz|tbz2?)$/.test(text))
      addUnpacked(text, job);
    else copyContext(source, job, evaluation.context);
  }
}

/** A heredoc that COPY writes: BuildKit replaces variables unless its name is quoted. */
function heredocLines({ body, chomp, quoted, name }: Heredoc, lookup: Lookup, escaper: string): readonly FileLine[] {
  const plain = chomp ? body.text.replace(/^\t+/gm, '') : body.text;
  return splitLines(quoted ? literal(plain) : expand(plain, lookup, escaper, true), body.at(0), `COPY <<${name}`);
}

interface Job {
  readonly machine: Machine;
  readonly into: string;
  readonly isDirectory: boolean;
  readonly at: number;
  readonly keepsPath: boolean;
}

function layOver({ machine, into, at }: Job, base: Base, by: string): void {
  machine.overlays.push({ into, base, by, at });
}

function isGoTree(path: string): boolean {
  return /^\/usr\/local(\/go)?\/?$/.test(path);
}

function takeGo(job: Job, base: Base): void {
  job.machine.go = base;
  job.machine.goAt = job.at;
}

function copyContext(source: Text, job: Job, context: Context): void {
  const { files } = job.machine;
  const path = pathOf('/', source)?.slice(1) ?? show(source);
  const kind = contextKind(context, path);
  const isAbsent = kind === null || kind === 'missing';
  const origins = (each: string): readonly Origin[] => [
    { kind: 'context', path: each, at: job.at, isScript: isScript(context, each), isAbsent },
  ];
  const isTree = path === '' || kind === 'directory' || show(source).endsWith('/') || globOf(path) !== null;
  const target = job.keepsPath ? posix.join(job.into, path) : job.into;
  if (isTree) {
    const directory = globOf(path) === null ? path || '.' : posix.dirname(path);
    files.writeTree(target, origins(directory));
    // A file of the context replaces one that was built.
    for (const [built, before] of isAbsent ? [] : [...files.paths]) {
      if (built === target || !isWithin(built, target) || !before.some(({ kind }) => kind === 'build')) continue;
      const file = `${directory}/${built.slice(target === '/' ? 1 : target.length + 1)}`;
      if (contextKind(context, file) === 'file') files.write(built, origins(file));
    }
    const hidden = { kind: 'hidden', by: `COPY ${path}`, at: job.at } as const;
    if (isAbsent && globOf(path) === null) files.doubtBelow(target, hidden);
    else if (isAbsent) doubtMatches(files, target, path, hidden);
    return;
  }
  const file = job.isDirectory && !job.keepsPath ? posix.join(target, posix.basename(path)) : target;
  files.write(file, origins(path));
  // Without the context nobody knows whether it is a directory.
  if (kind === null && !/\.\w+$/.test(path) && !job.isDirectory) files.writeTree(target, origins(path));
}

function addUnpacked(text: string, job: Job): void {
  const archive = downloadedGo(literal(text));
  const isUrl = /^\w+:|^git@/.test(text);
  const name = posix.basename(text.replace(/[?#].*$/, ''));
  const hidden: readonly Origin[] = [
    { kind: 'hidden', by: `ADD ${text}`, at: job.at, ...(archive === null ? {} : { archive }) },
  ];
  if (isUrl && !/\.git$/.test(text)) {
    job.machine.files.write(job.isDirectory ? posix.join(job.into, name) : job.into, hidden);
    return;
  }
  job.machine.files.writeTree(job.into, hidden);
  job.machine.files.doubtBelow(job.into, { kind: 'hidden', by: `ADD ${text}`, at: job.at });
}

function copyFrom(source: Text, from: string, job: Job, stage: Stage, evaluation: Evaluation): void {
  const context = evaluation.options.contexts.get(from.toLowerCase());
  const other = context === undefined ? referredStage(evaluation.stages, from, true) : null;
  const path = pathOf('/', source);
  if (path === null) return;
  if (other === null || other === stage) {
    if (context !== undefined && !context.startsWith('docker-image://')) {
      copyContext(source, job, openContext(context));
      return;
    }
    const base = evaluation.image(from);
    if (isGoTree(path)) takeGo(job, base);
    if (path === '/' && job.machine.base.name !== 'scratch') {
      layOver(job, base, `COPY --from=${from}`);
      return;
    }
    placeUnseen(path, source, job, [{ kind: 'image', base, path, at: job.at }]);
    return;
  }
  const done = evaluation.stage(other);
  if (done === null || evaluation.isOverfull) return;
  const machine = done.machine.current;
  if (isGoTree(path)) takeGo(job, machine.go);
  const matched = machine.files.match(path);
  if (matched.length > 0) {
    for (const each of matched) placeKnown(each, { ...job, isDirectory: true }, machine, false);
    return;
  }
  const isFile = machine.files.file(path) !== null;
  const isTree = !isFile && (path === '/' || machine.files.isDirectory(path));
  const isWhole = isTree && path === '/';
  // Over another system it adds nothing that could be told apart file by file.
  if (isWhole && job.machine.base.name !== 'scratch') layOver(job, machine.base, `COPY --from=${from}`);
  else if (isTree && (isWhole || (isSystem(path) && job.machine.base.libc === 'none')))
    job.machine.files.writeTree(job.into, [{ kind: 'image', base: machine.base, path, at: job.at }]);
  if (isFile || isTree) placeKnown(path, job, machine, isTree);
  if (isWhole) return;
  if (isFile) return;
  // What the other stage's image brings comes in by this COPY.
  const origins = machine
    .origins(path)
    .map(origin => (origin.kind === 'image' && origin.at === 0 ? { ...origin, at: job.at } : origin));
  const some: readonly Origin[] =
    origins.length > 0 ? origins : [{ kind: 'unseen', path, at: job.at, inGo: machine.hasGo }];
  if (!isTree) placeUnseen(path, source, job, some);
  // What a hidden command put into a directory comes along.
  else if (some.some(({ kind }) => kind === 'hidden')) job.machine.files.writeTree(job.into, some);
}

function placeKnown(path: string, job: Job, from: Machine, isTree: boolean): void {
  const into = job.keepsPath ? posix.join(job.into, path) : job.into;
  const target = job.isDirectory && !isTree && !job.keepsPath ? posix.join(into, posix.basename(path)) : into;
  job.machine.files.copy(from.files, path, target);
}

/** Programs that were built, where what a glob names would come to stand. */
function doubtMatches(
  files: Machine['files'],
  into: string,
  pattern: string,
  hidden: Origin & { readonly kind: 'hidden' },
): void {
  const glob = globOf(posix.basename(pattern));
  for (const [path, origins] of [...files.paths])
    if (posix.dirname(path) === into && glob?.test(posix.basename(path)) !== false)
      if (origins.some(({ kind }) => kind === 'build')) files.write(path, [...origins, hidden]);
}

/** Something that may be a file or a directory. */
function placeUnseen(path: string, source: Text, job: Job, origins: readonly Origin[]): void {
  const { files } = job.machine;
  const isTree = path === '/' || isStandard(path) || /\/\.?$/.test(show(source)) || globOf(path) !== null;
  if (isTree) {
    files.writeTree(job.into, origins);
    const hidden = { kind: 'hidden', by: `COPY ${path}`, at: job.at } as const;
    if (globOf(path) === null) files.doubtBelow(job.into, hidden);
    else doubtMatches(files, job.into, path, hidden);
    return;
  }
  const target = job.isDirectory ? posix.join(job.into, posix.basename(path)) : job.into;
  files.write(target, origins);
  if (!job.isDirectory) files.writeTree(target, origins);
  else if (!/\.\w+$/.test(path)) job.machine.perhapsTrees.push({ into: job.into, origins, at: job.at });
}
