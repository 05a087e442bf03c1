import { Source } from '../source.ts';
import type { Instruction } from './read.ts';

/**
 * What the shell of a RUN is given (dockerfile2llb dispatchRun): a sole heredoc is the script itself; any other is put
 * behind the line for the shell to read. `hidden` names a shell that is none of sh's kin.
 */
export function runScript(
  instruction: Instruction,
  shell: readonly string[] | null,
): { readonly script: Source; readonly shell?: readonly string[] } | { readonly hidden: string } {
  const { rest, heredocs } = instruction;
  const [first] = heredocs;
  const name = shell?.[0]?.split('/').at(-1) ?? 'sh';
  const isShell = shellNames.test(name) && (shell === null || takesScript(shell.slice(1)));
  const words = shell === null ? {} : { shell };
  if (first === undefined) return isShell ? { script: rest, ...words } : { hidden: `SHELL ${shell?.join(' ')}` };
  const sole = heredocs.length === 1 && /^\d*<<-?["']?[^\s<"']+["']?\s*$/.test(rest.text);
  if (sole) {
    const shebang = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(first.body.text);
    const interpreter = (shebang?.[1]?.endsWith('/env') ? shebang[2] : shebang?.[1])?.split('/').at(-1);
    if (interpreter !== undefined && !shellNames.test(interpreter)) return { hidden: `#!${interpreter}` };
    if (interpreter === undefined && !isShell) return { hidden: `SHELL ${name}` };
    if (interpreter !== undefined) return { script: first.body, shell: [interpreter, ...optionsOf(shebang)] };
    return { script: first.body, ...(shell === null ? {} : { shell }) };
  }
  // `RUN <<EOF bash`: the command reads the script.
  const reader =
    /^\d*<<-?["']?[^\s<"']+["']?\s+(\S+)\s*$/.exec(rest.text)?.[1] ??
    /^(\S+)\s+<<-?["']?[^\s<"']+["']?\s*$/.exec(rest.text)?.[1];
  if (reader !== undefined && heredocs.length === 1) {
    const program = reader.split('/').at(-1) ?? '';
    if (shellNames.test(program)) return { script: first.body, shell: [program] };
    if (/^(cat|tee)$/.test(program)) return { script: Source.join([]) };
    return { hidden: `${program} reading a heredoc` };
  }
  if (!isShell) return { hidden: `SHELL ${name}` };
  const parts = [rest];
  for (const { body, name: end } of heredocs)
    parts.push(Source.near('\n', body.at(0)), body, Source.near(end, body.at(body.text.length)));
  return { script: Source.join([...parts, Source.near('\n', rest.at(0))]), ...words };
}

/** SHELL's options end in one with `c`, so that the RUN line itself is the script. */
function takesScript(options: readonly string[]): boolean {
  const last = options.at(-1) ?? '';
  return (
    /^-[a-zA-Z]*c$/.test(last) &&
    options.slice(0, -1).every((each, index) => /^[-+]/.test(each) || /^[-+][a-zA-Z]*o$/.test(options[index - 1] ?? ''))
  );
}

/** `#!/bin/bash -e`: the rest of the line is one option. */
function optionsOf(shebang: RegExpExecArray | null): readonly string[] {
  const option = shebang?.[2];
  return option?.startsWith('-') ? [option] : [];
}

const shellNames = /^(ba|da|a|z|k|mk)?sh$/;
