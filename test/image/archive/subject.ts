// What the tests of the archive room share: binaries, root file systems with a libc, and a judge that reads bytes like a pipe.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileSystem, JudgeOptions } from '../../../src/image/archive/archive.ts';
import { judgeArchive } from '../../../src/image/archive/judge.ts';
import { openArchive } from '../../../src/image/archive/open.ts';
import type { FileReport } from '../../../src/rules/finding.ts';
import { judging } from '../../rules/around.ts';
import { builtBinary } from '../../support/binaries.ts';
import type { TestImage } from '../../support/image.ts';
import { directory, file, program, symlink, type TarItem, tar } from '../../support/tar.ts';

/** Linked as the agent wants it. */
export const good = readFileSync(builtBinary({ source: 'fmt', args: ['-ldflags=-linkmode=external'] }));
/** Pure Go and static. */
export const bad = readFileSync(builtBinary({ source: 'fmt', env: { CGO_ENABLED: '0' } }));

/** The same for arm64. */
export const badForArm = readFileSync(builtBinary({ source: 'fmt', env: { CGO_ENABLED: '0', GOARCH: 'arm64' } }));

/** This machine's glibc in the places where Debian has it, `/lib` and `/lib64` being links. */
export const debian: readonly TarItem[] = [
  directory('usr'),
  directory('usr/lib'),
  directory('usr/lib/x86_64-linux-gnu'),
  directory('usr/lib64'),
  symlink('lib', 'usr/lib'),
  symlink('lib64', 'usr/lib64'),
  symlink('usr/lib64/ld-linux-x86-64.so.2', '../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'),
  program('usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', readFileSync('/lib64/ld-linux-x86-64.so.2')),
  file('usr/lib/x86_64-linux-gnu/libc.so.6', readFileSync(libcPath())),
];

/** An image that passes. */
export const sound: TestImage = { layers: [tar(debian), tar([program('app', good)])], entrypoint: ['/app'] };

export function image(items: readonly TarItem[], more: Omit<TestImage, 'layers'> = {}): TestImage {
  return { entrypoint: ['/app'], ...more, layers: [tar(debian), tar(items)] };
}

export function judgeBytes(bytes: Buffer, options: Partial<JudgeOptions> = {}): Promise<FileReport> {
  return judgeArchive('image.tar', { ...defaults, ...options }, inPieces(bytes));
}

export function judgePath(path: string, options: Partial<JudgeOptions> = {}): Promise<FileReport> {
  return judgeArchive(path, { ...defaults, ...options });
}

/** Bytes as a pipe hands them over. */
export async function* inPieces(bytes: Buffer, size = 65_536): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The root of the only image of an archive. */
export async function rootOf(bytes: Buffer): Promise<FileSystem> {
  const archive = await openArchive(inPieces(bytes), { platform: null, judge: () => [] });
  for (const { files } of archive.images()) {
    if ('problem' in files) throw new Error(files.problem);
    return files;
  }
  throw new Error('no image');
}

/** Rules that did not pass, each with its verdict and the binary it is about. */
export function complaints(report: FileReport): readonly string[] {
  return report.findings
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ rule, verdict, binary }) => `${verdict} ${rule} ${binary ?? ''}`.trim());
}

export async function inDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), 'goshim-archive-'));
  try {
    await body(path);
  } finally {
    rmSync(path, { recursive: true });
  }
}

export function write(directory: string, name: string, bytes: Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

const defaults: JudgeOptions = { platform: null, all: false, around: judging() };

function libcPath(): string {
  const paths = ['/lib/x86_64-linux-gnu/libc.so.6', '/lib64/libc.so.6', '/usr/lib/libc.so.6'];
  return paths.find(path => existsSync(path)) ?? '';
}
