/**
 * What -debug-actiongraph wrote: of its nodes those that link (Mode `link…`), which are all that outputsOf looks at, or whatever else
 * the text holds. A program's graph has a node for each package, thousands of lines; go puts line feeds between them, which no JSON
 * string can hold, so that the others need not be parsed. @throws SyntaxError when it is no JSON.
 */
export function readActionGraph(text: string): unknown {
  const nodes = nodesOf(text);
  if (nodes?.every(node => node.includes('\n\t\t"Mode": "')) !== true) return JSON.parse(text);
  return nodes.filter(node => node.includes('\n\t\t"Mode": "link')).map(node => JSON.parse(`{${node}}`) as unknown);
}

/** As json.MarshalIndent writes a list of objects (cmd/go/internal/work/action.go, Go 1.19–1.26); null where it is another text. */
function nodesOf(text: string): readonly string[] | null {
  const [start, end] = ['[\n\t{', '\n\t}\n]'];
  if (!text.startsWith(start) || !text.endsWith(end)) return null;
  return text.slice(start.length, -end.length).split('\n\t},\n\t{');
}
