import { posix } from 'node:path';
import type { ImageConfig } from './archive.ts';
import type { Digests, LayerPart } from './blob.ts';
import {
  type Descriptor,
  dockerManifest,
  type ImageConfigDocument,
  imageConfig,
  imageIndex,
  imageManifest,
  shaped,
} from './json.ts';
import { Allowance, limits } from './limits.ts';
import { cleanPath, show } from './names.ts';
import type { JsonPart, Parts } from './parts.ts';
import { ArchiveProblem, at } from './problem.ts';

/** An image before its layers are laid over one another. */
export interface ImageSpec {
  readonly name: string;
  readonly platform: string;
  /** Identifies the image: two names of one image are one. */
  readonly identity: string;
  readonly content:
    | { readonly config: ImageConfig; readonly layers: readonly LayerPart[] }
    | { readonly problem: string };
}

/**
 * The Linux images that an archive names, in `manifest.json` (docker save, skopeo, podman, buildx), in `index.json` (OCI), or in
 * both (docker save ≥ 25). null when it names none in either way. Throws ArchiveProblem when nothing can be said at all.
 */
export async function readManifests(parts: Parts, wanted: string | null): Promise<readonly ImageSpec[] | null> {
  const reader = new ManifestReader(parts, wanted);
  const docker = parts.has('manifest.json');
  const oci = parts.has('index.json') && (parts.has('oci-layout') || !docker);
  if (docker) await reader.readDocker();
  if (oci) await reader.readIndex('index.json', null, 0, docker);
  return docker || oci ? reader.images() : null;
}

class ManifestReader {
  readonly #parts: Parts;
  readonly #wanted: string | null;
  readonly #images = new Map<string, ImageSpec>();
  readonly #others = new Set<string>();
  readonly #descriptors = new Allowance(limits.descriptors, 'descriptors in indexes');

  constructor(parts: Parts, wanted: string | null) {
    this.#parts = parts;
    this.#wanted = wanted;
  }

  images(): readonly ImageSpec[] {
    if (this.#images.size > 0) return [...this.#images.values()];
    const others = [...this.#others].join(', ');
    if (this.#wanted !== null && others !== '')
      throw new ArchiveProblem(`no image for ${this.#wanted} (there is ${others})`);
    throw new ArchiveProblem(others === '' ? 'the archive holds no image' : `no image for Linux (there is ${others})`);
  }

  async readDocker(): Promise<void> {
    const path = 'manifest.json';
    const { value } = await this.#parts.json(path);
    const items = placed(path, () => shaped(dockerManifest, value));
    for (const { Config, RepoTags, Layers } of items) {
      await this.#add(RepoTags?.[0] ?? Config, null, async () => {
        const where = cleanPath(Config);
        const json = await this.#parts.json(where);
        // The name is the digest: `<hex>.json`, `sha256:<hex>`, `blobs/sha256/<hex>`.
        const named = /(?:^|[/:])([a-f0-9]{64})(?:\.json)?$/.exec(Config)?.[1];
        if (named !== undefined && named !== json.digests.sha256) throw mismatch(Config, named, json.digests.sha256);
        return { json, where, layers: (Layers ?? []).map(layer => ({ path: cleanPath(layer) })) };
      });
    }
  }

  async readIndex(path: string, digest: string | null, depth: number, besideDocker: boolean): Promise<void> {
    if (depth > limits.indexDepth)
      throw new ArchiveProblem(`${show(path)}: indexes nested more than ${limits.indexDepth} deep`);
    const json = await this.#parts.json(path);
    if (digest !== null) check(path, digest, json.digests);
    const { manifests } = placed(path, () => shaped(imageIndex, json.value));
    for (const each of manifests ?? []) {
      this.#descriptors.take();
      if (isNoImage(each)) continue;
      const blob = pathOfDigest(each.digest);
      // Docker writes the whole index of an image of which it has one platform only.
      if (besideDocker && depth > 0 && !this.#parts.has(blob)) continue;
      const name =
        each.annotations?.['org.opencontainers.image.ref.name'] ?? each.annotations?.['io.containerd.image.name'];
      await this.#readManifest(name ?? each.digest, each, blob, depth, besideDocker);
    }
  }

  async #readManifest(
    name: string,
    descriptor: Descriptor,
    blob: string,
    depth: number,
    besideDocker: boolean,
  ): Promise<void> {
    const said = descriptor.platform ? platformOf(descriptor.platform) : null;
    if (said !== null && !this.#isWanted(said)) return;
    let nested = false;
    await this.#add(name, said, async () => {
      const json = await this.#parts.json(blob);
      check(blob, descriptor.digest, json.digests, descriptor.size);
      if ('manifests' in json.value) {
        nested = true;
        return null;
      }
      const { artifactType, config, layers = [] } = placed(blob, () => shaped(imageManifest, json.value));
      if (isAttestation(artifactType) || !isImage(config, layers ?? [], said)) return null;
      const where = pathOfDigest(config.digest);
      const document = await this.#parts.json(where);
      check(where, config.digest, document.digests, config.size);
      return {
        json: document,
        where,
        layers: (layers ?? []).map(({ digest, size }) => ({ path: pathOfDigest(digest), digest, size })),
      };
    });
    if (nested) await this.readIndex(blob, descriptor.digest, depth + 1, besideDocker);
  }

