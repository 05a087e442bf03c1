import { posix } from 'node:path';
import type { Evaluation } from '../dockerfile/evaluate.ts';
import type { Stage } from '../dockerfile/stages.ts';
import type { Origin } from '../files.ts';
import { doubtAll, hideCommand, touch } from '../shell/doubts.ts';
import type { Shell } from '../shell/shell.ts';
import { type Word, wordOf } from '../shell/words.ts';
import { cgoModuleOf } from './cgo-modules.ts';
import { type FoundGo, findGo } from './find-go.ts';
import { takeDown } from './go-line.ts';
import { writeSettings } from './go-settings.ts';
import { openLine } from './open-line.ts';
import { outputsOfLine } from './outputs.ts';
import { toolchainOf } from './toolchain.ts';

/** A go command in a RUN: builds are taken down and their outputs followed; `go env -w` holds for what comes later. */
export function runGo(
  words: readonly Word[],
  shell: Shell,
  evaluation: Evaluation,
  stage: Stage,
  shim: number | null,
): void {
  const at = words.findIndex(
    (word, index) => index > 0 && !/^--?C(=|$)|^--$/.test(wordOf(word) ?? '-') && wordOf(words[index - 1]) !== '-C',
  );
  const command = wordOf(words[at]);
  const rest = words.slice(at + 1);
  const { machine } = shell;
  const place = words[0]?.at ?? 0;
  if (at < 0) return;
  const looked = findGo(words[0], shell);
  const found = shim === null ? looked : { ...looked, shim };
  if (found.replacedBy !== null) hideCommand(shell, found.replacedBy, place);
  switch (command) {
    case null:
      hideCommand(shell, `go ${words[at]?.raw ?? ''}`, place);
      break;
    case 'build':
    case 'install':
      takeBuild(words, shell, evaluation, stage, found);
      break;
    case 'env':
      if (found.replacedBy === null) writeSettings(rest, shell);
      break;
    case 'mod':
    case 'work':
      if (wordOf(rest[0]) === 'vendor') machine.vendored = place;
      if (wordOf(rest[0]) === 'init' && shell.directory !== null)
        machine.modules.set(shell.directory, wordOf(rest[1]) ?? posix.basename(shell.directory));
      break;
    case 'get':
      machine.hide('go get', place, false);
      break;
    case 'run':
      // `go run build.go` is many a project's build driver.
      hideCommand(shell, `go run ${rest.find(word => !(wordOf(word) ?? '').startsWith('-'))?.raw ?? ''}`, place);
      break;
    case 'tool':
      touch(shell, rest, `go tool ${rest[0]?.raw ?? ''}`, place);
      break;
    case 'generate':
      doubtAll(shell, 'go generate', place, true);
      break;
    case 'test':
      if (rest.some(word => wordOf(word) === '-c')) machine.hide('go test -c', place, true);
      break;
    default:
      break;
  }
}

/** Nobody writes so many; each is judged several times. */
const mostLines = 500;

function takeBuild(words: readonly Word[], shell: Shell, evaluation: Evaluation, stage: Stage, found: FoundGo): void {
  const { machine } = shell;
  if (evaluation.goLines.length >= mostLines) {
    hideCommand(shell, 'more go lines than are followed', words[0]?.at ?? 0);
    return;
  }
  const readContext = (path: string): string | null => evaluation.readContext(path, machine);
  const goMod = above('go.mod', shell, readContext);
  const facts = {
    // pkg@version is built apart from the module around it.
    vendor: words.some(word => /.@./.test(wordOf(word) ?? '')) ? null : vendorOf(shell, readContext),
    cgoModule: cgoModuleOf(goMod),
    toolchain: toolchainOf(goMod, above('go.work', shell, readContext)),
  };
  const line = takeDown(words, shell, evaluation.place(stage), facts, found);
  const origins: readonly Origin[] = [
    found.replacedBy === null
      ? { kind: 'build', line, changes: [] }
      : { kind: 'hidden', by: found.replacedBy, at: line.at },
  ];
  if (found.replacedBy === null) evaluation.goLines.push(line);
  const opened = openLine(line, { mood: 'plain', hasCompiler: line.compiler === 'present', hasHeaders: true });
  if ('untouched' in opened) {
    // go ends such a line with an error, unless what is not known makes it another.
    const out = outputOf(words, shell);
    if (out !== null) machine.files.write(out, origins);
    return;
  }
  const { files, trees } = outputsOfLine(opened, line, machine, readContext);
  for (const tree of trees) machine.files.writeTree(tree, origins);
  for (const file of files) machine.files.write(file, origins);
}

function outputOf(words: readonly Word[], shell: Shell): string | null {
  const flag = words.findIndex(word => /^--?o$/.test(wordOf(word) ?? ''));
  const next = words[flag + 1];
  return flag < 0 || next === undefined ? null : shell.path(next.text);
}

/** Text of the go.mod or go.work that go would find. */
function above(name: string, { directory }: Shell, readContext: (path: string) => string | null): string | null {
  for (let at = directory; at !== null; at = posix.dirname(at)) {
    const text = readContext(posix.join(at, name));
    if (text !== null || at === '/' || at === '.') return text;
  }
  return null;
}

/** Text of the vendor/modules.txt that go would find; empty where it exists and cannot be read; null: no vendoring seen. */
function vendorOf(shell: Shell, readContext: (path: string) => string | null): string | null {
  const { directory, machine } = shell;
  if (directory === null) return machine.vendored === null ? null : '';
  for (let at = directory; ; at = posix.dirname(at)) {
    const text = readContext(posix.join(at, 'vendor/modules.txt'));
    if (text !== null) return text;
    if (at === '/' || at === '.') break;
  }
  return machine.vendored === null ? null : '';
}
