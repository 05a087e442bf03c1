import { Source } from '../source.ts';
import { splitWords } from './expand.ts';
import type { Heredoc } from './instruction.ts';
import type { Lines } from './lines.ts';

type Opening = Omit<Heredoc, 'body'>;

/** The `<<-"NAME"` words of an instruction's logical line, in order (parser.go heredocsFromLine). */
export function readOpenings(joined: string, escaper: string): readonly Opening[] {
  if (!/^\s*(onbuild\s+)?(run|copy|add)\s/i.test(joined) || !joined.includes('<<')) return [];
  return splitWords(joined, escaper).flatMap(({ word }) => {
    const found = /^\d*<<(-?)([^<]+)$/.exec(word);
    if (found === null) return [];
    const rest = found[2] ?? '';
    return [{ name: rest.replace(/["']/g, ''), chomp: found[1] === '-', quoted: /["']/.test(rest) }];
  });
}

/** Reads a heredoc's body from a line on; `next` is the line behind its end, null where it is not closed. */
export function readBody(
  text: string,
  lines: Lines,
  first: number,
  opening: Opening,
): { readonly heredoc: Heredoc; readonly next: number | null } {
  let index = first;
  for (; index < lines.count; index++) {
    const line = lines.text(index);
    if ((opening.chomp ? line.replace(/^\t+/, '') : line) === opening.name) break;
  }
  const body = bodyOf(text, lines.start(first), lines.start(index));
  return { heredoc: { ...opening, body }, next: index < lines.count ? index + 1 : null };
}

/** CRLF line ends become the LF that a shell wants. */
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
