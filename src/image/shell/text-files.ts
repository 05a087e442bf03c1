import type { Command, Redirection } from 'unbash';
import type { FileLine, Origin } from '../files.ts';
import { hole, known, type Text } from '../text.ts';
import type { Shell } from './shell.ts';
import { expandHeredoc, type Scope, type Word, wordOf } from './words.ts';

/** A file that tells more than this is no settings file. */
export const mostLines = 200;

/** What a command writes to its standard output, as lines; null where nobody can know without running it. */
export function printed(
  shell: Shell,
  words: readonly Word[],
  redirects: Command['redirects'],
  scope: Scope,
): readonly FileLine[] | null {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  const at = first.at;
  switch (wordOf(first)) {
    case 'echo':
      return echoed(rest);
    case 'printf':
      return formatted(rest);
    case 'cat':
    case 'tee':
      return rest.every(word => wordOf(word)?.startsWith('-') || wordOf(first) === 'tee')
        ? (heredoc(redirects, scope, at) ?? shell.piped)
        : null;
    default:
      return null;
  }
}

/** The body of the last heredoc that stands for the standard input. */
function heredoc(redirects: readonly Redirection[], scope: Scope, at: number): readonly FileLine[] | null {
  const found = redirects.findLast(each => each.type === 'HereDoc');
  if (found?.type !== 'HereDoc' || found.body === undefined) return null;
  const isTabbed = found.operator === '<<-';
  const text = expandHeredoc(found.body, found.delimiter?.quoted === true, scope);
  return splitLines(text, at, 'heredoc').map(line =>
    isTabbed && typeof line.text[0] === 'string'
      ? { ...line, text: [line.text[0].replace(/^\t+/, ''), ...line.text.slice(1)] }
      : line,
  );
}

/** dash's echo reads backslashes, bash's does not. */
function echoed(words: readonly Word[]): readonly FileLine[] | null {
  const [option] = words;
  const isBare = wordOf(option) === '-n';
  const given = isBare ? words.slice(1) : words;
  if (/^-[neE]+$/.test(wordOf(given[0]) ?? '') || given.some(hasBackslash)) return null;
  const text = given.flatMap(({ text }, index): Text => (index === 0 ? text : [' ', ...text]));
  const [only] = given;
  const range = given.length === 1 && only !== undefined && !/["'\\$]/.test(only.raw) ? only.range : null;
  return splitLines(text, only?.at ?? 0, 'echo').map((line, _, all) => (all.length === 1 ? { ...line, range } : line));
}

/** Formats that are plain text, or `%s` for each argument. */
function formatted(words: readonly Word[]): readonly FileLine[] | null {
  const [format, ...given] = words;
  const text = wordOf(format);
  if (format === undefined || text === null || text.startsWith('-')) return null;
  const plain = text.replaceAll('\\n', '\n');
  if (plain.includes('\\')) return null;
  if (!plain.includes('%')) return splitLines([plain], format.at, 'printf');
  if (!/^[^%]*%s[^%]*$/.test(plain)) return null;
  const [head = '', tail = ''] = plain.split('%s');
  return splitLines(
    given.flatMap(word => [head, ...word.text, tail]),
    format.at,
    'printf',
  );
}

function hasBackslash({ text }: Word): boolean {
  return text.some(piece => typeof piece === 'string' && piece.includes('\\'));
}

export function splitLines(text: Text, at: number, by: string): readonly FileLine[] {
  const lines: Text[number][][] = [[]];
  for (const piece of text) {
    if (typeof piece !== 'string') {
      lines.at(-1)?.push(piece);
      continue;
    }
    for (const [index, part] of piece.split('\n', mostLines + 2).entries()) {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push(part);
    }
  }
  if (lines.at(-1)?.length === 0) lines.pop();
  return lines.slice(0, mostLines + 1).map(line => ({ text: line, at, by, range: null }));
}

/** Lines of a file that the Dockerfile or the build context tells of; null where they are not known. */
export function linesOf(origin: Origin, shell: Shell): readonly FileLine[] | null {
  if (origin.kind === 'hidden') return origin.lines ?? null;
  if (origin.kind !== 'context') return null;
  if (origin.lines !== undefined) return origin.lines;
  const text = shell.world.contextText?.(origin.path) ?? null;
  if (text === null || text.length > longestFile) return null;
  const lines = splitLines([text], origin.at, `COPY ${origin.path}`);
  return lines.length > mostLines ? null : lines;
}

const longestFile = 65_536;

/** The directory of the build context that was copied there has no such file. */
export function isMissing(origin: Origin, shell: Shell): boolean {
  return origin.kind === 'context' && origin.isAbsent !== true && shell.world.mayHold?.(origin.path) === false;
}

/** A command wrote a file, or wrote at its end. What its lines are is known where `lines` is not null. */
export function writeFile(
  shell: Shell,
  path: string,
  { lines, isAppended, by, at }: { lines: readonly FileLine[] | null; isAppended: boolean; by: string; at: number },
): void {
  if (/^\/(dev|proc|sys)\//.test(path)) return;
  const { files } = shell.machine;
  const before = isAppended ? files.file(path) : null;
  const [only] = before ?? [];
  const first = before === null ? [] : before.length === 1 && only !== undefined ? linesOf(only, shell) : null;
  const all = first === null || lines === null ? null : [...first, ...lines];
  const isKept = all !== null && all.length <= mostLines;
  files.write(files.resolve(path), [{ kind: 'hidden', by, at, ...(isKept ? { lines: all } : {}) }]);
}

/** The lines as one script, for a shell that reads it. */
export function scriptOf(lines: readonly FileLine[]): Text {
  return lines.flatMap(({ text }) => [...text, '\n']);
}

/** `NAME=value`: the name, and the value; null for any other line. */
export function settingOf({ text }: FileLine): { readonly name: string; readonly value: Text } | null {
  const [first, ...rest] = text;
  const found = typeof first === 'string' ? /^([A-Z][^=]*)=/.exec(first) : null;
  if (found?.[1] === undefined || typeof first !== 'string') return null;
  const head = first.slice(found[0].length);
  return { name: found[1], value: head === '' ? rest : [head, ...rest] };
}

/** A line that may be any setting. */
export function isOpen({ text }: FileLine): boolean {
  return text.length > 0 && (typeof text[0] !== 'string' || (known(text) === null && !text[0].includes('=')));
}

export function unknownLine(by: string, at: number, name: string): FileLine {
  return { text: [`${name}=`, ...hole(by, name)], at, by, range: null };
}
