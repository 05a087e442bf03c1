import { hole } from '../text.ts';
import { runProgram } from './commands.ts';
import { dropOptions } from './operands.ts';
import type { Shell } from './shell.ts';
import { setAnything, sourced } from './start-up.ts';
import { assignedIn, type Word, wordOf } from './words.ts';

type Run = (shell: Shell, words: readonly Word[], name: Word) => void;

/** What the shell itself does. */
export const builtins: Readonly<Record<string, Run>> = {
  cd: (shell, words) => changeDirectory(shell, words),
  pushd: (shell, words) => changeDirectory(shell, words),
  popd: shell => {
    shell.directory = null;
  },
  export: (shell, words) => exportWords(shell, words, 'export'),
  declare: (shell, words) => declare(shell, words),
  typeset: (shell, words) => declare(shell, words),
  readonly: (shell, words) => assign(shell, words, undefined, 'readonly'),
  local: (shell, words) => {
    localize(shell, words);
    assign(shell, dropOptions(words), undefined, 'local');
  },
  return: shell => {
    if (!shell.isInFunction) return;
    shell.hasLeft = true;
    shell.isReturning = true;
  },
  break: leaveLoop,
  continue: leaveLoop,
  unset: (shell, words) => {
    for (const word of words) shell.variables.delete(wordOf(word) ?? '');
  },
  eval: (shell, words) => shell.runWords(words),
  exec: (shell, words) => {
    runProgram(shell, dropOptions(words, /^-a$/));
    shell.hasEnded ||= words.length > 0;
  },
  exit: shell => {
    shell.hasEnded = true;
  },
  command: (shell, words) => {
    if (!/^-[vV]/.test(wordOf(words[0]) ?? '')) runProgram(shell, dropOptions(words));
  },
  builtin: (shell, words) => runProgram(shell, words),
  let: (shell, words, { at }) =>
    assignedIn(words.map(({ raw }) => raw).join(' '), {
      assign: name => shell.set(name, { text: hole(`let ${name}`, name), at, by: 'let', range: null }),
    }),
  alias: (shell, words) => {
    for (const word of words) {
      const name = /^([^=]+)=/.exec(wordOf(word) ?? word.raw)?.[1];
      if (name !== undefined) shell.aliases.add(name);
    }
  },
  hash: rename,
  enable: rename,
  trap: (shell, words) => {
    const [script] = dropOptions(words);
    if (script !== undefined && words.length > 1) shell.traps.push(script);
  },
  read: (shell, words, name) => readInto(shell, dropOptions(words, /^-[adinNptu]$/), name),
  printf: (shell, words, name) => {
    if (wordOf(words[0]) === '-v') readInto(shell, words.slice(1, 2), name);
  },
  '.': (shell, words, name) => sourced(shell, words, name),
  source: (shell, words, name) => sourced(shell, words, name),
  set: (shell, words) => {
    const dashes = words.findIndex(word => wordOf(word) === '--');
    if (dashes >= 0) shell.positional = words.slice(dashes + 1).map(({ text }) => text);
    for (const word of words.slice(0, dashes < 0 ? undefined : dashes)) {
      const option = wordOf(word) ?? '';
      if (/^[-+][a-z]*a|^allexport$/.test(option)) shell.exportsAll = !option.startsWith('+');
      // It only reads the rest.
      if (/^-[a-z]*n[a-z]*$|^noexec$/.test(option)) shell.hasEnded = true;
    }
  },
  shift: (shell, words) => {
    shell.positional = shell.positional.slice(Number(wordOf(words[0]) ?? 1));
  },
};

function changeDirectory(shell: Shell, words: readonly Word[]): void {
  const target = words.find(word => !/^-[LPe@]+$|^--$/.test(wordOf(word) ?? ''));
  if (target === undefined) shell.directory = shell.path(shell.home);
  else if (wordOf(target) === '-') shell.directory = null;
  else shell.directory = shell.path(target.text);
}

/** `NAME=value` words of export, local and the like. */
export function assign(shell: Shell, words: readonly Word[], exported: boolean | undefined, by: string): void {
  for (const { text, at, range, raw } of words) {
    const [first = '', ...rest] = text;
    // `export $(cat .env)`: any variable may be among them.
    if (typeof first !== 'string') setAnything(shell, raw, at);
    if (typeof first !== 'string') continue;
    const found = /^([A-Za-z_]\w*)(\+?=)?/.exec(first);
    const name = found?.[1];
    if (found === null || name === undefined) continue;
    if (found[2] === undefined) {
      const before = shell.variables.get(name);
      if (before !== undefined && exported === true) shell.variables.set(name, { ...before, exported });
      if (before === undefined && exported === true) shell.exportedNames.add(name);
      continue;
    }
    const tail = first.slice(found[0].length);
    const start = raw.indexOf('=') + 1;
    const valueRange = range === null ? null : { start: range.start + start, end: range.end };
    shell.set(name, { text: tail === '' ? rest : [tail, ...rest], at, by, range: valueRange }, exported);
  }
}

function exportWords(shell: Shell, words: readonly Word[], by: string): void {
  assign(shell, dropOptions(words), true, by);
}

function declare(shell: Shell, words: readonly Word[]): void {
  const isExport = words.some(word => /^-\w*x/.test(wordOf(word) ?? ''));
  if (!words.some(word => /^-\w*g/.test(wordOf(word) ?? ''))) localize(shell, words);
  assign(shell, dropOptions(words), isExport ? true : undefined, 'declare');
}

function leaveLoop(shell: Shell): void {
  shell.hasLeft ||= shell.loops > 0;
}

/** In a function the names live as long as it runs. */
function localize(shell: Shell, words: readonly Word[]): void {
  for (const { text } of words) {
    const name = /^([A-Za-z_]\w*)/.exec(typeof text[0] === 'string' ? text[0] : '')?.[1];
    if (name !== undefined) shell.localize(name);
  }
}

/** `hash -p /path go`, `enable -f lib.so go`: bash then runs something else by that name. */
function rename(shell: Shell, words: readonly Word[]): void {
  const names = words.map(wordOf);
  if (names.some(name => /^-[pf]$/.test(name ?? ''))) shell.aliases.add(names.at(-1) ?? '');
}

/** `read A`, `printf -v A`: the value is not known. */
function readInto(shell: Shell, words: readonly Word[], { at, raw }: Word): void {
  for (const word of words) {
    const name = wordOf(word);
    if (name !== null && /^[A-Za-z_]\w*$/.test(name))
      shell.set(name, { text: hole(`${raw} ${name}`, name), at, by: raw, range: null });
  }
}
