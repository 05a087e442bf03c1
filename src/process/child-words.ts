import { type Handover, launcherWords } from './handover.ts';

/** How go's process is to be: `Handover` says it for go's build and install. */
export type Surroundings = Pick<Handover, 'shell' | 'inherited'>;

/**
 * The words that start go as the launcher would have started it. go itself, unless Node changed something in itself that a
 * child inherits (closed stdio, the open files limit, ignored signals) or cannot carry go's words (`raw`): then bin/goshim-child
 * gives that back and becomes go.
 * @param raw go gets the words behind `--` of this process's own command line, byte for byte, and its environment block.
 */
export function childWords(
  go: string,
  argv: readonly string[],
  { shell, inherited }: Surroundings,
  raw = false,
): readonly [string, ...string[]] {
  const repairs = [
    ...(inherited.files === null ? [] : [`files=${inherited.files}`]),
    ...inherited.ignored.map(signal => `ignored=${signal}`),
    ...inherited.closed.map(descriptor => `closed=${descriptor}`),
    ...(raw ? ['raw=1'] : []),
  ];
  if (repairs.length === 0) return [go, ...argv];
  const [program = shell, ...words] = launcherWords(shell, 'goshim-child');
  return [program, ...words, ...repairs, ...(inherited.odd ? ['odd=1'] : []), '--', go, ...argv];
}
