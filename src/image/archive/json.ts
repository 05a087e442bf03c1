import * as v from 'valibot';
import { decodeName } from './names.ts';
import { ArchiveProblem } from './problem.ts';

/** A document of an archive, cut down to what is asked of manifests, indexes and configurations. */
export type Picked = readonly unknown[] | Readonly<Record<string, unknown>>;

const wanted = [
  'schemaVersion',
  'mediaType',
  'artifactType',
  'manifests',
  'config',
  'layers',
  'rootfs',
  'os',
  'architecture',
  'variant',
] as const;

/** null for a document that is none of them (an SBOM, a provenance statement). Throws ArchiveProblem for what is no JSON. */
export function pickJson(bytes: Buffer): Picked | null {
  if (valuesIn(bytes) > mostValues) throw new ArchiveProblem(`JSON of more than ${mostValues} values`);
  const text = decodeName(bytes);
  const value = parse(text);
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value) || Object.keys(value).some(key => wanted.some(each => each === key)))
    refuseTwins(text, value);
  if (Array.isArray(value)) return value;
  const picked = new Map(Object.entries(value).filter(([key]) => wanted.some(each => each === key)));
  return picked.size === 0 ? null : Object.fromEntries(picked);
}

/** Checks a document against what a reader needs of it; what it says wrongly is named by its path. */
export function shaped<const S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ArchiveProblem(`${v.getDotPath(issue) ?? 'document'}: ${issue.message}`);
}

/** Docker and Go's encoding/json read null as if the key were absent. */
function optional<const S extends v.GenericSchema>(schema: S) {
  return v.nullish(schema);
}

/** `manifest.json` of docker save (moby image/tarexport: manifestItem). */
export const dockerManifest = v.array(
  v.object({ Config: v.string(), RepoTags: optional(v.array(v.string())), Layers: optional(v.array(v.string())) }),
);

const platform = v.object({ os: v.string(), architecture: v.string(), variant: optional(v.string()) });

const descriptor = v.object({
  mediaType: optional(v.string()),
  artifactType: optional(v.string()),
  digest: v.string(),
  size: v.number(),
  annotations: optional(v.record(v.string(), v.string())),
  platform: optional(platform),
});

export type Descriptor = v.InferOutput<typeof descriptor>;

/** OCI image-spec image-index.md. */
export const imageIndex = v.object({ mediaType: optional(v.string()), manifests: optional(v.array(descriptor)) });

/** OCI image-spec manifest.md. */
export const imageManifest = v.object({
  mediaType: optional(v.string()),
  artifactType: optional(v.string()),
  config: descriptor,
  layers: optional(v.array(descriptor)),
});

/** A list, or one word (moby api/types/strslice). */
const words = v.union([
  v.array(v.string()),
  v.pipe(
    v.string(),
    v.transform(word => [word]),
  ),
]);

/** OCI image-spec config.md. */
export const imageConfig = v.object({
  os: optional(v.string()),
  architecture: optional(v.string()),
  variant: optional(v.string()),
  rootfs: optional(v.object({ diff_ids: optional(v.array(v.string())) })),
  config: optional(
    v.object({
      Entrypoint: optional(words),
      Cmd: optional(words),
      WorkingDir: optional(v.string()),
      Env: optional(v.array(v.string())),
    }),
  ),
});

export type ImageConfigDocument = v.InferOutput<typeof imageConfig>;

const mostValues = 200_000;

/** An upper bound, since what is in strings counts too: eight megabytes of `[],` would become a thousand. */
function valuesIn(bytes: Buffer): number {
  let count = 1;
  for (const byte of bytes) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count++;
  return count;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ArchiveProblem('not JSON');
  }
}

/**
 * Of a key that stands twice JSON.parse takes the last value, where Go's encoding/json merges both and ignores case: Docker would
 * start something else than what is judged here.
 */
function refuseTwins(text: string, value: object): void {
  let keys = 0;
  for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?/g)) if (colon !== undefined) keys++;
  const rest: unknown[] = [value];
  for (let next = rest.pop(); rest.length > 0 || next !== undefined; next = rest.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next)) keys -= Object.keys(next).length;
    for (const each of Object.values(next)) rest.push(each ?? null);
  }
  const cased = structsOf(value).some(each => {
    const names = Object.keys(each).map(name => name.toLowerCase());
    return new Set(names).size < names.length;
  });
  if (keys !== 0 || cased) throw new ArchiveProblem('a key stands twice in one object');
}

/** What Go reads into structs: the document, the items of its lists, and what is asked of those. Labels may differ in case. */
function structsOf(value: object): object[] {
  const isObject = (each: unknown): each is object => typeof each === 'object' && each !== null && !Array.isArray(each);
  const fields = (each: object): unknown[] => ['config', 'rootfs', 'platform'].map(name => Reflect.get(each, name));
  const lists = Array.isArray(value) ? [value] : ['manifests', 'layers'].map(name => Reflect.get(value, name));
  const items = lists.flatMap(list => (Array.isArray(list) ? list : [])).filter(isObject);
  return [value, ...items].filter(isObject).flatMap(each => [each, ...fields(each).filter(isObject)]);
}
