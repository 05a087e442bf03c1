import { posix } from 'node:path';
import type { Change, Origin } from '../files.ts';
import { isSystem } from '../machine.ts';
import type { Shell } from './shell.ts';
import { type Word, wordOf } from './words.ts';

type Run = (shell: Shell, words: readonly Word[], name: Word) => void;

/** Commands that move, copy, strip or remove files. */
export const fileCommands: Readonly<Record<string, Run>> = {
  cp: (shell, words) => copy(shell, words, false),
  mv: (shell, words) => copy(shell, words, true),
  rsync: (shell, words) => copy(shell, words, false),
  install: (shell, words, name) => install(shell, words, name.at),
  ln: (shell, words) => link(shell, words),
  rm: (shell, words) => {
    for (const path of paths(shell, words)) shell.machine.files.remove(path);
  },
  mkdir: (shell, words) => {
    for (const path of paths(shell, words)) shell.machine.files.makeDirectory(path);
  },
  strip: (shell, words, name) => strip(shell, words, name.at, 'strip'),
  'eu-strip': (shell, words, name) => strip(shell, words, name.at, 'eu-strip'),
  sstrip: (shell, words, name) => strip(shell, words, name.at, 'sstrip'),
  objcopy: (shell, words, name) => objcopy(shell, words, name.at),
  upx: (shell, words, name) => {
    if (!words.some(word => /^-(-?d|t|l|-decompress|-test|-list)$/.test(wordOf(word) ?? '')))
      change(shell, words, { what: 'packed', by: 'upx', at: name.at }, /^-o$/);
  },
  goupx: (shell, words, name) => change(shell, words, { what: 'packed', by: 'goupx', at: name.at }),
  tar: (shell, words, name) => {
    if (!words.some(word => /^-?[a-zA-Z]*x[a-zA-Z]*$|^--extract$|^--get$/.test(wordOf(word) ?? ''))) return;
    unpack(shell, words, directoryOption(shell, words, '-C', '--directory') ?? shell.directory, 'tar', name.at);
  },
  unzip: (shell, words, name) =>
    unpack(shell, words, directoryOption(shell, words, '-d') ?? shell.directory, 'unzip', name.at),
  curl: (shell, words, name) => download(shell, words, ['-o', '--output'], 'curl', name.at),
  wget: (shell, words, name) => download(shell, words, ['-O', '--output-document'], 'wget', name.at),
  find: (shell, words, name) => {
    const exec = words.findIndex(word => /^-(exec|execdir|ok)$/.test(wordOf(word) ?? ''));
    const command = wordOf(words[exec + 1]) ?? '';
    if (exec >= 0 && changers.test(command)) doubtAll(shell, `find … -exec ${command}`, name.at);
    if (exec >= 0 && command === 'go') shell.machine.hide('find … -exec go', name.at, true);
  },
};

/** An unknown command that is given a followed file may have changed it. */
export function touch(shell: Shell, words: readonly Word[], by: string, at: number): void {
  for (const path of paths(shell, words)) {
    const origins = shell.machine.files.file(path);
    if (origins?.some(({ kind }) => kind === 'build')) shell.machine.files.write(path, [{ kind: 'hidden', by, at }]);
  }
}

/** Commands that change or move the files they are given. */
export const changers = /^(strip|eu-strip|sstrip|objcopy|upx|mv|cp|install)$/;

/** A command whose files are not known may have changed any that is followed. */
export function doubtAll(shell: Shell, by: string, at: number): void {
  const { files } = shell.machine;
  for (const [path, origins] of [...files.paths])
    if (origins.some(({ kind }) => kind === 'build')) files.write(path, [...origins, { kind: 'hidden', by, at }]);
}

function paths(shell: Shell, words: readonly Word[], valued: RegExp = /^$/): string[] {
  return operands(words, valued).flatMap(word => {
    const path = shell.path(word.text);
    if (path === null) return [];
    const matched = shell.machine.files.match(path);
    return matched.length > 0 ? matched : [path];
  });
}

function operands(words: readonly Word[], valued: RegExp): Word[] {
  const found: Word[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    const text = wordOf(word);
    if (word === undefined) break;
    if (text === '--') return [...found, ...words.slice(index + 1)];
    if (text?.startsWith('-') && text !== '-') {
      if (valued.test(text)) index++;
    } else found.push(word);
  }
  return found;
}

function directoryOption(shell: Shell, words: readonly Word[], ...names: readonly string[]): string | null {
  for (const [index, word] of words.entries()) {
    const text = wordOf(word);
    const next = words[index + 1];
    if (text !== null && names.includes(text) && next !== undefined) return shell.path(next.text);
    const joined = names.find(name => text?.startsWith(`${name}=`));
    if (joined !== undefined && text !== null) return shell.path([text.slice(joined.length + 1)]);
  }
  return null;
}

function copy(shell: Shell, words: readonly Word[], isMove: boolean): void {
  const valued = /^(-t|--target-directory|-S|-m|-o|-g|--mode|--owner|--group)$/;
  const target = directoryOption(shell, words, '-t', '--target-directory');
  const given = operands(words, valued);
  const last = target === null ? given.pop() : undefined;
  const to = target ?? (last === undefined ? null : shell.path(last.text));
  if (to === null) return;
  const isDirectory =
    target !== null || /\/\.?$/.test(wordOf(last) ?? '') || given.length > 1 || shell.machine.files.isDirectory(to);
  for (const word of given) {
    const from = shell.path(word.text);
    if (from === null) continue;
    const matched = shell.machine.files.match(from);
    // `cp -r dir/. target` copies what is inside.
    const inside = /\/\.$/.test(wordOf(word) ?? '');
    for (const source of matched.length > 0 ? matched : [from]) {
      const into = (isDirectory || matched.length > 1) && !inside ? posix.join(to, posix.basename(source)) : to;
      place(shell, source, into);
      if (isMove) shell.machine.files.remove(source);
    }
  }
}

