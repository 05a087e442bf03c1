import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ReportTarget } from '../settings.ts';
import type { Document, RenderOptions } from './document.ts';
import type { Format } from './formats.ts';
import { withLock } from './lock.ts';
import { pathText } from './mask.ts';
import { merge } from './merge.ts';
import { relativePath } from './place.ts';
import { render } from './render.ts';
import { appendTo, isSpecial, realPath, writeWhole } from './write.ts';

/** Bytes. GitHub takes 1 MiB of summary a step, and drops all of a longer one. */
const summaryLimit = 900 * 1024;
/** Bytes of a report that is still added to. */
const reportLimit = 64 << 20;

/** What adding to the reports came to. */
export interface Added {
  /** Workflow commands for stderr; empty outside GitHub Actions. */
  readonly annotations: string;
  /** A line each: what could not be written, and why. Never a reason to fail a build. */
  readonly problems: readonly string[];
}

/**
 * Adds a build's verdicts to every report that GOSHIM_REPORT asks for. Each file is at every moment whole, and several
 * builds at once wait for each other (lock.ts). Paths in reports are relative to the checkout (place.ts `rootOf`), so that
 * builds in several directories add up. `github` annotates under GitHub Actions only, and adds to the step's summary.
 */
export async function addToReports(
  targets: readonly ReportTarget[],
  document: Document,
  options: Pick<RenderOptions, 'cwd' | 'root'>,
  environment: NodeJS.ProcessEnv,
): Promise<Added> {
  const seen: RenderOptions = { verbose: false, colour: false, cwd: options.root, root: options.root };
  const files = document.files.map(file => ({ ...file, path: inRoot(file.path, options) }));
  const wantsDigests = targets.some(({ format }) => format === 'in-toto');
  const placed = { ...document, files, ...(wantsDigests ? { digests: await digestsOf(document, options.cwd) } : {}) };
  const problems: string[] = [];
  let annotations = '';
  for (const { format, path } of targets) {
    try {
      if (path !== null) await addToFile(path, format, placed, seen);
      else if (environment.GITHUB_ACTIONS === 'true') {
        annotations += await render('github', placed, seen);
        await addToSummary(environment.GITHUB_STEP_SUMMARY, placed, seen);
      }
    } catch (error) {
      problems.push(`report ${path ?? format} not written: ${wordsOf(error)}`);
    }
  }
  return { annotations, problems };
}

async function addToFile(path: string, format: Format, document: Document, options: RenderOptions): Promise<void> {
  const fresh =
    format === 'json' ? (await import('./json.ts')).renderJsonLine(document) : await render(format, document, options);
  if (fresh === '') return;
  if (isSpecial(path)) return appendTo(path, fresh);
  const target = realPath(path);
  mkdirSync(dirname(target), { recursive: true });
  const paths = document.files.map(file => relativePath(pathText(file.path), options));
  await withLock(target, () => writeWhole(target, merge(format, read(target), fresh, paths)));
}

async function addToSummary(path: string | undefined, document: Document, options: RenderOptions): Promise<void> {
  if (!path) return;
  const text = await render('markdown', document, options);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size + Buffer.byteLength(text) <= summaryLimit) appendTo(path, text);
}

async function digestsOf({ files }: Document, cwd: string): Promise<(string | null)[]> {
  const { sha256Of } = await import('./digest.ts');
  return files.map(({ path }) => sha256Of(typeof path === 'string' ? resolve(cwd, path) : path));
}

function inRoot(path: string | Buffer, options: Pick<RenderOptions, 'cwd' | 'root'>): string | Buffer {
  return typeof path === 'string' ? relativePath(path, options) : path;
}

function read(path: string): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return '';
  if (size > reportLimit) throw new Error(`it has ${size} bytes; remove it to begin a new one`);
  return readFileSync(path, 'utf8');
}

function wordsOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
