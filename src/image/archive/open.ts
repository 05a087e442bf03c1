import { createReadStream, statSync } from 'node:fs';
import type { Archive, ArchiveImage, ArchiveInput, FileSystem } from './archive.ts';
import { type Reading, tap } from './blob.ts';
import { ByteQueue } from './byte-queue.ts';
import { decompress } from './decompress.ts';
import { ElfReader, type Judge } from './elf-content.ts';
import { RootFileSystem } from './file-system.ts';
import { isLayoutDirectory } from './image-directory.ts';
import { LayoutDirectory } from './layout-directory.ts';
import { Allowance, Inflation, limits } from './limits.ts';
import { type ImageSpec, readManifests } from './manifest.ts';
import { TarParts } from './parts.ts';
import { ArchiveProblem } from './problem.ts';
import { readRootDirectory } from './root-directory.ts';
import { sniff } from './sniff.ts';
import { Directory, layOver, type TreeLimits } from './tree.ts';

export interface OpenOptions {
  /** `linux/arm64`: only images of this platform; null = every one. */
  readonly platform: string | null;
  /** Asked about each Go binary while its bytes pass by. */
  readonly judge: Judge;
  readonly progress?: (bytes: number, total: number | null) => void;
}

/**
 * Reads an archive, in one pass where it can: 250 MB of memory whatever its size, nothing written to disk. Throws ArchiveProblem
 * when nothing can be said about any image in it; what is wrong with one image stands in that image.
 */
export async function openArchive(input: ArchiveInput, options: OpenOptions): Promise<Archive> {
  const reading: Reading = {
    elf: new ElfReader(options.judge),
    entries: new Allowance(limits.entries, 'entries'),
    json: new Allowance(limits.allJson, 'bytes of JSON'),
    inflation: new Inflation(null),
  };
  const stat = isPath(input) ? statOf(input) : null;
  if (stat?.isDirectory() && isPath(input)) return openDirectory(String(input), reading, options);
  if (stat !== null && !stat.isFile()) throw new ArchiveProblem('not a regular file');
  const total = stat?.size ?? null;
  const { bytes, isCompressed } = await openTar(piecesOf(input, options, total));
  const parts = await TarParts.read(bytes, reading);
  // A compressed archive ends with its checksum; a pipe of zeros does not end at all.
  if (isCompressed) await bytes.drain();
  else await bytes.skip(mostPadding);
  // A pipe cannot be read twice.
  for (let pass = 1; parts.isUnfinished && stat !== null && pass < mostPasses; pass++)
    await parts.finish((await openTar(piecesOf(input, options, total))).bytes);
  reading.elf.release();
  if (!parts.root.ended) throw new ArchiveProblem('cut off: the tar has no end mark');
  const images = await readManifests(parts, options.platform);
  if (images !== null) return archiveOf(parts.has('manifest.json') ? 'docker-archive' : 'oci', images);
  const root = new Directory();
  layOver(root, parts.root.entries, treeLimits(new Allowance(limits.laid, 'entries')));
  return rootArchive(root, options);
}

const mostPasses = 4;
const mostPadding = 2 ** 20;
const chunkSize = 256 * 1024;

async function openTar(pieces: AsyncIterable<Buffer>): Promise<{ bytes: ByteQueue; isCompressed: boolean }> {
  const raw = new ByteQueue(pieces);
  const head = await raw.peek(512);
  const compression = sniff(head);
  if (head.length === 0) throw new ArchiveProblem('not an image archive (empty)');
  if (compression === null) throw new ArchiveProblem('not an image archive (neither a tar nor gzip nor zstd)');
  if (compression === 'bzip2' || compression === 'xz')
    throw new ArchiveProblem(`compressed by ${compression}, which is not read: unpack it first`);
  if (compression === 'none') return { bytes: raw, isCompressed: false };
  const inflation = new Inflation(new Inflation(null));
  const counted = new ByteQueue(tap(raw, piece => inflation.read(piece.length)));
  const inflated = tap(decompress(counted, compression), piece => inflation.inflated(piece.length));
  return { bytes: new ByteQueue(inflated), isCompressed: true };
}

