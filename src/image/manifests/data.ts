/** A mapping; `__proto__` in it is a key like any other. */
export type Mapping = Readonly<Record<string, unknown>>;

/** A value that compose's `!reset` takes away, or that its `!override` puts in the place of what it would be merged with. */
export class Tagged {
  readonly tag: '!reset' | '!override';
  readonly value: unknown;

  constructor(tag: '!reset' | '!override', value: unknown) {
    this.tag = tag;
    this.value = value;
  }
}

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Tagged);
}

/** What compose is left with: keys and items without those that are reset, and what overrides as it stands. */
export function withoutTags(value: unknown): unknown {
  if (value instanceof Tagged) return value.tag === '!reset' ? undefined : withoutTags(value.value);
  if (Array.isArray(value)) return value.filter(isKept).map(withoutTags);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => isKept(each))
      .map(([key, each]) => [key, withoutTags(each)]),
  );
}

function isKept(value: unknown): boolean {
  return !(value instanceof Tagged) || value.tag !== '!reset';
}

/** Own properties only. */
export function get(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (!isMapping(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

export function text(value: unknown): string | null {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : null;
}

/** A list of words; null where it is something else. undefined and null are empty. */
export function words(value: unknown): readonly string[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return null;
  const found = value.map(text);
  return found.every(each => each !== null) ? found : null;
}

/** `${VAR}` of compose, `{{ … }}` of a template: nobody knows what it will be. */
export function isUnresolved(value: string): boolean {
  return /\$\{|(?<!\$)\$[A-Za-z_]|\{\{/.test(value);
}
