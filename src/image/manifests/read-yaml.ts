import type { Document, LineCounter, Pair } from 'yaml';
import { Tagged } from './data.ts';
import { YamlPlaces } from './yaml-places.ts';

/** One YAML document, as data and as nodes that know their lines. */
export interface Parsed {
  /** Plain data, but for what compose's tags stand before (Tagged); merge keys are merged, an explicit key replaces the merged one. */
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
 * too deep for the parser, unknown aliases, duplicate keys are problems, with their line where there is one.
 */
export async function readYaml(text: string): Promise<YamlRead> {
  const yaml = await import('./yaml.ts');
  if (deepest(text) > limitOfDepth) return { problem: { line: null, what: 'nested too deep' } };
  const lines = new yaml.LineCounter();
  try {
    // Duplicate keys are looked for below: the library compares every key with every other.
    const parsed = yaml.parseAllDocuments(text, {
      merge: true,
      uniqueKeys: false,
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
    });
    if (!Array.isArray(parsed)) return { documents: [] };
    if (parsed.length > mostDocuments) return { problem: { line: null, what: `more than ${mostDocuments} documents` } };
    const documents: Parsed[] = [];
    for (const document of parsed) {
      const [error] = document.errors;
      if (error !== undefined)
        return { problem: { line: lineAt(lines, error.pos[0]), what: firstLine(error.message) } };
      const problem = problemIn(document as Document, lines, yaml);
      if (problem !== null) return { problem };
      keepTags(document as Document, yaml);
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      const places = new YamlPlaces(document as Document);
      documents.push({ value, lineOf: path => lineAt(lines, places.offsetOf(path)) });
    }
    return { documents };
  } catch (error) {
    // Alias bombs and deep recursion; whatever else the library throws is about the text too.
    const what = error instanceof RangeError ? 'nested too deep' : firstLine((error as Error).message);
    return { problem: { line: null, what } };
  }
}

const limitOfDepth = 400;
const mostDocuments = 1000;

/** An upper bound of the nesting, before a recursive parser is let loose on the text. */
function deepest(text: string): number {
  let flow = 0;
  let most = 0;
  for (const letter of text) {
    if (letter === '[' || letter === '{') most = Math.max(most, ++flow);
    else if (letter === ']' || letter === '}') flow = Math.max(0, flow - 1);
  }
  for (const line of text.split('\n')) {
    const start = /^ *((?:[-?:] )*)/.exec(line);
    most = Math.max(most, (start?.[1]?.length ?? 0) / 2, (start?.[0].length ?? 0) / 2);
  }
  return most;
}

/** Unknown aliases, and keys that stand twice in a mapping. */
function problemIn(document: Document, lines: LineCounter, { visit }: typeof import('./yaml.ts')): YamlProblem | null {
  let problem: YamlProblem | null = null;
  const anchors = new Set<string>();
  const stop = (node: { range?: readonly number[] | null | undefined }, what: string): symbol => {
    problem = { line: lineAt(lines, node.range?.[0] ?? 0), what };
    return visit.BREAK;
  };
  visit(document, {
    Node(_, node) {
      if ('anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor);
      return undefined;
    },
    Alias(_, alias) {
      // An anchor stands before its alias, in the file and on this walk.
      return anchors.has(alias.source) ? undefined : stop(alias, `unknown alias *${alias.source}`);
    },
    Map(_, map) {
      if (map.anchor !== undefined) anchors.add(map.anchor);
      const seen = new Set<unknown>();
      for (const { key } of map.items as readonly Pair<unknown, unknown>[]) {
        const name = (key as { value?: unknown } | null)?.value;
        if (name === undefined || name === '<<') continue;
        if (seen.has(name)) return stop(key as object, `the key ${String(name)} stands twice`);
        seen.add(name);
      }
      return undefined;
    },
    Seq(_, seq) {
      if (seq.anchor !== undefined) anchors.add(seq.anchor);
      return undefined;
    },
    Scalar(_, scalar) {
      if (scalar.anchor !== undefined) anchors.add(scalar.anchor);
      return undefined;
    },
  });
  return problem;
}

/** Nodes that compose's tags stand before become Tagged; aliases of them too. */
function keepTags(document: Document, { visit }: typeof import('./yaml.ts')): void {
  visit(document, {
    Node(_, node) {
      const { tag } = node as { tag?: string };
      if (tag !== '!reset' && tag !== '!override') return;
      const plain = node.toJSON.bind(node) as (first: unknown, context: Creating) => unknown;
      const tagged = (first: unknown, context: Creating): Tagged => {
        // The library keeps for the aliases what is given to onCreate first: that is to be the outer value.
        const { onCreate } = context;
        delete context.onCreate;
        const value = new Tagged(tag, plain(first, context));
        if (onCreate !== undefined) context.onCreate = onCreate;
        return value;
      };
      Object.defineProperty(node, 'toJSON', { value: tagged });
    },
  });
}

interface Creating {
  onCreate?: (value: unknown) => void;
}

function lineAt(lines: LineCounter, offset: number): number {
  return Math.max(1, lines.linePos(offset).line);
}

function firstLine(message: string): string {
  const line = message.split('\n')[0] ?? message;
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
