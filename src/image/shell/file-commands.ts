import { posix } from 'node:path';
import { globOf, isWithin } from '../paths.ts';
import { doubtAll } from './doubts.ts';
import type { Shell } from './shell.ts';
import { hasOption, lastValue, readShortOptions } from './short-options.ts';
import { changeFile, matching, objcopy, strip } from './strip-commands.ts';
import { type Word, wordOf } from './words.ts';

type Run = (shell: Shell, words: readonly Word[], name: Word) => void;

/** Commands that move, copy or strip files. */
export const fileCommands: Readonly<Record<string, Run>> = {
  cp: (shell, words) => copy(shell, words, null),
  mv: (shell, words, name) => copy(shell, words, name.at),
  rsync: (shell, words) => copy(shell, words, null, { valued: 'eBfTM', contents: /\/\.?$/ }),
  install: (shell, words, name) => install(shell, words, name.at),
  ln: (shell, words) => link(shell, words),
  strip: (shell, words, name) => strip(shell, words, name, 'strip'),
  'eu-strip': (shell, words, name) => strip(shell, words, name, 'eu-strip'),
  sstrip: (shell, words, name) => strip(shell, words, name, 'sstrip'),
  objcopy: (shell, words, name) => objcopy(shell, words, name),
  upx: (shell, words, name) => pack(shell, words, 'upx', name.at),
  goupx: (shell, words, name) => pack(shell, words, 'goupx', name.at),
};

/** `valued`: letters that take a value; `contents`: sources of which what is inside is copied (`cp -r dir/. target`). */
const asCp = { valued: 'tS', contents: /\/\.$/ };

/** `movedAt`: where the mv stands; null: the source stays. */
function copy(shell: Shell, words: readonly Word[], movedAt: number | null, { valued, contents } = asCp): void {
  const read = readShortOptions(words, valued, copyNames);
  const into = lastValue(read, 't', 'target-directory');
  const given = into === null ? read.operands.slice(0, -1) : read.operands;
  const last = into ?? read.operands.at(-1);
  const to = last === undefined ? null : shell.path(last.text);
  if (to === null || last === undefined) return;
  const at = words[0]?.at ?? 0;
  const isDirectory =
    into !== null || /\/\.?$/.test(wordOf(last) ?? '') || given.length > 1 || shell.machine.files.isDirectory(to);
  for (const word of given) {
    const from = shell.path(word.text);
    if (from === null) {
      const hidden = { kind: 'hidden', by: `cp ${word.raw}`, at: word.at } as const;
      shell.machine.files.writeTree(to, [hidden]);
      shell.machine.files.doubtBelow(to, hidden);
      continue;
    }
    const matched = shell.machine.files.match(from);
    const inside = contents.test(wordOf(word) ?? '');
    for (const source of matched.length > 0 ? matched : [from]) {
      const place = (isDirectory || matched.length > 1) && !inside ? posix.join(to, posix.basename(source)) : to;
      bringOver(shell, source, globOf(source) === null ? place : to);
      placeCopy(shell, source, place, at);
      if (movedAt !== null && source !== place)
        shell.machine.files.takeAway(source, { by: 'mv', at: movedAt, isSure: true });
    }
  }
}

const copyNames = /^(target-directory|suffix|mode|owner|group|rsh|exclude|include|filter|files-from)$/;

/** A directory, or a glob, of the build context over programs that were built: the files in it replace them. */
function bringOver({ machine: { files }, world }: Shell, source: string, target: string): void {
  const glob = globOf(posix.basename(source));
  const directory = glob === null ? source : posix.dirname(source);
  for (const [path, before] of [...files.paths]) {
    if (path === target || !isWithin(path, target) || !before.some(({ kind }) => kind === 'build')) continue;
    const rest = posix.relative(target, path);
    if (glob !== null && !glob.test(rest.split('/')[0] ?? '')) continue;
    const brought = files
      .find(posix.join(directory, rest))
      ?.find(origin => origin.kind === 'context' && origin.isAbsent !== true && world.mayHold?.(origin.path) !== false);
    if (brought !== undefined) files.write(path, [brought]);
  }
}

/** Copies what is known of a path, or says that the copy comes from wherever the path came from. */
export function placeCopy(shell: Shell, source: string, target: string, at: number): void {
  const { machine } = shell;
  if (source === target) return;
  const origins = machine.origins(source);
  if (machine.files.file(source) === null && machine.files.copy(machine.files, source, target)) return;
  if (origins.length > 0) machine.files.write(target, origins);
  // Nobody knows what it was; it is not what was there before.
  else machine.files.write(target, [{ kind: 'unseen', path: source, at }]);
}

/** install(1), as coreutils and busybox have it. */
function install(shell: Shell, words: readonly Word[], at: number): void {
  const read = readShortOptions(words, 'gmotSZ', /^(group|mode|owner|target-directory|suffix|strip-program)$/);
  if (hasOption(read, 'd', 'directory')) {
    for (const { text } of read.operands) {
      const path = shell.path(text);
      if (path !== null) shell.machine.files.makeDirectory(path);
    }
    return;
  }
  const into = lastValue(read, 't', 'target-directory');
  const sources = into === null ? read.operands.slice(0, -1) : read.operands;
  const last = into ?? read.operands.at(-1);
  const target = last === undefined ? null : shell.path(last.text);
  if (target === null) return;
  const isDirectory =
    into !== null ||
    sources.length > 1 ||
    /\/\.?$/.test(wordOf(last ?? undefined) ?? '') ||
    shell.machine.files.isDirectory(target);
  for (const { text } of sources) {
    const source = shell.path(text);
    for (const each of source === null ? [] : matching(shell, source)) {
      const to = isDirectory ? posix.join(target, posix.basename(each)) : target;
      placeCopy(shell, each, to, at);
      if (hasOption(read, 's', 'strip')) changeFile(shell, to, { what: 'stripped', by: 'install -s', at });
    }
  }
}

function link(shell: Shell, words: readonly Word[]): void {
  const read = readShortOptions(words, 'tS', /^(target-directory|suffix)$/);
  const isSymbolic = hasOption(read, 's', 'symbolic');
  const into = lastValue(read, 't', 'target-directory');
  const [from, to = into ?? undefined] = read.operands;
  const target = from === undefined ? null : wordOf(from);
  const path = to === undefined ? null : shell.path(to.text);
  if (target === null || path === null || from === undefined) return;
  const place =
    into !== null || shell.machine.files.isDirectory(path) ? posix.join(path, posix.basename(target)) : path;
  if (isSymbolic) shell.machine.files.link(place, target);
  else {
    const source = shell.path(from.text);
    if (source !== null) shell.machine.files.link(place, source);
  }
}

/** upx and its kin. */
function pack(shell: Shell, words: readonly Word[], by: string, at: number): void {
  const read = readShortOptions(words, 'oM', /^(output|.*-method|.*-level)$/);
  if (hasOption(read, 'd', 't', 'l', 'decompress', 'test', 'list')) return;
  if (read.isOpen) doubtAll(shell, by, at);
  const output = lastValue(read, 'o', 'output');
  for (const word of read.operands) {
    const path = shell.path(word.text);
    if (path === null) doubtAll(shell, by, at);
    else
      for (const each of matching(shell, path)) {
        const to = output === null ? each : (shell.path(output.text) ?? each);
        if (to !== each) placeCopy(shell, each, to, at);
        changeFile(shell, to, { what: 'packed', by, at });
      }
  }
}
