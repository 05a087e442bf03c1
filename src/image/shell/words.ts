import type {
  DoubleQuotedChild,
  HereDocBody,
  ParameterExpansionPart,
  Script,
  Word as WordNode,
  WordPart,
} from 'unbash';
import { applyOperator } from '../dockerfile/expand.ts';
import type { Source } from '../source.ts';
import { empty, known, type Text } from '../text.ts';

/** A word after expansion. */
export interface Word {
  readonly text: Text;
  /** Offset in the file. */
  readonly at: number;
  /** Where the whole word stands in the file, in one piece. */
  readonly range: { readonly start: number; readonly end: number } | null;
  /** Where it begins and ends, where it is written over several lines. */
  readonly span?: { readonly start: number; readonly end: number } | null;
  /** The word as it stands in the script, quotes included. */
  readonly raw: string;
  /** Its text with the places the letters stand at, for `sh -c`. */
  readonly source: Source | null;
}

/** What expansion asks of the shell. */
export interface Scope {
  readonly script: Source;
  variable(name: string): Text | undefined;
  /** `${name:=…}` gives it this value, arithmetic one that is not computed here (null). */
  assign(name: string, value: Text | null): void;
  /** `$@`. */
  readonly positional: readonly Text[];
  /** Runs `$( … )`; its output where that can be known. `script` is what the command is read as. */
  substitute(command: string, script: Script | undefined): Text | null;
  /** Holes of a script that was itself put together, by their marks. */
  readonly holes: readonly Text[number][];
}

/** Expands one word to none, one or several: what unquoted values hold is split at blanks, as sh does. */
export function expandWord(node: WordNode, scope: Scope): readonly Word[] {
  const fields: Piece[][] = [[]];
  for (const [index, parts] of bracesOut(
    node.parts ?? [{ type: 'Literal', value: node.value } as WordPart],
  ).entries()) {
    if (index > 0) fields.push([]);
    for (const part of parts)
      for (const piece of expandPart(part, scope)) {
        if (piece === split) fields.push([]);
        else fields.at(-1)?.push(piece);
      }
  }
  const { script } = scope;
  const range = script.range(node.pos, node.end);
  const span = range ?? script.span(node.pos, node.end);
  const shared = { at: script.at(node.pos), range, span, raw: node.text };
  const words = fields
    .filter(field => field.length > 0)
    .map(field => ({ ...shared, text: merge(field), source: fields.length === 1 ? plainSource(node, script) : null }));
  return words;
}

/** bash makes a word of each alternative in `{a,b}`; one pair of braces, which is what people write. */
function bracesOut(parts: readonly WordPart[]): readonly (readonly WordPart[])[] {
  const at = parts.findIndex(({ type }) => type === 'BraceExpansion');
  const values = alternativesOf(parts[at]?.text ?? '');
  if (values === null) return [parts];
  return values.map(value => [
    ...parts.slice(0, at),
    { type: 'Literal', value, text: value } as WordPart,
    ...parts.slice(at + 1),
  ]);
}

const mostAlternatives = 64;

