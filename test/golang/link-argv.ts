// Reads cmd/link's argv from an action graph, with a parser of its own: names of boolean flags come from the linker's usage.
import { splitQuoted } from '../../src/golang/quoted.ts';
import { runGo } from './real-go.ts';

export interface LinkArgv {
  last(name: string): string | undefined;
  all(name: string): string[];
  externalWords(): string[];
}

export function readGraph(text: string, main: string): { link: string[]; packages: Set<string> } {
  const nodes = JSON.parse(text) as { Mode: string; Package: string; Cmd: string[] | null }[];
  const command = nodes.find(node => node.Mode === 'link' && node.Package === main)?.Cmd?.[0];
  if (command === undefined) throw new Error(`no link of ${main} in the action graph`);
  return { link: splitCommand(command), packages: new Set(nodes.map(node => node.Package)) };
}

export function linkFlagsIn(argv: readonly string[]): LinkArgv {
  const said: [string, string][] = [];
  for (let at = 1; at < argv.length - 1; at++) {
    const [, name = '', value] = /^--?([^=]+)(?:=(.*))?$/s.exec(argv[at] ?? '') ?? [];
    if (isBoolean(name)) said.push([name, /^(0|f|F|false|FALSE|False)$/.test(value ?? '') ? 'false' : 'true']);
    else said.push([name, value ?? argv[++at] ?? '']);
  }
  const all = (name: string) => said.filter(([each]) => each === name).map(([, value]) => value);
  return {
    all,
    last: name => all(name).at(-1),
    externalWords: () => splitQuoted(all('extldflags').at(-1) ?? '') ?? [],
  };
}

let booleans: ReadonlySet<string> | undefined;

function isBoolean(name: string): boolean {
  if (booleans === undefined) {
    const { stdout, stderr } = runGo(['tool', 'link', '-h']);
    const usage = `${stdout}\n${stderr}`.matchAll(/^ {2}-(\w+)(?:\t|$)/gm);
    booleans = new Set([...usage].map(match => match[1] ?? ''));
  }
  return booleans.has(name);
}

/** Undoes work.joinUnambiguously: a word that needs it is a Go string literal. */
function splitCommand(command: string): string[] {
  return [...command.matchAll(/"(?:[^"\\]|\\.)*"|[^ ]+/g)].map(([word]) =>
    word.startsWith('"') ? String(JSON.parse(word)) : word,
  );
}