  /** `find` answers null for what is no image. What it throws is said about this image alone. */
  async #add(name: string, platform: string | null, find: () => Promise<Found | null>): Promise<void> {
    let known = platform;
    let identity: string | null = null;
    try {
      const found = await find();
      if (found === null) return;
      const document = placed(found.where, () => shaped(imageConfig, found.json.value));
      known = platformOf(document, platform);
      if (!this.#isWanted(known)) return;
      identity = found.json.digests.sha256;
      if (this.#images.has(identity)) return;
      const layers = await this.#layers(found, document);
      this.#put({ name, platform: known, identity, content: { config: configOf(document), layers } });
    } catch (error) {
      if (!(error instanceof ArchiveProblem)) throw error;
      const problem = error.message;
      this.#put({
        name,
        platform: known ?? 'linux/unknown',
        identity: identity ?? `${name} ${problem}`,
        content: { problem },
      });
    }
  }

  #put(image: ImageSpec): void {
    this.#images.set(image.identity, image);
    if (this.#images.size > limits.images) throw new ArchiveProblem(`more than ${limits.images} images`);
  }

  #isWanted(platform: string): boolean {
    const wanted = platform.startsWith('linux/') && (this.#wanted === null || samePlatform(this.#wanted, platform));
    if (!wanted) this.#others.add(platform);
    return wanted;
  }

  async #layers(found: Found, document: ImageConfigDocument): Promise<LayerPart[]> {
    const { layers } = found;
    const diffIds = document.rootfs?.diff_ids;
    if (layers.length > limits.layers) throw new ArchiveProblem(`${layers.length} layers (limit: ${limits.layers})`);
    if (diffIds && diffIds.length !== layers.length)
      throw new ArchiveProblem(`${show(found.where)}: ${diffIds.length} diff_ids for ${layers.length} layers`);
    const parts: LayerPart[] = [];
    for (const [index, { path, digest, size }] of layers.entries()) {
      const part = await this.#parts.layer(path);
      if (digest !== undefined) check(path, digest, part.digests, size);
      const diffId = diffIds?.[index];
      if (diffId !== undefined && diffId !== `sha256:${part.diffId}`)
        throw new ArchiveProblem(
          `${show(path)}: its tar is sha256:${part.diffId}, the configuration says ${show(diffId)}`,
        );
      if (diffId === undefined && (part.compression === 'zstd' || (!part.layer.ended && digest === undefined)))
        throw new ArchiveProblem(`${show(path)}: no digest says whether it is whole`);
      parts.push(part);
    }
    return parts;
  }
}

interface Found {
  readonly json: JsonPart;
  readonly where: string;
  readonly layers: readonly {
    readonly path: string;
    readonly digest?: string;
    readonly size?: number | null | undefined;
  }[];
}

function configOf({ config }: ImageConfigDocument): ImageConfig {
  const env = (config?.Env ?? []).map(entry => {
    const equals = entry.indexOf('=');
    return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
  });
  return {
    entrypoint: config?.Entrypoint ?? [],
    cmd: config?.Cmd ?? [],
    workingDir: posix.resolve('/', config?.WorkingDir ?? ''),
    env: Object.fromEntries(env),
  };
}

interface PlatformWords {
  readonly os?: string | null | undefined;
  readonly architecture?: string | null | undefined;
  readonly variant?: string | null | undefined;
}

/** The form of containerd's platforms.Normalize: `linux/arm64` for arm64/v8, `linux/arm/v7`. */
function platformOf({ os, architecture, variant }: PlatformWords, fallback: string | null = null): string {
  if (!architecture) return fallback ?? `${os || 'linux'}/unknown`;
  const plain = !variant || (architecture === 'arm64' && variant === 'v8');
  return `${os || 'linux'}/${architecture}${plain ? '' : `/${variant}`}`;
}

/** A wanted platform without a variant takes any. */
function samePlatform(wanted: string, platform: string): boolean {
  const [normal = ''] = [wanted.replace(/^(linux\/arm64)\/v8$/, '$1')];
  return platform === normal || (normal.split('/').length === 2 && platform.startsWith(`${normal}/`));
}

/** BuildKit's attestations (docs/attestations/attestation-storage.md) and cosign's signatures. */
function isNoImage({ annotations, artifactType }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' || isAttestation(artifactType);
}

function isAttestation(type: string | null | undefined): boolean {
  return type?.includes('attestation') === true;
}

/** Other artifacts (charts, signatures, SBOMs) have a configuration of another type, or no platform and no layer that is a tar. */
function isImage(config: Descriptor, layers: readonly Descriptor[], platform: string | null): boolean {
  const type = config.mediaType ?? '';
  if (type !== '' && !/\.(image\.config|container\.image)\./.test(type)) return false;
  if (type !== '' && platform !== null) return true;
  return layers.length === 0 || layers.some(({ mediaType }) => !mediaType || /\btar\b|rootfs|layer/.test(mediaType));
}

/** Only this form ever becomes a path. */
function pathOfDigest(digest: string): string {
  if (!/^[a-z0-9]+:[a-f0-9]{32,128}$/.test(digest)) throw new ArchiveProblem(`${show(digest)} is no digest`);
  return `blobs/${digest.replace(':', '/')}`;
}

/** Whether the bytes are those that a descriptor names, as many as it says (image-spec, descriptor.md). */
function check(where: string, digest: string, found: Digests, size?: number | null): void {
  const [algorithm = '', wanted = ''] = digest.split(':');
  if (algorithm !== 'sha256' && algorithm !== 'sha512')
    throw new ArchiveProblem(`${show(where)}: ${algorithm} digests are not known`);
  if (found[algorithm] !== wanted) throw mismatch(where, wanted, found[algorithm]);
  if (size != null && size !== found.size)
    throw new ArchiveProblem(`${show(where)}: ${size} bytes are said, there are ${found.size}`);
}

function mismatch(where: string, wanted: string, found: string): ArchiveProblem {
  return new ArchiveProblem(`${show(where)}: digest mismatch: ${wanted} is said, the bytes are ${found}`);
}

function placed<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw at(show(where), error);
  }
}