/** `{a,b}` and `{1..9}`; null: no braces that are read here. */
function alternativesOf(braces: string): readonly string[] | null {
  const list = /^\{([^{}$`"'\\]*,[^{}$`"'\\]*)\}$/.exec(braces)?.[1];
  if (list !== undefined) return list.split(',', mostAlternatives);
  const [, first = '', last = ''] = /^\{(-?\d+)\.\.(-?\d+)\}$/.exec(braces) ?? [];
  if (first === '') return null;
  const [from, to] = [Number(first), Number(last)];
  const count = Math.min(mostAlternatives, Math.abs(to - from) + 1);
  return Array.from({ length: count }, (_, index) => String(from + (to < from ? -index : index)));
}

/** The value of an assignment: nothing is split. */
export function expandValue(node: WordNode, scope: Scope): Text {
  const pieces: Piece[] = [];
  for (const part of node.parts ?? [{ type: 'Literal', value: node.value } as const])
    for (const piece of expandPart(part as WordPart, scope)) pieces.push(piece === split ? ' ' : piece);
  return merge(pieces);
}

/** The text of a heredoc; behind a quoted delimiter nothing is expanded. */
export function expandHeredoc({ text, parts }: HereDocBody, isQuoted: boolean, scope: Scope): Text {
  if (isQuoted || parts === undefined) return merge(unmark(text, scope));
  return merge(parts.flatMap(part => expandPart(part, scope, true)));
}

/** Marks a hole in a text that is parsed as a script again. */
export function markHoles(text: Text, holes: Text[number][]): string {
  return text
    .map(piece => {
      if (typeof piece === 'string') return piece;
      holes.push(piece);
      return `\uE000${holes.length - 1}\uE001`;
    })
    .join('');
}

const split = Symbol('split');
/** An empty string stands for an empty quoted word. */
type Piece = Text[number] | typeof split;

function expandPart(part: WordPart | DoubleQuotedChild, scope: Scope, quoted = false): Piece[] {
  switch (part.type) {
    case 'Literal':
    case 'AnsiCQuoted':
    case 'SingleQuoted':
      return unmark(part.value, scope);
    case 'DoubleQuoted':
    case 'LocaleString': {
      const inner = part.parts.flatMap(child => expandPart(child, scope, true));
      return inner.length === 0 ? [''] : inner;
    }
    case 'SimpleExpansion':
      return expandVariable(part.text.slice(1), part.text, scope, quoted);
    case 'ParameterExpansion':
      return expandParameter(part, scope, quoted);
    case 'CommandExpansion': {
      const inner = part.text.replace(/^\$\(|\)$|^`|`$/g, '');
      return value(scope.substitute(inner.trim(), part.script) ?? [{ source: part.text, quoted }], quoted);
    }
    case 'ArithmeticExpansion':
      assignedIn(part.text, scope);
      return [{ source: part.text, quoted: true }];
    case 'ProcessSubstitution':
      scope.substitute(part.text, part.script);
      return [{ source: part.text, quoted: true }];
    default:
      return unmark(part.text, scope);
  }
}

function expandVariable(name: string, source: string, scope: Scope, quoted: boolean): Piece[] {
  if (name === '@' || name === '*') return expandPositional(scope, quoted);
  if (/^\d$/.test(name)) return value(scope.positional[Number(name) - 1] ?? [{ source, quoted }], quoted);
  if (!/^[A-Za-z_]/.test(name)) return [{ source, quoted }];
  const text = scope.variable(name);
  // A variable that the base image or a file that was read sets is not known to be empty.
  return value(text ?? empty, quoted);
}

function expandPositional(scope: Scope, quoted: boolean): Piece[] {
  if (scope.positional.length === 0) return [];
  return scope.positional.flatMap((text, index) => [
    ...(index === 0 ? [] : ([split] as const)),
    ...value(text, quoted),
  ]);
}

function expandParameter(part: ParameterExpansionPart, scope: Scope, quoted: boolean): Piece[] {
  const { operation, parameter: name } = part;
  if (part.prefix !== undefined || part.index !== undefined) return [{ source: part.text, quoted }];
  if (operation === undefined) return expandVariable(name, part.text, scope, quoted);
  if (!/^[A-Za-z_]\w*$/.test(name)) return [{ source: part.text, quoted }];
  if (operation.type !== 'Default' && operation.type !== 'Remove') return [{ source: part.text, name, quoted }];
  const { operator, operand } = operation;
  const text = applyOperator(operator, name, scope.variable(name), expandValue(operand, scope), part.text);
  if (/^:?=$/.test(operator)) scope.assign(name, text);
  return value(text, quoted);
}

/** Variables that arithmetic sets: `a = 1`, `a += 1`, `a++`, `--a`. */
export function assignedIn(arithmetic: string, { assign }: Pick<Scope, 'assign'>): void {
  const set =
    /(?:(?:\+\+|--)\s*)?([A-Za-z_]\w*)\s*(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--)|(?:\+\+|--)\s*([A-Za-z_]\w*)/g;
  for (const [, before, behind] of arithmetic.matchAll(set)) assign(before ?? behind ?? '', null);
}

/** An expanded value as pieces: split at blanks unless quoted; a hole then may be several words. */
function value(text: Text, quoted: boolean): Piece[] {
  if (quoted) return text.length === 0 ? [''] : [...text];
  const pieces: Piece[] = [];
  for (const piece of text) {
    if (typeof piece !== 'string') {
      pieces.push({ ...piece, quoted: false });
      continue;
    }
    for (const [index, word] of piece.split(/[ \t\n]+/).entries()) {
      if (index > 0) pieces.push(split);
      if (word !== '') pieces.push(word);
    }
  }
  return pieces;
}

function unmark(text: string, { holes }: Scope): Piece[] {
  if (holes.length === 0 || !text.includes('\uE000')) return [text];
  return text.split(/\uE000(\d+)\uE001/).flatMap((part, index): Piece[] => {
    if (index % 2 === 0) return part === '' ? [] : [part];
    return [holes[Number(part)] ?? ''];
  });
}

function merge(pieces: readonly Piece[]): Text {
  const merged: Text[number][] = [];
  for (const piece of pieces) {
    if (piece === split || piece === '') continue;
    const last = merged.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') merged[merged.length - 1] = last + piece;
    else merged.push(piece);
  }
  return merged;
}

/** The letters of a word that is one literal stretch, quoted or not. */
function plainSource(node: WordNode, script: Source): Source | null {
  const only = node.parts?.length === 1 ? node.parts[0] : undefined;
  if (node.parts === undefined || only?.type === 'Literal')
    return node.value === node.text ? script.slice(node.pos, node.end) : null;
  if (only?.type !== 'SingleQuoted' && only?.type !== 'DoubleQuoted') return null;
  const inner = script.slice(only.pos + 1, only.end - 1);
  if (only.type === 'SingleQuoted') return inner;
  const plain = only.parts.every(part => part.type === 'Literal' && part.value === part.text);
  return plain ? inner : null;
}

/** The word when it is known, else null. */
export function wordOf(word: Word | undefined): string | null {
  return word === undefined ? null : known(word.text);
}
