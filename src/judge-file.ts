import { openBinary } from './binary/open.ts';
import type { FileReport } from './rules/finding.ts';
import { judge, verdictOf } from './rules/judge.ts';
import type { VerifySurroundings } from './rules/rule.ts';

/**
 * What the bytes of one file come to. `path` stands in the report; `place` is where the file is opened when that is another
 * way to it (`/proc/PID/exe`). Never throws for what is in the file.
 */
export function judgeFile(path: string | Buffer, around: VerifySurroundings, place = path): FileReport {
  const opened = openBinary(place);
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
