import type { Command } from '../command.ts';

/** For bash 3.2 and later. Where nothing is offered, `-o default` completes file names. */
export function bash(commands: readonly Command[]): string {
  return `# bash completion of goshim: eval "$(goshim completion bash)"
_goshim() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words=
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${[...commands.map(({ name }) => name), '--help', '--version'].join(' ')}'
  else
    case \${COMP_WORDS[1]}:$previous:$current in
${commands.flatMap(casesOf).join('\n')}
    esac
  fi
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current")); fi
}
complete -o default -F _goshim goshim
`;
}

function casesOf({ name, options, completes }: Command): string[] {
  const line = (pattern: string, words: readonly string[]) => `      ${pattern}) words='${words.join(' ')}' ;;`;
  const values = options.filter(({ value }) => value !== undefined);
  return [
    ...values.map(option => line(`${name}:--${option.name}:*`, option.values ?? [])),
    line(`${name}:*:-*`, [...options.map(option => `--${option.name}`), '--help']),
    ...(typeof completes === 'string' ? [] : [line(`${name}:*`, completes)]),
  ];
}
