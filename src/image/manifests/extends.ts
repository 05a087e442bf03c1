import { get, isMapping, type Mapping, Tagged, text, withoutTags } from './data.ts';

/** A service with the keys of what it extends, or why compose would refuse it, or what of it is in another file. */
export interface Extended {
  readonly service: unknown;
  /** Empty: all of it is here. */
  readonly problem: string;
}

/** Follows `extends` inside of one file, as compose merges: the service's own keys go before, lists are joined. */
export function extended(services: unknown, name: string): Extended {
  const found = follow(services, name, []);
  return { ...found, service: withoutTags(found.service) };
}

function follow(services: unknown, name: string, below: readonly string[]): Extended {
  const raw = get(services, name);
  const service = raw instanceof Tagged ? withoutTags(raw) : raw;
  const said = withoutTags(get(service, 'extends'));
  if (!isMapping(service) || said === undefined || said === null) return { service, problem: '' };
  const base = typeof said === 'string' ? said : text(get(said, 'service'));
  const file = get(said, 'file');
  const way = [...below, name];
  if (base === null) return { service, problem: 'extends names no service' };
  if (file !== undefined && file !== null)
    return { service, problem: `it extends ${base} of ${text(file) ?? 'another file'}, which is not read` };
  if (way.includes(base))
    return { service, problem: `it extends itself in a circle (${[...way, base].join(' → ')}), which compose refuses` };
  if (!Object.hasOwn(Object(services), base))
    return { service, problem: `it extends ${base}, and there is no such service: compose refuses that` };
  const above = follow(services, base, way);
  // What a tag takes away of the base is gone before anything is merged with it.
  return {
    service: isMapping(above.service) ? merged(withoutTags(above.service), service, servicePath) : service,
    problem: above.problem,
  };
}

const servicePath = '';

/** Keys that replace what they extend although they are lists. */
const replacing: ReadonlySet<string> = new Set(['/command', '/entrypoint', '/healthcheck/test']);

function merged(above: unknown, own: unknown, path: string): unknown {
  if (own instanceof Tagged || replacing.has(path)) return own;
  if (path === '/build') return merged(asBuild(above), asBuild(own), '/build/');
  if (isMapping(above) && isMapping(own)) {
    const joined: Record<string, unknown> = { ...above };
    for (const [key, value] of Object.entries(own))
      set(joined, key, Object.hasOwn(above, key) ? merged(above[key], value, `${path}/${key}`) : value);
    return joined;
  }
  if (Array.isArray(above) && Array.isArray(own)) return [...above, ...own];
  return own ?? above;
}

/** `__proto__` is a key like any other. */
function set(mapping: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(mapping, key, { value, enumerable: true, configurable: true, writable: true });
}

function asBuild(value: unknown): unknown {
  return typeof value === 'string' ? ({ context: value } satisfies Mapping) : value;
}
