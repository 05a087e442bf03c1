import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { FileReport } from '../rules/finding.ts';
import type { VerifySurroundings } from '../rules/rule.ts';
import { looksLikeArchive } from './archive/sniff.ts';
import { checkText, looksLikeDockerfile, type TextOptions, unknown } from './check-text.ts';
import { readText } from './read-text.ts';

export interface PathOptions extends TextOptions {
  readonly around: VerifySurroundings;
  /** In archives: every Go binary. */
  readonly all: boolean;
  readonly cwd: string;
  readonly progress?: (bytes: number, total: number | null) => void;
}

/** Judges what a path holds: an image archive or layout, a directory of Dockerfiles and manifests, or one such file. */
export async function checkPath(path: string | Buffer, options: PathOptions): Promise<readonly FileReport[]> {
  let isDirectory = false;
  try {
    const stat = statSync(path);
    isDirectory = stat.isDirectory();
    // Merely opening a FIFO would wait for its other end.
    if (!isDirectory && !stat.isFile())
      return [unknown(path, 'not a regular file: pipe its bytes in (goshim check -)')];
  } catch (error) {
    return [unknown(path, messageOf(error))];
  }
  if (isDirectory) {
    const { isImageDirectory } = await import('./archive/image-directory.ts');
    return isImageDirectory(path.toString()) ? [await checkArchive(path, options)] : checkDirectory(path, options);
  }
  const head = headOf(path);
  if (head instanceof Error) return [unknown(path, messageOf(head))];
  if (looksLikeArchive(head)) return [await checkArchive(path, options)];
  if (head.subarray(0, 4).toString('latin1') === '\x7fELF')
    return [unknown(path, 'an ELF file: goshim verify judges binaries')];
  const read = readText(path);
  if ('why' in read) return [unknown(path, read.why)];
  const directory = dirname(resolve(options.cwd, path.toString()));
  return checkText({ path, text: read.text, directory }, options);
}

/** Standard input: an archive, or a text; `head` and `rest` are its bytes as they come. */
export async function checkInput(input: AsyncIterable<Buffer>, options: PathOptions): Promise<readonly FileReport[]> {
  const iterator = input[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  let isDone = false;
  const more = async (): Promise<void> => {
    const { value, done } = await iterator.next();
    if (done) isDone = true;
    else {
      chunks.push(Buffer.from(value));
      length += value.length;
    }
  };
  while (!isDone && length < 1024) await more();
  if (looksLikeArchive(Buffer.concat(chunks).subarray(0, 1024)))
    return [await checkArchive('-', options, rejoin(chunks, iterator))];
  while (!isDone && length <= 1 << 20) await more();
  const text = Buffer.concat(chunks).toString('utf8');
  return checkText({ path: '-', text, directory: options.context ?? options.cwd }, options);
}

async function* rejoin(chunks: readonly Buffer[], iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
}

async function checkArchive(
  path: string | Buffer,
  options: PathOptions,
  input?: AsyncIterable<Buffer>,
): Promise<FileReport> {
  const { judgeArchive } = await import('./archive/judge.ts');
  const { around, all, platform, progress } = options;
  const judging = { around, all, platform, ...(progress === undefined ? {} : { progress }) };
  return input === undefined ? judgeArchive(path, judging) : judgeArchive(path, judging, input);
}

/** Dockerfiles, compose files and manifests below a directory; other files are passed over. */
async function checkDirectory(path: string | Buffer, options: PathOptions): Promise<readonly FileReport[]> {
  const { walk } = await import('../commands/walk.ts');
  const reports: FileReport[] = [];
  const seen = new Set<string>();
  const include = ['*ockerfile*', '*ontainerfile*', '*.yml', '*.yaml', '*.json'];
  const exclude = ['.git', 'node_modules', 'vendor', 'testdata'];
  for (const met of walk(path, { include, exclude })) {
    if (met.kind === 'unreadable') {
      reports.push(unknown(met.path, `${met.code}: the directory cannot be listed`));
      continue;
    }
    const read = readText(met.path);
    const name = met.path.toString();
    if ('why' in read && /ockerfile|ontainerfile/.test(basename(name))) reports.push(unknown(met.path, read.why));
    if ('why' in read || !concernsUs(read.text, name)) continue;
    const directory = dirname(resolve(options.cwd, name));
    for (const report of await checkText({ path: met.path, text: read.text, directory }, options)) {
      const key = resolve(options.cwd, report.path.toString());
      if (report.verdict === 'not-go' || seen.has(key)) continue;
      seen.add(key);
      reports.push(report);
    }
  }
  return reports;
}

/** In a directory only what builds or starts Go, or starts containers, is asked; the rest of its YAML is none of ours. */
function concernsUs(text: string, name: string): boolean {
  if (!/\.(ya?ml|json)$/i.test(name))
    return looksLikeDockerfile(text, name) && /\bgo(lang)?\b|\bFROM\s+(scratch|\S*distroless)/i.test(text);
  // Quoted, in flow style, as JSON: the letters are the same.
  const has = (key: string): boolean => new RegExp(`(^|[\\s{,-])["']?${key}["']?\\s*:`, 'm').test(text);
  return /^\s*[{]?\s*["']?services["']?\s*:/m.test(text) || (has('apiVersion') && has('containers'));
}

function headOf(path: string | Buffer): Buffer | Error {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const head = Buffer.alloc(1024);
      return head.subarray(0, readSync(descriptor, head, 0, 1024, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return error as Error;
  }
}

function messageOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT'
    ? 'ENOENT: no such file or directory'
    : code === undefined
      ? message
      : `${code}: cannot be read`;
}
