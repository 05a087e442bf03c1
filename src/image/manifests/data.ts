/** A mapping; `__proto__` in it is a key like any other. */
export type Mapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
