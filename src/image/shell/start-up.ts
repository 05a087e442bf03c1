import { Source } from '../source.ts';
import { hole, type Text } from '../text.ts';
import { hideCommand } from './doubts.ts';
import type { Shell } from './shell.ts';
import { linesOf, scriptOf } from './text-files.ts';
import { markHoles, type Word, wordOf } from './words.ts';

/** `. file`. */
export function sourced(shell: Shell, words: readonly Word[], name: Word): void {
  const [file, ...rest] = words;
  const path = file === undefined ? null : shell.path(file.text);
  shell.positional = rest.length > 0 ? rest.map(({ text }) => text) : shell.positional;
  sourceFile(shell, path, file?.raw ?? '', name.at);
}

/** Runs the lines of a file in this shell, where they are known; else it may have set anything. */
export function sourceFile(shell: Shell, path: string | null, shown: string, at: number): void {
  const origins = path === null ? null : shell.machine.files.find(path);
  // What the distribution wrote itself sets nothing that go asks for.
  if (origins === null && path !== null && ofDistribution.test(path)) return;
  const [only] = origins ?? [];
  const lines = only !== undefined && origins?.length === 1 ? linesOf(only, shell) : null;
  if (lines === null) {
    hideCommand(shell, `. ${shown}`, at);
    setAnything(shell, `. ${shown}`, at);
    return;
  }
  const holes: Text[number][] = [];
  const text = markHoles(scriptOf(lines), holes);
  shell.run(Source.near(text, at), holes);
}

const ofDistribution =
  /^(\/etc\/(os-release|profile|bash\.bashrc|environment)|\/root\/\.bashrc|\/opt\/rh\/[\w.-]+\/enable)$/;

/** Any variable may have been set; these are the ones in which a build's whole line can stand. */
export function setAnything(shell: Shell, by: string, at: number): void {
  for (const name of ['CGO_ENABLED', 'GOFLAGS', 'CGO_LDFLAGS'])
    shell.set(name, { text: hole(by, name), at, by, range: null }, true);
}

/**
 * What a shell reads before its script (bash(1) INVOCATION, zsh(1) STARTUP/SHUTDOWN FILES): BASH_ENV, the login files with -l,
 * .bashrc with -i, .zshenv always. dash and busybox read nothing when they are not interactive, but profiles with -l;
 * interactive ones read ENV. bash takes functions from BASH_FUNC_name%%.
 */
export function readStartUp(shell: Shell, program: Word, options: readonly Word[]): void {
  const name = wordOf(program)?.split('/').at(-1) ?? '';
  const given = options.map(option => wordOf(option) ?? '');
  const has = (letter: string): boolean => given.some(each => new RegExp(`^-\\w*${letter}`).test(each));
  if (given.some((each, index) => /^[-+]\w*a\w*$/.test(each) || (each === 'allexport' && given[index - 1] === '-o')))
    shell.exportsAll = true;
  const isInteractive = has('i');
  const { files } = shell.machine;
  const home = shell.path(shell.home);
  const inHome = (...names: string[]): string[] => (home === null ? [] : names.map(each => `${home}/${each}`));
  const read: string[] = [];
  if (has('l') || given.includes('--login'))
    read.push('/etc/profile', ...inHome('.bash_profile', '.bash_login', '.profile', '.zprofile'));
  if (isInteractive) read.push('/etc/bash.bashrc', ...inHome('.bashrc', '.zshrc'));
  if (name === 'zsh') read.push('/etc/zsh/zshenv', ...inHome('.zshenv'));
  for (const path of read) if (files.find(path) !== null) sourceFile(shell, path, path, program.at);
  if (has('l') && [...files.paths].some(([path]) => path.startsWith('/etc/profile.d/')))
    for (const [path] of [...files.paths])
      if (path.startsWith('/etc/profile.d/')) sourceFile(shell, path, path, program.at);
  const fileOption = given.findIndex(each => /^--(rcfile|init-file)$/.test(each));
  const file = options[fileOption + 1];
  if (fileOption >= 0 && file !== undefined) sourceFile(shell, shell.path(file.text), file.raw, program.at);
  if (name === 'bash')
    for (const variable of shell.variables.keys()) {
      const imported = /BASH_FUNC_([^%"']+)%%/.exec(variable)?.[1];
      if (imported !== undefined) shell.aliases.add(imported);
    }
  const ofShell = shell.variables.get('ENV');
  if (isInteractive && /^(ba|da|a|k)?sh$/.test(name) && ofShell?.exported === true && ofShell.text.length > 0)
    sourceFile(shell, shell.path(ofShell.text), 'ENV', ofShell.at);
  const bashEnv = shell.variables.get('BASH_ENV');
  if (name !== 'bash' || isInteractive || bashEnv?.exported !== true || bashEnv.text.length === 0) return;
  sourceFile(shell, shell.path(bashEnv.text), 'BASH_ENV', bashEnv.at);
}
