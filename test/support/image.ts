// Image archives in the forms that tools write, made by hand so that each detail can be wrong.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { file, symlink, tar } from './tar.ts';

export interface TestImage {
  /** Tars of the layers, lowest first. */
  readonly layers: readonly Buffer[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly workingDir?: string;
  readonly env?: readonly string[];
  /** Default `linux/amd64`. */
  readonly platform?: string;
  readonly tag?: string;
  /** How layers lie in the archive; default gzip in OCI layouts, as they are elsewhere. */
  readonly compress?: (layer: Buffer) => Buffer;
  /** The last word on the configuration. */
  readonly config?: (config: Record<string, unknown>) => Record<string, unknown>;
}

/** Files of an archive by their path. */
export type Files = Map<string, Buffer>;

export function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Old `docker save`: a directory a layer, `manifest.json` last. */
export function dockerSave(images: readonly TestImage[]): Files {
  return docker(images, layer => ({ path: `${layer}/layer.tar` }));
}

/** skopeo's `docker-archive:` and `podman save`: layers under their digest, the old names as links. */
export function skopeoArchive(images: readonly TestImage[]): Files {
  return docker(images, layer => ({ path: `${layer}.tar` }));
}

/** `docker save` since 25: an OCI layout with a `manifest.json`. */
export function dockerSaveNew(images: readonly TestImage[]): Files {
  const plain = images.map(image => ({ compress: (layer: Buffer) => layer, ...image }));
  const files = ociLayout(plain);
  const items = plain.map(image => ({
    Config: `blobs/sha256/${sha256(configOf(image))}`,
    RepoTags: [image.tag ?? 'app:latest'],
    Layers: image.layers.map(layer => `blobs/sha256/${sha256(image.compress(layer))}`),
  }));
  return files.set('manifest.json', json(items));
}

/** An OCI layout; several images come under one nested index, as buildx and `skopeo copy --all` write them. */
export function ociLayout(images: readonly TestImage[], more: readonly object[] = []): Files {
  const files: Files = new Map([['oci-layout', json({ imageLayoutVersion: '1.0.0' })]]);
  const put = (bytes: Buffer): { digest: string; size: number } => {
    files.set(`blobs/sha256/${sha256(bytes)}`, bytes);
    return { digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  };
  const manifests = images.map(image => {
    const compress = image.compress ?? (layer => gzipSync(layer));
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...put(configOf(image)) },
      layers: image.layers.map(layer => ({
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        ...put(compress(layer)),
      })),
    };
    const [os, architecture, variant] = (image.platform ?? 'linux/amd64').split('/');
    return {
      mediaType: manifest.mediaType,
      ...put(json(manifest)),
      platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
      annotations: { 'org.opencontainers.image.ref.name': image.tag ?? 'latest' },
    };
  });
  const all = [...manifests, ...more];
  if (all.length === 1) return files.set('index.json', json({ schemaVersion: 2, manifests: all }));
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const index = put(json({ schemaVersion: 2, mediaType, manifests: all }));
  return files.set('index.json', json({ schemaVersion: 2, manifests: [{ mediaType, ...index }] }));
}

/** The archive as one tar; blobs before manifests, as a `Map` holds them. */
export function archived(files: Files): Buffer {
  return tar([...files].map(([path, bytes]) => file(path, bytes)));
}

export function writeLayout(files: Files, directory: string): string {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
  return directory;
}

export function configOf(image: TestImage): Buffer {
  const [os, architecture, variant] = (image.platform ?? 'linux/amd64').split('/');
  const config = {
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    config: {
      Entrypoint: image.entrypoint ?? null,
      Cmd: image.cmd ?? null,
      WorkingDir: image.workingDir ?? '',
      Env: image.env ?? null,
    },
    rootfs: { type: 'layers', diff_ids: image.layers.map(layer => `sha256:${sha256(layer)}`) },
    history: image.layers.map(() => ({ created_by: 'COPY' })),
  };
  return json(image.config?.(config) ?? config);
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function docker(images: readonly TestImage[], place: (hex: string) => { path: string }): Files {
  const files: Files = new Map();
  const items = images.map(image => {
    const compress = image.compress ?? (layer => layer);
    const config = configOf(image);
    files.set(`${sha256(config)}.json`, config);
    const layers = image.layers.map(layer => {
      const { path } = place(sha256(layer));
      files.set(path, compress(layer));
      return path;
    });
    return { Config: `${sha256(config)}.json`, RepoTags: [image.tag ?? 'app:latest'], Layers: layers };
  });
  return files.set('manifest.json', json(items));
}

/** A tar of an old docker save in which one layer's file is a link to another's. */
export function withLinkedLayer(files: Files, from: string, to: string): Buffer {
  return tar([...[...files].map(([path, bytes]) => file(path, bytes)), symlink(from, to)]);
}
