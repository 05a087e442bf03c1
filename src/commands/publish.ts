import { resolve } from 'node:path';
import type { Document } from '../report/document.ts';
import { type Format, formatNames } from '../report/formats.ts';
import { mask, pathText } from '../report/mask.ts';
import { rootOf } from '../report/place.ts';
import { render } from '../report/render.ts';
import type { FileReport } from '../rules/finding.ts';
import { UsageError } from '../usage-error.ts';
import type { Io } from './command.ts';
import type { Options } from './options.ts';

/** How a command's answer is to be given. */
export interface Publishing {
  /** `path` absolute; null = stdout, at most once. */
  readonly outputs: readonly { readonly format: Format; readonly path: string | null }[];
  readonly verbose: boolean;
  readonly strict: boolean;
}

/** Reads `--format` (text to stdout when it is not given), `--verbose`, `--strict`. UsageError before any work is done. */
export function readPublishing(options: Options, io: Io): Publishing {
  const words = options.all('format');
  const outputs = (words.length === 0 ? ['text'] : words).map(word => readOutput(word, io.cwd));
  const twice = outputs.find(({ path }, index) => outputs.findIndex(other => other.path === path) !== index);
  if (twice !== undefined)
    throw new UsageError(
      `--format: two formats to ${twice.path ?? 'stdout'}; give each a file: --format ${twice.format}=FILE`,
    );
  return { outputs, verbose: options.has('verbose'), strict: options.has('strict') };
}

/** Writes every format asked for and answers the exit code, which no format changes. UsageError for a file that cannot be written. */
export async function publish(document: Document, { outputs, verbose, strict }: Publishing, io: Io): Promise<number> {
  const options = { verbose, cwd: io.cwd, root: rootOf(io.cwd, io.env) };
  const attested = outputs.some(({ format }) => format === 'in-toto') ? await withDigests(document, io) : document;
  for (const { format, path } of outputs) {
    const colour = path === null && hasColour(io);
    const text = await render(format, attested, { ...options, colour });
    if (path === null) io.stdout.write(text);
    else await writeReport(path, text);
  }
  return exitCodeOf(document.files, strict);
}

/** A statement is about bytes: a file without a digest has none, and that is said. */
async function withDigests(document: Document, io: Io): Promise<Document> {
  const { sha256Of } = await import('../report/digest.ts');
  // What a process runs need no longer be what its path leads to.
  const digestOf = (path: string | Buffer) => (document.kind === 'ps' ? null : sha256Of(path));
  const digests = document.digests ?? document.files.map(({ path }) => digestOf(path));
  for (const [index, { path }] of document.files.entries())
    if (digests[index] == null)
      io.stderr.write(`goshim: in-toto: no statement about ${mask(pathText(path))}: it has no digest\n`);
  return { ...document, digests };
}

/** 0 pass or warn, 1 a fail (`strict`: a warn too), 3 no fail but something that could not be judged, or nothing at all. */
export function exitCodeOf(files: readonly Pick<FileReport, 'verdict'>[], strict: boolean): number {
  const some = (verdict: FileReport['verdict']) => files.some(file => file.verdict === verdict);
  if (some('fail') || (strict && some('warn'))) return 1;
  return files.length === 0 || some('unknown') || some('not-go') ? 3 : 0;
}

/** Colour on a terminal only, and never where NO_COLOR is set (no-color.org) or the terminal has none. */
export function hasColour({ stdout, env }: Io): boolean {
  return stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

function readOutput(word: string, cwd: string): { format: Format; path: string | null } {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  const file = equals < 0 ? '-' : word.slice(equals + 1);
  const format = formatNames.find(known => known === name);
  if (format === undefined)
    throw new UsageError(`--format: there is no "${name}"; there are ${formatNames.join(', ')}`);
  if (file === '') throw new UsageError(`--format: ${name}= wants a file's name, as in ${name}=FILE`);
  return { format, path: file === '-' ? null : resolve(cwd, file) };
}

async function writeReport(path: string, text: string): Promise<void> {
  try {
    (await import('../report/write.ts')).writeWhole(path, text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`--format: ${path} cannot be written (${code ?? message})`);
  }
}
