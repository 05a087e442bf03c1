import type { Command, Option } from '../command.ts';

/** For fish 3 and later. */
export function fish(commands: readonly Command[]): string {
  return `# fish completion of goshim: goshim completion fish | source
complete -c goshim -f
complete -c goshim -n __fish_use_subcommand -l help -d 'This list, or the help of one command'
complete -c goshim -n __fish_use_subcommand -l version -d 'The version'
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ name, summary, options, completes }: Command): string[] {
  const here = `complete -c goshim -n '__fish_seen_subcommand_from ${name}'`;
  const words =
    completes === 'files'
      ? [`${here} -F`]
      : completes === 'nothing'
        ? []
        : [`${here} -a ${quote(completes.join(' '))}`];
  return [
    `complete -c goshim -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ...options.map(option => `${here} ${optionOf(option)}`),
    ...words,
  ];
}

function optionOf({ name, short, value, values, help }: Option): string {
  const takes = value === undefined ? '' : values === undefined ? ' -r -F' : ` -x -a ${quote(values.join(' '))}`;
  return `-l ${name}${short === undefined ? '' : ` -s ${short}`}${takes} -d ${quote(help)}`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