/** Copies what is known of a path, or says that the copy comes from wherever the path came from. */
function place(shell: Shell, source: string, target: string): void {
  const { machine } = shell;
  if (source === target) return;
  const origins = machine.origins(source);
  if (machine.files.file(source) === null && machine.files.copy(machine.files, source, target)) return;
  if (origins.length > 0) machine.files.write(target, origins);
  else machine.files.remove(target);
}

function install(shell: Shell, words: readonly Word[], at: number): void {
  if (words.some(word => /^(-\w*d\w*|--directory)$/.test(wordOf(word) ?? ''))) {
    for (const path of paths(shell, words, /^-[mog]$/)) shell.machine.files.makeDirectory(path);
    return;
  }
  const strips = words.some(word => /^(-[a-zA-Z]*s[a-zA-Z]*|--strip)$/.test(wordOf(word) ?? ''));
  copy(
    shell,
    words
      .filter(word => !/^-m?\d{3,4}$/.test(wordOf(word) ?? ''))
      .flatMap(word => (/^-[mogS]$/.test(wordOf(word) ?? '') ? [] : [word]))
      .filter((word, index, all) => !(/^[0-7]{3,4}$/.test(wordOf(word) ?? '') && index < all.length - 1)),
    false,
  );
  if (!strips) return;
  const target = operands(words, /^-[mog]$/).at(-1);
  const path = target === undefined ? null : shell.path(target.text);
  if (path === null) return;
  const names = operands(words, /^-[mog]$/)
    .slice(0, -1)
    .map(word => posix.join(path, posix.basename(wordOf(word) ?? '')));
  for (const each of [path, ...names]) changeFile(shell, each, { what: 'stripped', by: 'install -s', at });
}

function link(shell: Shell, words: readonly Word[]): void {
  const isSymbolic = words.some(word => /^-\w*s\w*$|^--symbolic$/.test(wordOf(word) ?? ''));
  const [from, to] = operands(words, /^-[tS]$/);
  const target = from === undefined ? null : wordOf(from);
  const path = to === undefined ? null : shell.path(to.text);
  if (target === null || path === null || from === undefined) return;
  const place = shell.machine.files.isDirectory(path) ? posix.join(path, posix.basename(target)) : path;
  if (isSymbolic) shell.machine.files.link(place, target);
  else {
    const source = shell.path(from.text);
    if (source !== null) shell.machine.files.link(place, source);
  }
}

/** `-g`, `-S`, `-d`, `--strip-debug` and `--strip-unneeded` of single symbols leave the symbol table in place. */
function strip(shell: Shell, words: readonly Word[], at: number, by: string): void {
  const keeps = words.some(word => /^(-[gSdp]|--strip-debug|--strip-dwo|--only-keep-debug)$/.test(wordOf(word) ?? ''));
  const all = words.some(word => /^(-s|--strip-all)$/.test(wordOf(word) ?? ''));
  if (!keeps || all) change(shell, words, { what: 'stripped', by, at }, /^-[FIORKNo]$/);
}

function objcopy(shell: Shell, words: readonly Word[], at: number): void {
  const strips = words.some(word => /^(-S|--strip-all)$/.test(wordOf(word) ?? ''));
  const [from, to] = operands(words, /^-[IOFjRKNL]$/);
  const source = from === undefined ? null : shell.path(from.text);
  const target = to === undefined ? source : shell.path(to.text);
  if (source === null || target === null) return;
  if (target !== source) place(shell, source, target);
  if (strips) changeFile(shell, target, { what: 'stripped', by: 'objcopy', at });
}

function change(shell: Shell, words: readonly Word[], what: Change, valued: RegExp = /^$/): void {
  if (operands(words, valued).some(word => shell.path(word.text) === null)) doubtAll(shell, what.by, what.at);
  const output = words.findIndex(word => wordOf(word) === '-o');
  const target = output < 0 ? undefined : words[output + 1];
  for (const path of paths(shell, words, valued)) {
    const to = target === undefined ? path : shell.path(target.text);
    if (to === null) continue;
    if (to !== path) place(shell, path, to);
    changeFile(shell, to, what);
  }
}

function changeFile(shell: Shell, path: string, change: Change): void {
  const { files } = shell.machine;
  const origins = files.file(path) ?? files.find(path);
  if (origins === null) return;
  const changed = origins.map(
    (origin): Origin => (origin.kind === 'build' ? { ...origin, changes: [...origin.changes, change] } : origin),
  );
  files.write(files.resolve(path), changed);
}

/** The members that are named, else everything below the target; below `/` that would be everything there is. */
function unpack(shell: Shell, words: readonly Word[], target: string | null, by: string, at: number): void {
  if (target === null) return;
  const hidden: readonly Origin[] = [{ kind: 'hidden', by, at }];
  for (const word of operands(words.slice(1), /^-[Cfd]$/)) {
    const member = wordOf(word);
    if (member !== null && !/\.(tgz|tar|zip|t?[gx]z|bz2|zst)(\.\w+)?$/.test(member) && /^[\w./-]+$/.test(member))
      shell.machine.files.write(posix.join(target, member), hidden);
  }
  if (isSystem(target) || target === '/') shell.machine.hide(by, at, false);
  else shell.machine.files.writeTree(target, hidden);
}

function download(shell: Shell, words: readonly Word[], names: readonly string[], by: string, at: number): void {
  const path = directoryOption(shell, words, ...names);
  if (path !== null) shell.machine.files.write(path, [{ kind: 'hidden', by, at }]);
}
