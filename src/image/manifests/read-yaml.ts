import type { Document, LineCounter, Node } from 'yaml';

/** One YAML document, as data and as nodes that know their lines. */
export interface Parsed {
  /** Plain data; merge keys are merged, an explicit key replaces the merged one. */
  readonly value: unknown;
  /** 1-based line of a path; of the nearest part of it that stands in the file (a merged key stands elsewhere). */
  lineOf(path: readonly (string | number)[]): number;
}

export interface YamlProblem {
  /** 1-based; null where the library names none. */
  readonly line: number | null;
  readonly what: string;
}

/** What is read of one file: documents, or the first thing that is wrong with it. */
export type YamlRead = { readonly documents: readonly Parsed[] } | { readonly problem: YamlProblem };

/**
 * Reads every document. Never throws for what is in the file: aliases that multiply (more than 100 times), nesting that is
 * too deep for the parser, unknown aliases, duplicate keys are problems with their line.
 */
export async function readYaml(text: string): Promise<YamlRead> {
  const { LineCounter, parseAllDocuments } = await import('yaml');
  const depth = deepest(text);
  if (depth > limitOfDepth) return { problem: { line: null, what: 'nested too deep' } };
  const lines = new LineCounter();
  try {
    const parsed = parseAllDocuments(text, {
      merge: true,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
    });
    if (!Array.isArray(parsed)) return { documents: [] };
    const documents: Parsed[] = [];
    for (const document of parsed) {
      const error = document.errors[0];
      if (error !== undefined)
        return { problem: { line: lineAt(lines, error.pos[0]), what: firstLine(error.message) } };
      const unknown = await unknownAlias(document as Document, lines);
      if (unknown !== null) return { problem: unknown };
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      documents.push({ value, lineOf: path => lineOfPath(document as Document, lines, path) });
    }
    return { documents };
  } catch (error) {
    // Alias bombs and deep recursion; whatever else the library throws is about the text too.
    const what = error instanceof RangeError ? 'nested too deep' : firstLine((error as Error).message);
    return { problem: { line: null, what } };
  }
}

const limitOfDepth = 400;

/** An upper bound of the nesting, before a recursive parser is let loose on the text. */
function deepest(text: string): number {
  let flow = 0;
  let most = 0;
  let dashes = 0;
  for (const letter of text) {
    if (letter === '[' || letter === '{') most = Math.max(most, ++flow);
    else if (letter === ']' || letter === '}') flow = Math.max(0, flow - 1);
  }
  for (const line of text.split('\n', 200_000)) {
    const start = /^[ ]*((?:[-?:] )*)/.exec(line);
    dashes = Math.max(dashes, (start?.[1]?.length ?? 0) / 2, /^ {800}/.test(line) ? 500 : 0);
  }
  return Math.max(most, dashes);
}

async function unknownAlias(document: Document, lines: LineCounter): Promise<YamlProblem | null> {
  const { visit } = await import('yaml');
  let problem: YamlProblem | null = null;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      problem = { line: lineAt(lines, alias.range?.[0] ?? 0), what: `unknown alias *${alias.source}` };
      return visit.BREAK;
    },
  });
  return problem;
}

function lineOfPath(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const at = keyOffset(document, path.slice(0, length));
    if (at !== null) return lineAt(lines, at);
  }
  return 1;
}

/** Offset of the key of a mapping entry, or of a sequence's item. */
function keyOffset(document: Document, path: readonly (string | number)[]): number | null {
  let node: unknown = document.contents;
  let at: number | null = offsetOf(node);
  for (const step of path) {
    const items = (node as { items?: unknown[] } | null)?.items;
    if (items === undefined) return null;
    if (typeof step === 'number') {
      node = items[step];
      at = offsetOf(node);
    } else {
      const pair = items.find(item => keyOf(item) === step) as { key: unknown; value: unknown } | undefined;
      if (pair === undefined) return null;
      at = offsetOf(pair.key);
      node = pair.value;
    }
    if (at === null) return null;
  }
  return at;
}

function keyOf(item: unknown): string | null {
  const key = (item as { key?: { value?: unknown } } | null)?.key;
  return key?.value === undefined ? null : String(key.value);
}

function offsetOf(node: unknown): number | null {
  return (node as Node | null)?.range?.[0] ?? null;
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}

function firstLine(message: string): string {
  const line = message.split('\n')[0] ?? message;
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
