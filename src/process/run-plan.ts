import { join } from 'node:path';
import { joinQuoted, quoteWord } from '../golang/quoted.ts';
import { type Handover, launchers, launcherWords, userEnvironment } from './handover.ts';
import { quoteAll } from './quote.ts';

/** Changes of go's environment: name → value, null = unset. */
export type Changes = Readonly<Record<string, string | null>>;

/**
 * The plan of a `go run`, as bin/go evaluates it: changes of the environment (`NAME=value`, or `-NAME` to unset it), `--`,
 * go's words. It goes to stdout with nothing else. No output at all means: the line as it was given.
 */
export function runPlan(argv: readonly string[], changes: Changes): string {
  const words = Object.entries(changes).map(([name, value]) => (value === null ? `-${name}` : `${name}=${value}`));
  return quoteAll([...words, '--', ...argv]);
}

/**
 * The value for `go run -exec`: our own launcher (bin/goshim-exec) and all it must know, the user's words inside it.
 * @param changes what the plan changes in go's environment: the program gets these variables as the user had them.
 * @param user words of the user's own -exec, or of the go_GOOS_GOARCH_exec that go would have looked up; [] for none.
 * @returns null when a path holds a blank and both kinds of quotes, which go's grammar cannot spell.
 */
export function execFlag(handover: Handover, changes: Changes, user: readonly string[]): string | null {
  const environment = userEnvironment(handover);
  const known = [
    `node=${process.execPath}`,
    `start=${join(launchers(), 'goshim-start.cjs')}`,
    `go=${handover.go}`,
    ...(handover.entry === null ? [] : [`entry=${handover.entry}`]),
    ...(handover.inherited.odd ? ['odd=1'] : []),
    ...Object.keys(changes).map(name => {
      const value = environment[name];
      return value === undefined ? `unset=${name}` : `set=${name}=${value}`;
    }),
    `users=${user.length}`,
  ];
  const shell = joinQuoted(launcherWords(handover.shell, 'goshim-exec'));
  const inner = user.map(quoteWord);
  return shell === null || inner.includes(null) ? null : [shell, ...known.map(encode), '--', ...inner].join(' ');
}

/** Bytes that go's quoted.Split or printf's %b would take for their own become `\0ooo`: go has no escapes, `%b` reads it. */
function encode(word: string): string {
  return [...Buffer.from(word)]
    .map(byte => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_./:=,+@%-]/.test(character) ? character : `\\0${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
}
