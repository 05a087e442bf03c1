import { posix } from 'node:path';
import type { Change, Origin } from '../files.ts';
import { globOf } from '../paths.ts';
import { doubtAll, touch } from './doubts.ts';
import { directoryOption, operands, paths } from './operands.ts';
import type { Shell } from './shell.ts';
import { type Word, wordOf } from './words.ts';

type Run = (shell: Shell, words: readonly Word[], name: Word) => void;

/** Commands that move, copy or strip files. */
export const fileCommands: Readonly<Record<string, Run>> = {
  cp: (shell, words) => copy(shell, words, null),
  mv: (shell, words, name) => copy(shell, words, name.at),
  rsync: (shell, words) => copy(shell, words, null, /\/\.?$/),
  install: (shell, words, name) => install(shell, words, name.at),
  ln: (shell, words) => link(shell, words),
  strip: (shell, words, name) => strip(shell, words, name.at, 'strip'),
  'eu-strip': (shell, words, name) => strip(shell, words, name.at, 'eu-strip'),
  sstrip: (shell, words, name) => strip(shell, words, name.at, 'sstrip'),
  objcopy: (shell, words, name) => objcopy(shell, words, name.at),
  upx: (shell, words, name) => {
    if (!words.some(word => /^-(-?d|t|l|-decompress|-test|-list)$/.test(wordOf(word) ?? '')))
      change(shell, words, { what: 'packed', by: 'upx', at: name.at }, /^-o$/);
  },
  goupx: (shell, words, name) => change(shell, words, { what: 'packed', by: 'goupx', at: name.at }),
};

/** `movedAt`: where the mv stands; null: the source stays. */
function copy(shell: Shell, words: readonly Word[], movedAt: number | null, contents = /\/\.$/): void {
  const valued = /^(-t|--target-directory|-S|-m|-o|-g|--mode|--owner|--group)$/;
  const target = directoryOption(shell, words, '-t', '--target-directory');
  const given = operands(words, valued);
  const last = target === null ? given.pop() : undefined;
  const to = target ?? (last === undefined ? null : shell.path(last.text));
  if (to === null) return;
  const at = words[0]?.at ?? 0;
  const isDirectory =
    target !== null || /\/\.?$/.test(wordOf(last) ?? '') || given.length > 1 || shell.machine.files.isDirectory(to);
  for (const word of given) {
    const from = shell.path(word.text);
    if (from === null) continue;
    const matched = shell.machine.files.match(from);
    // `cp -r dir/. target` copies what is inside.
    const inside = contents.test(wordOf(word) ?? '');
    for (const source of matched.length > 0 ? matched : [from]) {
      const into = (isDirectory || matched.length > 1) && !inside ? posix.join(to, posix.basename(source)) : to;
      place(shell, source, into, at);
      if (movedAt !== null && source !== into)
        shell.machine.files.takeAway(source, { by: 'mv', at: movedAt, isSure: true });
    }
  }
}

/** Copies what is known of a path, or says that the copy comes from wherever the path came from. */
function place(shell: Shell, source: string, target: string, at: number): void {
  const { machine } = shell;
  if (source === target) return;
  const origins = machine.origins(source);
  if (machine.files.file(source) === null && machine.files.copy(machine.files, source, target)) return;
  if (origins.length > 0) machine.files.write(target, origins);
  // Nobody knows what it was; it is not what was there before.
  else machine.files.write(target, [{ kind: 'unseen', path: source, at }]);
}

