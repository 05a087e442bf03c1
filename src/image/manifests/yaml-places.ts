import type { Document, Node, Pair } from 'yaml';

/** Where the parts of a document stand. A mapping's keys are indexed once, when one of them is asked for. */
export class YamlPlaces {
  readonly #root: unknown;
  readonly #keys = new Map<unknown, ReadonlyMap<string, Pair<unknown, unknown>>>();

  constructor(document: Document) {
    this.#root = document.contents;
  }

  /** Offset of a path's last key or item, or of the nearest part of the path that stands in the file. */
  offsetOf(path: readonly (string | number)[]): number {
    let node = this.#root;
    let at = rangeStart(node) ?? 0;
    for (const step of path) {
      const found = this.#step(node, step);
      if (found === null) break;
      at = found.at ?? at;
      node = found.node;
    }
    return at;
  }

  #step(node: unknown, step: string | number): { readonly node: unknown; readonly at: number | null } | null {
    const items = (node as { items?: readonly unknown[] } | null)?.items;
    if (items === undefined) return null;
    if (typeof step === 'number') {
      const item = items[step];
      return item === undefined ? null : { node: item, at: rangeStart(item) };
    }
    const pair = this.#keysOf(node, items).get(step);
    return pair === undefined ? null : { node: pair.value, at: rangeStart(pair.key) };
  }

  #keysOf(node: unknown, items: readonly unknown[]): ReadonlyMap<string, Pair<unknown, unknown>> {
    const known = this.#keys.get(node);
    if (known !== undefined) return known;
    const keys = new Map<string, Pair<unknown, unknown>>();
    for (const item of items) {
      const pair = item as Pair<{ value?: unknown } | null, unknown>;
      const name = pair?.key?.value;
      if (name !== undefined) keys.set(String(name), pair);
    }
    this.#keys.set(node, keys);
    return keys;
  }
}

function rangeStart(node: unknown): number | null {
  return (node as Node | null)?.range?.[0] ?? null;
}
