import { relative, resolve } from 'node:path';
import type { FileReport, Finding } from '../../rules/finding.ts';
import { checkDockerfileText, looksLikeDockerfile, type TextOptions } from '../check-text.ts';
import { openContext } from '../context.ts';
import { checkDockerfile } from '../dockerfile/check.ts';
import { readDockerfile } from '../dockerfile/read.ts';
import { readText } from '../read-text.ts';
import { baseEdits } from './base-edits.ts';
import { applyEdits, type EditGroup } from './edit.ts';
import { goLineEdits } from './go-line-edits.ts';

interface Place {
  readonly cwd: string;
  readonly stderr: { write(text: string): unknown };
}

/** The patches of every Dockerfile among the reports; with `isWritten` the files are changed too. */
export async function fixReports(
  reports: readonly FileReport[],
  options: TextOptions,
  { isWritten }: { readonly isWritten: boolean },
  { cwd, stderr }: Place,
): Promise<string[]> {
  const patches: string[] = [];
  for (const { path, verdict } of reports) {
    if (path === '-' || verdict === 'not-go') continue;
    const file = resolve(cwd, path.toString());
    const read = readText(file);
    if ('why' in read || !looksLikeDockerfile(read.text, file)) continue;
    if (!read.isUtf8) {
      stderr.write(`goshim: ${path}: not UTF-8, and left as it is: convert it first\n`);
      continue;
    }
    const fixed = await fixDockerfile(read.text, file, options);
    const name = path.toString();
    if (fixed === read.text) {
      stderr.write(`goshim: ${name}: nothing that can be mended here\n`);
      continue;
    }
    patches.push(await patchOf(read.text, fixed, shownIn(cwd, file)));
    if (!isWritten) continue;
    const { writeWhole } = await import('../../report/write.ts');
    writeWhole(file, fixed);
    stderr.write(`goshim: ${name}: changed\n`);
  }
  return patches;
}

/**
 * The text with everything mended that can be: each round proposes edits and keeps those after which less is found.
 * Everything that no edit names stays byte for byte.
 */
export async function fixDockerfile(text: string, file: string, options: TextOptions): Promise<string> {
  const directory = resolve(file, '..');
  const weigh = async (candidate: string): Promise<number> =>
    weightOf(await checkDockerfileText({ path: file, text: candidate, directory }, options));
  let current = text;
  let weight = await weigh(current);
  for (let round = 0; round < rounds && weight > 0; round++) {
    const proposed = await proposals(current, directory, options);
    const before = current;
    const candidates = proposed.map(edits => applyEdits(before, edits));
    for (const candidate of candidates) {
      if (candidate === current) continue;
      const lighter = await weigh(candidate);
      if (lighter >= weight) continue;
      current = candidate;
      weight = lighter;
      break;
    }
    if (current === before) break;
  }
  return current;
}

const rounds = 6;

/** What to try, the most complete first: all lines with another image, all lines, then each alone. */
async function proposals(text: string, directory: string, options: TextOptions): Promise<readonly EditGroup[]> {
  const file = readDockerfile(text);
  const checked = await checkDockerfile(file, options, openContext(options.context ?? directory));
  if (checked === null) return [];
  const { profile, agentVersion } = options;
  const lines = checked.shipped
    .filter(({ isFound }) => isFound)
    .map(({ line }) => goLineEdits(file, line, profile, agentVersion));
  const bases = checked.findings.some(({ finding }) => finding.rule === 'libc-in-image')
    ? baseEdits(file, checked)
    : [];
  const all = lines.flat();
  return [...bases.map(base => [...base, ...all]), all, ...bases, ...lines].filter(group => group.length > 0);
}

/** How much is wrong; accepted findings weigh nothing. */
function weightOf({ findings, reason, verdict }: FileReport): number {
  if (reason !== '' && verdict === 'unknown') return 1000;
  return findings.reduce((sum, finding) => sum + weightOfFinding(finding), 0);
}

function weightOfFinding({ verdict, accepted }: Finding): number {
  if (accepted !== undefined) return 0;
  return { pass: 0, warn: 1, unknown: 3, fail: 10 }[verdict];
}

async function patchOf(before: string, after: string, name: string): Promise<string> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import('./diff.ts');
  return createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

function shownIn(cwd: string, file: string): string {
  const inside = relative(cwd, file);
  return inside.startsWith('..') ? file.slice(1) : inside;
}
