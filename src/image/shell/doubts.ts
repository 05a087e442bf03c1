import type { Origin } from '../files.ts';
import { goEnvPath } from '../go/go-settings.ts';
import { isWithin } from '../paths.ts';
import { show } from '../text.ts';
import { paths } from './operands.ts';
import type { Shell } from './shell.ts';
import { linesOf } from './text-files.ts';
import { type Word, wordOf } from './words.ts';

/** An unknown command that is given a followed file may have changed it; what is known to be wrong with it hardly goes away. */
export function touch(shell: Shell, words: readonly Word[], by: string, at: number): void {
  // A word of several may be a script.
  const scripts = words.map(word => wordOf(word) ?? '').filter(text => /\s/.test(text));
  const named = scripts.length === 0 ? [] : [...shell.machine.files.paths].map(([path]) => path);
  for (const path of [...paths(shell, words), ...named.filter(each => scripts.some(text => text.includes(each)))]) {
    const origins = shell.machine.files.file(path);
    if (origins?.some(({ kind }) => kind === 'build'))
      shell.machine.files.write(path, [...origins, { kind: 'hidden', by, at, isDoubt: true }]);
  }
}

/** A build tool or a script: what it makes cannot be seen, and it may have changed any program that was here before. */
export function hideCommand(shell: Shell, by: string, at: number): void {
  shell.machine.hide(by, at, true);
  // Where Go itself lies it may build another one.
  if (shell.directory !== null && isWithin(shell.directory, '/usr/local/go'))
    shell.machine.files.writeTree('/usr/local/go', [{ kind: 'hidden', by, at }]);
  doubt(shell, { kind: 'hidden', by, at, isDoubt: true });
}

/** A script whose text shows that it changes go or its settings: what a go line after it builds with is not known. */
export function hideScript(shell: Shell, path: string | null, by: string, at: number): void {
  hideCommand(shell, by, at);
  const [origin] = (path === null ? null : shell.machine.files.find(path)) ?? [];
  const lines = origin === undefined ? null : linesOf(origin, shell);
  const file = goEnvPath(shell);
  if (file !== null && lines?.some(({ text }) => changesGo.test(show(text))) === true)
    shell.machine.files.write(file, [{ kind: 'hidden', by, at }]);
}

const changesGo = /\bgo\s+env\s+-[wu]\b|\bGOENV\b|\bgo\.env\b|\.config\/go\b|\/bin\/go\b/;

/** Commands that change or move the files they are given. */
export const changers = /^(strip|eu-strip|sstrip|objcopy|upx|mv|cp|install|rm|tee|dd)$/;

/** A command that changes files it was not seen to name: any that is followed may be one of them. */
export function doubtAll(shell: Shell, by: string, at: number, isDoubt = false): void {
  doubt(shell, { kind: 'hidden', by, at, isDoubt });
}

function doubt({ machine: { files } }: Shell, origin: Origin & { readonly kind: 'hidden' }): void {
  const isDoubtful = (origins: readonly Origin[]): boolean =>
    origins.some(({ kind }) => kind === 'build') &&
    !origins.some(each => each.kind === 'hidden' && each.isDoubt === origin.isDoubt);
  for (const [path, origins] of [...files.paths]) if (isDoubtful(origins)) files.write(path, [...origins, origin]);
  for (const [path, origins] of [...files.trees]) if (isDoubtful(origins)) files.writeTree(path, [...origins, origin]);
}
