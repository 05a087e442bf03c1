import { Source } from '../source.ts';

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

export interface Comment {
  readonly at: number;
  readonly line: number;
  readonly text: string;
}

export interface DockerfileText {
  readonly text: string;
  readonly escaper: string;
  readonly instructions: readonly Instruction[];
  readonly comments: readonly Comment[];
  /** What BuildKit would refuse: an unterminated heredoc, a word that is no instruction. */
  readonly problems: readonly { readonly line: number; readonly what: string }[];
  /** 1-based line of an offset. */
  lineOf(offset: number): number;
}

/**
 * Splits a Dockerfile into instructions. The splitting is dockerfile-ast's; joining, flags and heredoc bodies are read
 * from the file itself, since its arguments keep comment lines and lose blanks.
 */
export async function readDockerfile(text: string): Promise<DockerfileText> {
  const { DockerfileParser } = await import('dockerfile-ast');
  const parsed = DockerfileParser.parse(text);
  const lines = lineStarts(text);
  const escaper = parsed.getEscapeCharacter();
  const offset = (position: { line: number; character: number }): number =>
    (lines[position.line] ?? text.length) + position.character;
  const problems: { line: number; what: string }[] = [];
  const instructions: Instruction[] = [];
  for (const instruction of parsed.getInstructions()) {
    const { start, end } = instruction.getRange();
    const documents = hasHeredocs(instruction) ? instruction.getHeredocs() : [];
    const bodies = documents.map(document => document.getContentRange());
    const firstBody = bodies[0];
    const last = firstBody === null || firstBody === undefined ? end.line : firstBody.start.line - 1;
    const joined = joinLines(text, lines, start.line, last, escaper);
    const opening = readOpenings(joined.text);
    const heredocs = documents.map((document, index): Heredoc => {
      const range = bodies[index];
      const from = range ? offset({ line: range.start.line, character: 0 }) : offset(end);
      const opened = opening[index];
      const name = document.getName();
      const to = findEnd(text, from, name, opened?.chomp ?? false);
      if (to === null) problems.push({ line: start.line + 1, what: `the heredoc ${name} is not closed` });
      return {
        name,
        chomp: opened?.chomp ?? false,
        quoted: opened?.quoted ?? false,
        body: bodyOf(text, from, to ?? text.length),
      };
    });
    instructions.push({
      ...readInstruction(joined, escaper),
      at: offset(start),
      end: offset(end),
      heredocs,
    });
  }
  for (const { keyword, at } of instructions)
    if (!keywords.has(keyword)) problems.push({ line: lineAt(lines, at), what: `${short(keyword)} is no instruction` });
  return {
    text,
    escaper,
    instructions,
    comments: readComments(text, lines, instructions),
    problems,
    lineOf: at => lineAt(lines, at),
  };
}

/** `KEYWORD --flag=value rest`, also for what follows ONBUILD. */
export function readInstruction(joined: Source, escaper: string): Pick<Instruction, 'keyword' | 'flags' | 'rest'> {
  const found = /^\s*(\S*)\s*/.exec(joined.text);
  const keyword = (found?.[1] ?? '').toUpperCase();
  let rest = joined.slice(found?.[0].length ?? 0);
  const flags: Flag[] = [];
  if (keywords.has(keyword))
    for (;;) {
      const flag = readFlag(rest.text, escaper);
      if (flag === null) break;
      if (flag.name !== '') flags.push({ name: flag.name, value: flag.value });
      rest = rest.slice(flag.length);
      if (flag.name === '') break;
    }
  return { keyword, flags, rest };
}

const keywords: ReadonlySet<string> = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

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

/** Joins lines `first`..`last` (0-based): nothing between, comment and empty lines inside dropped. */
function joinLines(text: string, lines: readonly number[], first: number, last: number, escaper: string): Source {
  const continued = escaper === '`' ? /(^|[^`])`[ \t]*$/ : /(^|[^\\])\\[ \t]*$/;
  const parts: Source[] = [];
  for (let line = first; line <= last; line++) {
    const at = lines[line];
    if (at === undefined) break;
    const content = text.slice(at, lines[line + 1]).replace(/\r?\n$/, '');
    if (line > first && /^\s*(#|$)/.test(content)) continue;
    const more = continued.exec(content);
    const kept = more === null ? content : content.slice(0, more.index + (more[1]?.length ?? 0));
    parts.push(Source.at(kept, at));
    if (more === null) break;
  }
  return Source.join(parts);
}

/** A heredoc's body; CRLF line ends become the LF that a shell wants. */
function bodyOf(text: string, from: number, to: number): Source {
  const body = text.slice(from, to);
  if (!body.includes('\r')) return Source.at(body, from);
  const parts: Source[] = [];
  let at = 0;
  for (const { index } of body.matchAll(/\r(?=\n)/g)) {
    parts.push(Source.at(body.slice(at, index), from + at));
    at = index + 1;
  }
  return Source.join([...parts, Source.at(body.slice(at), from + at)]);
}

/** The `<<-"NAME"` words of a line, in order. */
function readOpenings(text: string): { chomp: boolean; quoted: boolean }[] {
  return [...text.matchAll(/(?:^|[\s;&|])\d*<<(-?)(["']?)[^\s<"']+\2/g)].map(found => ({
    chomp: found[1] === '-',
    quoted: found[2] !== '',
  }));
}

/** Offset where the heredoc's closing line starts, or null when there is none. */
function findEnd(text: string, from: number, name: string, chomp: boolean): number | null {
  let at = from;
  while (at < text.length) {
    const next = text.indexOf('\n', at);
    const line = text.slice(at, next < 0 ? text.length : next).replace(/\r$/, '');
    if ((chomp ? line.replace(/^\t+/, '') : line) === name) return at;
    if (next < 0) return null;
    at = next + 1;
  }
  return null;
}

/** Comment lines outside heredoc bodies, those inside continuations included. */
function readComments(text: string, lines: readonly number[], instructions: readonly Instruction[]): Comment[] {
  const bodies = instructions.flatMap(({ heredocs }) =>
    heredocs.map(({ body }) => [body.at(0), body.text.length] as const),
  );
  const comments: Comment[] = [];
  let body = 0;
  for (const [line, at] of lines.entries()) {
    const found = /^\s*#(.*)/.exec(text.slice(at, lines[line + 1]).replace(/\r?\n$/, ''));
    while (body < bodies.length && (bodies[body]?.[0] ?? 0) + (bodies[body]?.[1] ?? 0) <= at) body++;
    const inside = bodies[body];
    if (found !== null && (inside === undefined || at < inside[0]))
      comments.push({ at, line: line + 1, text: (found[1] ?? '').trim() });
  }
  return comments;
}

function hasHeredocs(instruction: object): instruction is { getHeredocs(): AstHeredoc[] } {
  return 'getHeredocs' in instruction;
}

interface AstHeredoc {
  getName(): string;
  getContentRange(): { start: { line: number; character: number } } | null;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(lines: readonly number[], offset: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

function short(word: string): string {
  return word.length > 40 ? `${word.slice(0, 40)}…` : word;
}
