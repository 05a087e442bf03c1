import { dirname, relative, resolve } from 'node:path';
import picomatch from 'picomatch';
import { pathText } from './report/mask.ts';
import type { FileReport, Finding } from './rules/finding.ts';
import { verdictOf } from './rules/judge.ts';
import type { Accepted, Settings } from './settings.ts';
import { UsageError } from './usage-error.ts';

/** picomatch takes no longer ones. */
const longestGlob = 65_536;

/**
 * Marks the findings that `.goshim.json` accepts and judges each file by what is left. An accepted finding stays in the
 * report; one whose last day is over counts as before and says so. `today` is an ISO date, `cwd` where the files' relative
 * paths are seen from.
 */
export function applyAccepted(
  files: readonly FileReport[],
  { accept, file: settingsFile }: Pick<Settings, 'accept' | 'file'>,
  { cwd, today }: { cwd: string; today: string },
): readonly FileReport[] {
  if (accept.length === 0 || settingsFile === null) return files;
  const entries = accept.map(entry => ({ ...entry, matches: matcher(entry.path, settingsFile) }));
  return files.map(file => {
    const names = namesOf(pathText(file.path), cwd, dirname(settingsFile));
    const findings = file.findings.map(finding => {
      const mine = entries.filter(
        ({ rule, matches }) => rule === finding.rule && [...names, ...namesInside(finding, names)].some(matches),
      );
      return mark(finding, mine, today);
    });
    if (findings.every((finding, index) => finding === file.findings[index])) return file;
    const left = findings.filter(({ accepted }) => accepted === undefined);
    return { ...file, findings, verdict: file.verdict === 'not-go' ? 'not-go' : verdictOf(left, { strict: false }) };
  });
}

function mark(finding: Finding, entries: readonly Accepted[], today: string): Finding {
  if (finding.verdict === 'pass') return finding;
  const valid = entries.find(({ until }) => until === null || today <= until);
  if (valid !== undefined) return { ...finding, accepted: { reason: valid.reason, until: valid.until } };
  const expired = entries[0];
  if (expired === undefined) return finding;
  return {
    ...finding,
    message: `${finding.message} (accepted until ${expired.until}, which is over: ${expired.reason})`,
  };
}

/** The path as given, from the settings' directory, and absolute. */
function namesOf(path: string, cwd: string, directory: string): string[] {
  const absolute = resolve(cwd, path);
  return [path.replace(/^(\.\/)+/, ''), relative(directory, absolute), absolute];
}

/** A program in an image: its own path, and the archive's with it. */
function namesInside({ binary }: Finding, names: readonly string[]): string[] {
  if (binary === undefined) return [];
  const inner = binary.slice(binary.indexOf('!') + 1);
  return [binary, inner, ...names.map(name => `${name}!${inner}`)];
}

/** UsageError where picomatch would throw. */
function matcher(pattern: string, settingsFile: string): (name: string) => boolean {
  if (pattern.length > longestGlob)
    throw new UsageError(
      `${settingsFile}: accept: a path of ${pattern.length} characters; a glob has ${longestGlob} at most`,
    );
  const plain = pattern.replace(/^(\.\/)+/, '');
  const matches = plain === '' ? () => false : picomatch(plain, { dot: true, basename: !plain.includes('/') });
  return name => name === plain || matches(name);
}
