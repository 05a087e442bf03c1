import type { Command } from '../command.ts';

/** Works both from a file `_goshim` in fpath and by `eval`. */
export function zsh(commands: readonly Command[]): string {
  return `#compdef goshim
# zsh completion of goshim: eval "$(goshim completion zsh)" after compinit, or a file _goshim in fpath
_goshim() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quote(`${name}:${summary.replace(/:/g, '\\:')}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2]:$words[CURRENT-1]:$words[CURRENT] in
${commands.flatMap(casesOf).join('\n')}
  esac
}
if [[ $funcstack[1] == _goshim ]]; then _goshim "$@"; else compdef _goshim goshim; fi
`;
}

function casesOf({ name, options, completes }: Command): string[] {
  const add = (pattern: string, words: readonly string[] | 'files') =>
    `    ${pattern}) ${words === 'files' ? '_files' : `compadd -- ${words.map(quote).join(' ')}`} ;;`;
  const values = options.filter(({ value }) => value !== undefined);
  return [
    ...values.map(option => add(`${name}:--${option.name}:*`, option.values ?? 'files')),
    add(`${name}:*:-*`, [...options.map(option => `--${option.name}`), '--help']),
    ...(completes === 'nothing' ? [] : [add(`${name}:*`, completes)]),
  ];
}

function quote(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
