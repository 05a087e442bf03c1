import { utimesSync } from 'node:fs';
import { relative } from 'node:path';
import type { Account } from './binary/source.ts';
import type { Build } from './golang/build.ts';
import type { Output } from './golang/outputs.ts';
import { keepVerdict, recallVerdict, type VerdictQuestion } from './kept-verdict.ts';
import type { PlannedBuild } from './planning.ts';
import type { FileReport, Finding } from './rules/finding.ts';
import { judgingOf } from './surroundings.ts';

export interface JudgedOutput {
  readonly output: Output;
  readonly file: FileReport;
  /** What must be known about it after an overruled wish. */
  readonly after: readonly Finding[];
}

/**
 * Judges what a build wrote, without the mains that `ignore` names. An output that is not there or is no Go binary is unknown: a
 * verdict on it was promised.
 * @param outputs null: where they are could not be told; one unknown entry says so.
 */
export async function judgeOutputs(
  outputs: readonly Output[] | null,
  { settings, around: { profile }, ignored }: PlannedBuild,
  line: Build,
  environment: NodeJS.ProcessEnv,
): Promise<readonly JudgedOutput[]> {
  if (outputs === null) return [untold];
  const around = judgingOf(settings, profile);
  const overruled = line.edits.some(edit => edit.overruled);
  const judged: JudgedOutput[] = [];
  for (const output of outputs.filter(({ mainPackage }) => !ignored.has(mainPackage))) {
    const { path } = output;
    const question = { path, name: nameOf(path), around, environment };
    const known = overruled ? null : recallVerdict(question);
    const file = known ?? (await judge(question, !overruled));
    judged.push({ output, file, after: overruled ? await afterwards(question, line) : [] });
  }
  const files = judged.map(({ file }) => file);
  const accepted =
    settings.accept.length === 0
      ? files
      : (await import('./accept.ts')).applyAccepted(files, settings, { cwd: process.cwd(), today: today() });
  return judged.map((one, index) => ({ ...one, file: accepted[index] ?? one.file }));
}

// The bundle that judges is read when there is something new to judge: after an edit there is, after an idle `make` there is not.
async function judge(question: VerdictQuestion, keeping: boolean): Promise<FileReport> {
  const { judgeFile } = await import('./judge-file.ts');
  const account: Account = { size: 0, parts: [] };
  const report = judgeFile(question.name, question.around, question.path, account);
  if (keeping) keepVerdict(question, report, account);
  return withReason(report);
}

async function afterwards({ path, name, around }: VerdictQuestion, line: Build): Promise<readonly Finding[]> {
  const { judgeAfter } = await import('./judge-file.ts');
  return judgeAfter(path, name, line, around.profile);
}

/** A rejected output is kept; its mtime goes back to the epoch, so that make does not call it up to date (D5). */
export function reject(path: string): void {
  try {
    utimesSync(path, 0, 0);
  } catch {
    // A file of another owner keeps its time: the verdict and the exit code stand.
  }
}

const untold: JudgedOutput = {
  output: { path: '', mainPackage: '', upToDate: false },
  file: {
    path: 'output',
    verdict: 'unknown',
    findings: [unknownFinding('where go put the output could not be told: `goshim verify` it yourself')],
    reason: '',
  },
  after: [],
};

function withReason(file: FileReport): FileReport {
  if (file.findings.length > 0) return file;
  return { ...file, verdict: 'unknown', findings: [unknownFinding(`could not be judged (${file.reason})`)] };
}

function unknownFinding(message: string): Finding {
  return { rule: 'output', verdict: 'unknown', message, evidence: '', fix: '' };
}

/** As the user would name it: relative below the working directory, else absolute. */
export function nameOf(path: string): string {
  const name = relative(process.cwd(), path);
  return name.startsWith('..') ? path : name;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