function install(shell: Shell, words: readonly Word[], at: number): void {
  if (words.some(word => /^(-\w*d\w*|--directory)$/.test(wordOf(word) ?? ''))) {
    for (const path of paths(shell, words, /^-[mog]$/)) shell.machine.files.makeDirectory(path);
    return;
  }
  const strips = words.some(word => /^(-[bcCdDpTvZ]*s|--strip$)/.test(wordOf(word) ?? ''));
  copy(
    shell,
    words
      .filter(word => !/^-m?\d{3,4}$/.test(wordOf(word) ?? ''))
      .flatMap(word => (/^-[mogS]$/.test(wordOf(word) ?? '') ? [] : [word]))
      .filter((word, index, all) => !(/^[0-7]{3,4}$/.test(wordOf(word) ?? '') && index < all.length - 1)),
    null,
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
  if (hasFileOfWords(shell, words, by, at)) return;
  const keeps = words.some(word => /^(-[gSdp]|--strip-debug|--strip-dwo|--only-keep-debug)$/.test(wordOf(word) ?? ''));
  const all = words.some(word => /^(-s|--strip-all)$/.test(wordOf(word) ?? ''));
  const isSingle = words.some(word => /^(-N|--strip-symbols?)/.test(wordOf(word) ?? ''));
  if (all || takesSymbolTable(words) || !(keeps || isSingle))
    change(shell, words, { what: 'stripped', by, at }, valuedOfStrip);
  else if (picksSymbols(words)) touch(shell, words, by, at);
}

function objcopy(shell: Shell, words: readonly Word[], at: number): void {
  if (hasFileOfWords(shell, words, 'objcopy', at)) return;
  const strips = words.some(word => /^(-[Sx]|--strip-all|--strip-unneeded|--discard-all)$/.test(wordOf(word) ?? ''));
  const [from, to] = operands(words, /^-[IOFjRKNLGWB]$/);
  const source = from === undefined ? null : shell.path(from.text);
  const target = to === undefined ? source : shell.path(to.text);
  if (source === null || target === null) return;
  if (target !== source) place(shell, source, target, at);
  if (strips || takesSymbolTable(words)) changeFile(shell, target, { what: 'stripped', by: 'objcopy', at });
  else if (picksSymbols(words)) shell.machine.files.write(target, [{ kind: 'hidden', by: 'objcopy', at }]);
}

const valuedOfStrip = /^-[FIORKNo]$/;

/** `-R .symtab`, `--remove-section=.symtab`. */
function takesSymbolTable(words: readonly Word[]): boolean {
  return words.some((word, index) => {
    const before = wordOf(words[index - 1]);
    const text = wordOf(word) ?? '';
    const named =
      /^(?:-R|--remove-section=)(.+)$/.exec(text)?.[1] ?? (/^(-R|--remove-section)$/.test(before ?? '') ? text : '');
    return /^\.(symtab|strtab)$/.test(named) || globOf(named)?.test('.symtab') === true;
  });
}

/** Options by which single symbols or sections go, are renamed or are the only ones to stay. */
function picksSymbols(words: readonly Word[]): boolean {
  return words.some(word =>
    /^(-[NKGLWjR]|--(strip-symbols?|keep-symbols?|keep-global-symbols?|only-section|remove-section|redefine-syms?|prefix-symbols|update-section|remove-relocations|localize-symbols?|wildcard|set-section-flags|rename-section|change-.*|adjust-.*|set-start)\b)/.test(
      wordOf(word) ?? '',
    ),
  );
}

/** `strip @file`: more words, of which nobody knows what they are. */
function hasFileOfWords(shell: Shell, words: readonly Word[], by: string, at: number): boolean {
  const isThere = words.some(word => (wordOf(word) ?? '').startsWith('@'));
  if (isThere) doubtAll(shell, by, at);
  return isThere;
}

function change(shell: Shell, words: readonly Word[], what: Change, valued: RegExp = /^$/): void {
  if (operands(words, valued).some(word => shell.path(word.text) === null)) doubtAll(shell, what.by, what.at);
  const target = directoryOption(shell, words, '-o') ?? glued(shell, words);
  for (const path of paths(shell, words, valued)) {
    const to = target ?? path;
    if (to !== path) place(shell, path, to, what.at);
    changeFile(shell, to, what);
  }
}

/** `-o/path`. */
function glued(shell: Shell, words: readonly Word[]): string | null {
  const [path] = words.flatMap(word => /^-o(?=.)(.*)/.exec(wordOf(word) ?? '')?.[1] ?? []);
  return path === undefined ? null : shell.path([path]);
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