function piecesOf(input: ArchiveInput, { progress }: OpenOptions, total: number | null): AsyncIterable<Buffer> {
  const stream = isPath(input) ? createReadStream(input, { highWaterMark: chunkSize }) : input;
  if (progress === undefined) return stream;
  let bytes = 0;
  return tap(stream, piece => {
    bytes += piece.length;
    progress(bytes, total);
  });
}

async function openDirectory(path: string, reading: Reading, options: OpenOptions): Promise<Archive> {
  if (!isLayoutDirectory(path)) return rootArchive(readRootDirectory(path, reading.elf, reading.entries), options);
  let bytes = 0;
  const parts = new LayoutDirectory(path, reading, more => {
    bytes += more;
    options.progress?.(bytes, null);
  });
  const images = await readManifests(parts, options.platform);
  if (images === null) throw new ArchiveProblem('an OCI layout without index.json');
  reading.elf.release();
  return archiveOf(parts.has('manifest.json') ? 'docker-archive' : 'oci', images);
}

function archiveOf(format: Archive['format'], specs: readonly ImageSpec[]): Archive {
  const laid = new Allowance(limits.laid, 'entries in all images together');
  return {
    format,
    *images() {
      for (const { name, platform, content } of specs) {
        if ('problem' in content) yield { name, platform, config: null, files: content };
        else yield { name, platform, config: content.config, files: rootOf(content.layers, laid) };
      }
    },
  };
}

type Layers = Extract<ImageSpec['content'], { layers: unknown }>['layers'];

function rootOf(layers: Layers, laid: Allowance): FileSystem | { readonly problem: string } {
  const root = new Directory();
  try {
    const allowed = treeLimits(laid);
    for (const { layer } of layers) layOver(root, layer.entries, allowed);
  } catch (error) {
    if (error instanceof ArchiveProblem) return { problem: error.message };
    throw error;
  }
  return new RootFileSystem(root);
}

function treeLimits(laid: Allowance): TreeLimits {
  return { laid, directories: new Allowance(limits.directories, 'directories') };
}

/** A bare root, or one for each platform below `linux_amd64`, `linux_arm64` (buildx with several platforms). */
function rootArchive(root: Directory, { platform }: OpenOptions): Archive {
  const names = [...root.entries()].map(([name]) => name);
  if (names.length === 0) throw new ArchiveProblem('not an image archive (no entries)');
  const several = names.every(name => /^linux_[a-z0-9_]+$/.test(name) && root.get(name) instanceof Directory);
  const roots = several ? names.map(name => ({ name, root: root.get(name) })) : [{ name: '', root }];
  const images = roots.flatMap(({ name, root: each }): ArchiveImage[] => {
    if (!(each instanceof Directory)) return [];
    const files = new RootFileSystem(each);
    return [{ name: '', platform: name === '' ? platformOf(files) : name.replaceAll('_', '/'), config: null, files }];
  });
  const wanted = images.filter(image => platform === null || image.platform === platform);
  if (wanted.length === 0)
    throw new ArchiveProblem(`no image for ${platform} (there is ${images.map(image => image.platform).join(', ')})`);
  return { format: 'root file system', images: () => wanted };
}

/** What its binaries were built for. */
function platformOf(files: FileSystem): string {
  for (const { content } of files.goBinaries()) if (content.kind === 'go') return `linux/${content.goarch}`;
  return 'linux/unknown';
}

function isPath(input: ArchiveInput): input is string | Buffer {
  return typeof input === 'string' || Buffer.isBuffer(input);
}

function statOf(path: string | Buffer) {
  try {
    return statSync(path);
  } catch (error) {
    throw new ArchiveProblem(error instanceof Error && 'code' in error ? words(String(error.code)) : 'cannot be read');
  }
}

function words(code: string): string {
  return code === 'ENOENT' ? 'no such file or directory (ENOENT)' : `cannot be read (${code})`;
}
