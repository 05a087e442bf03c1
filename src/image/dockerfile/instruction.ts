import type { Source } from '../source.ts';

/** One instruction, its continuation lines joined as BuildKit joins them (parser.go, trimContinuationCharacter). */
export interface Instruction {
  /** Upper case. */
  readonly keyword: string;
  /** 0-based offset of the keyword in the file. */
  readonly at: number;
  /** Offset of the end of the instruction, heredocs included. */
  readonly end: number;
  readonly flags: readonly Flag[];
  /** What follows the flags. */
  readonly rest: Source;
  readonly heredocs: readonly Heredoc[];
}

export interface Flag {
  readonly name: string;
  /** null: no `=`. */
  readonly value: string | null;
}

export interface Heredoc {
  readonly name: string;
  /** `<<-`: leading tabs are dropped. */
  readonly chomp: boolean;
  /** Quoted name: no variables are replaced. */
  readonly quoted: boolean;
  /** The body with its final newline. */
  readonly body: Source;
}

export const keywords: ReadonlySet<string> = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/** What may follow ONBUILD (instructions/parse.go, parseOnBuild). */
export function isTrigger(keyword: string): boolean {
  return keywords.has(keyword) && !['FROM', 'MAINTAINER', 'ONBUILD'].includes(keyword);
}

/** `KEYWORD --flag=value rest`, also for what follows ONBUILD. */
export function readInstruction(joined: Source, escaper: string): Pick<Instruction, 'keyword' | 'flags' | 'rest'> {
  const found = /^\s*(\S*)\s*/.exec(joined.text);
  const keyword = (found?.[1] ?? '').toUpperCase();
  let rest = joined.slice(found?.[0].length ?? 0);
  const flags: Flag[] = [];
  if (!keywords.has(keyword)) return { keyword, flags, rest };
  for (;;) {
    const flag = readFlag(rest.text, escaper);
    if (flag === null) break;
    rest = rest.slice(flag.length);
    if (flag.name === '') break;
    flags.push({ name: flag.name, value: flag.value });
  }
  return { keyword, flags, rest };
}

/** One `--name[=value]` at the start (BuildKit's extractBuilderFlags); name is empty for a bare `--`, which ends them. */
function readFlag(text: string, escaper: string): { name: string; value: string | null; length: number } | null {
  if (!text.startsWith('--')) return null;
  let word = '';
  let quote = '';
  let index = 0;
  for (; index < text.length; index++) {
    const letter = text[index] ?? '';
    if (quote === '' && /\s/.test(letter)) break;
    if (letter === escaper && index + 1 < text.length) {
      index++;
      word += text[index];
    } else if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
    else if (letter === quote) quote = '';
    else word += letter;
  }
  const length = index + (/^\s*/.exec(text.slice(index))?.[0].length ?? 0);
  const equals = word.indexOf('=');
  return equals < 0
    ? { name: word.slice(2), value: null, length }
    : { name: word.slice(2, equals), value: word.slice(equals + 1), length };
}
