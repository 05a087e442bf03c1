import { openBinary } from './binary/open.ts';
import type { Account } from './binary/source.ts';
import type { Build } from './golang/build.ts';
import type { Profile } from './profiles.ts';
import type { FileReport, Finding } from './rules/finding.ts';
import { afterBuild, judge, verdictOf } from './rules/judge.ts';
import type { VerifySurroundings } from './rules/rule.ts';

/**
 * What the bytes of one file come to. `path` stands in the report; `place` is where the file is opened when that is another
 * way to it (`/proc/PID/exe`). Never throws for what is in the file.
 * @param account takes up what is read of the file.
 */
export function judgeFile(
  path: string | Buffer,
  around: VerifySurroundings,
  place = path,
  account?: Account,
): FileReport {
  const opened = openBinary(place, account);
  switch (opened.kind) {
    case 'unreadable':
      return { path, verdict: 'unknown', findings: [], reason: opened.why };
    case 'malformed':
      return { path, verdict: 'unknown', findings: [], reason: `malformed ELF file: ${opened.why}` };
    case 'not-elf':
      return { path, verdict: 'not-go', findings: [], reason: opened.looksLike };
    case 'elf':
      try {
        const isGo = opened.facts.isGo();
        if (!isGo.ok) return { path, verdict: 'unknown', findings: [], reason: isGo.why };
        if (!isGo.value) return { path, verdict: 'not-go', findings: [], reason: 'an ELF file that Go did not build' };
        const findings = judge(opened.facts, around);
        if (opened.changed())
          return { path, verdict: 'unknown', findings: [], reason: 'the file changed while it was read' };
        return { path, verdict: verdictOf(findings, { strict: false }), findings, reason: '' };
      } finally {
        opened.close();
      }
  }
}

/** What must be known about an output after an overruled wish; `name` is the file as the user knows it. */
export function judgeAfter(path: string, name: string, build: Build, profile: Profile): readonly Finding[] {
  const opened = openBinary(path);
  if (opened.kind !== 'elf') return [];
  try {
    return afterBuild(opened.facts, build, name, profile);
  } finally {
    opened.close();
  }
}
