import { Source } from '../source.ts';
import { readBody, readOpenings } from './heredoc.ts';
import { type Heredoc, type Instruction, keywords, readInstruction } from './instruction.ts';
import { Lines } from './lines.ts';

export type { Flag, Heredoc, Instruction } from './instruction.ts';

export interface Comment {
  /** 1-based. */
  readonly line: number;
  /** Without the `#`. */
  readonly text: string;
}

export interface DockerfileText {
  readonly text: string;
  /** The escape character: a backslash or a backquote. */
  readonly escaper: string;
  readonly instructions: readonly Instruction[];
  /** Comment lines outside heredoc bodies, those inside continuations included. */
  readonly comments: readonly Comment[];
  /** What BuildKit would refuse: an unterminated heredoc, a word that is no instruction. */
  readonly problems: readonly { readonly line: number; readonly what: string }[];
  /** 1-based line of an offset. */
  lineOf(offset: number): number;
}

/**
 * Splits a Dockerfile into instructions as BuildKit does (frontend/dockerfile/parser, Parse): comment and empty lines inside a
 * continuation vanish, lines are joined with nothing between, heredocs follow their line. Linear in the size of the text,
 * whatever stands in it.
 */
export function readDockerfile(text: string): DockerfileText {
  const lines = new Lines(text);
  const { escaper, problem } = readDirectives(lines);
  const problems = problem === null ? [] : [problem];
  const instructions: Instruction[] = [];
  const comments: Comment[] = [];
  let index = 0;
  while (index < lines.count) {
    const line = lines.text(index);
    if (isSkipped(line, index)) {
      noteComment(line, index++, comments);
      continue;
    }
    const first = index;
    const logical = joinLines(lines, first, escaper, comments);
    index = logical.next;
    const heredocs: Heredoc[] = [];
    for (const opening of readOpenings(logical.joined.text, escaper)) {
      const { heredoc, next } = readBody(text, lines, index, opening);
      heredocs.push(heredoc);
      if (next === null) problems.push({ line: first + 1, what: `the heredoc ${short(opening.name)} is not closed` });
      index = next ?? lines.count;
    }
    const read = readInstruction(logical.joined, escaper);
    if (!keywords.has(read.keyword))
      problems.push({ line: first + 1, what: `${short(read.keyword)} is no instruction` });
    const at = lines.start(first) + (/^\uFEFF?\s*/.exec(line)?.[0].length ?? 0);
    instructions.push({ ...read, at, end: endOf(text, lines.start(index)), heredocs });
  }
  return { text, escaper, instructions, comments, problems, lineOf: offset => lines.lineOf(offset) };
}

/** `# escape=` and its like stand at the top, before anything else; the names in any case (parser/directives.go). */
function readDirectives(lines: Lines): { escaper: string; problem: DockerfileText['problems'][number] | null } {
  const seen = new Set<string>();
  let escaper = '\\';
  for (let index = 0; index < lines.count; index++) {
    const found = /^\uFEFF?#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$/.exec(lines.text(index));
    const name = found?.[1]?.toLowerCase() ?? '';
    if (!/^(syntax|escape|check)$/.test(name)) break;
    const value = found?.[2] ?? '';
    const line = index + 1;
    if (seen.has(name)) return { escaper, problem: { line, what: `${name} is said twice` } };
    seen.add(name);
    if (name !== 'escape') continue;
    if (value !== '\\' && value !== '`')
      return { escaper, problem: { line, what: `${short(value)} is no escape character` } };
    escaper = value;
  }
  return { escaper, problem: null };
}

interface Logical {
  readonly joined: Source;
  /** The line behind it. */
  readonly next: number;
}

function joinLines(lines: Lines, first: number, escaper: string, comments: Comment[]): Logical {
  const continued = escaper === '`' ? /(^|[^`])`[ \t]*$/ : /(^|[^\\])\\[ \t]*$/;
  const parts: Source[] = [];
  let index = first;
  for (; index < lines.count; index++) {
    const line = lines.text(index);
    if (index > first && isSkipped(line, index)) {
      noteComment(line, index, comments);
      continue;
    }
    const bom = index === 0 && line.startsWith('\uFEFF') ? 1 : 0;
    const content = line.slice(bom);
    const more = continued.exec(content);
    const kept = more === null ? content : content.slice(0, more.index + (more[1]?.length ?? 0));
    parts.push(Source.at(kept, lines.start(index) + bom));
    if (more === null) break;
  }
  return { joined: Source.join(parts), next: Math.min(index + 1, lines.count) };
}

/** Empty lines and comments. */
function isSkipped(line: string, index: number): boolean {
  return /^\s*(#|$)/.test(index === 0 ? line.replace(/^\uFEFF/, '') : line);
}

function noteComment(line: string, index: number, comments: Comment[]): void {
  const hash = line.indexOf('#');
  if (hash >= 0) comments.push({ line: index + 1, text: line.slice(hash + 1).trim() });
}

/** Without the line end that follows. */
function endOf(text: string, next: number): number {
  let end = next;
  if (text[end - 1] === '\n') end--;
  if (text[end - 1] === '\r') end--;
  return end;
}

function short(word: string): string {
  return word.length > 40 ? `${word.slice(0, 40)}…` : word;
}
