/** A stretch of a value that cannot be known from the file: `$FLAGS`, `$(git describe)`. */
export interface Hole {
  /** As it stands in the file. */
  readonly source: string;
  /** The variable it comes from, where it is one: a hole named TARGETARCH is a platform. */
  readonly name?: string;
  /** It is an ARG that nobody gave a value: a default behind it is what a build takes; FROM takes what is for a set one for none. */
  readonly isUnset?: boolean | 'in FROM';
  /** False where the shell may split it into several words, or none. */
  readonly quoted: boolean;
  /** The values it can have, where a branch gave it one or another; empty for unset. */
  readonly oneOf?: readonly string[];
}

/** A value read from a file: literal stretches, and holes where nobody can know. */
export type Text = readonly (string | Hole)[];

export const empty: Text = [];

export function literal(value: string): Text {
  return value === '' ? empty : [value];
}

export function hole(source: string, name?: string): Text {
  return [name === undefined ? { source, quoted: true } : { source, name, quoted: true }];
}

/** A variable that has one value or the other, by the branch that was taken. */
export function either(name: string, a: Text, b: Text): Text {
  const values = [...new Set([...valuesOf(a), ...valuesOf(b)])];
  const source = `$${name}`;
  if (values.includes(null) || values.length > mostValues) return hole(source, name);
  return [{ source, name, quoted: true, oneOf: values.filter(value => value !== null) }];
}

const mostValues = 6;

function valuesOf(text: Text): readonly (string | null)[] {
  const [only] = text;
  if (text.length === 1 && typeof only === 'object' && only.oneOf !== undefined) return only.oneOf;
  return [known(text)];
}

/** The value when there is no hole in it, else null. */
export function known(text: Text): string | null {
  let value = '';
  for (const piece of text) {
    if (typeof piece !== 'string') return null;
    value += piece;
  }
  return value;
}

/** The value for a human: holes as they stand in the file. */
export function show(text: Text): string {
  return text.map(piece => (typeof piece === 'string' ? piece : piece.source)).join('');
}

export function holesOf(text: Text): readonly Hole[] {
  return text.filter((piece): piece is Hole => typeof piece !== 'string');
}

/** Fills every hole by `fill`. */
export function fillHoles(text: Text, fill: (hole: Hole, index: number) => string): string {
  return text.map((piece, index) => (typeof piece === 'string' ? piece : fill(piece, index))).join('');
}

export function sameText(a: Text, b: Text): boolean {
  return a.length === b.length && a.every((piece, index) => samePiece(piece, b[index]));
}

function samePiece(a: string | Hole, b: string | Hole | undefined): boolean {
  if (typeof a === 'string' || typeof b === 'string' || b === undefined) return a === b;
  return a.source === b.source;
}
