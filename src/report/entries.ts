import type { FileReport, Finding } from '../rules/finding.ts';
import type { Document, RuleWords } from './document.ts';

/** A finding that is no pass, and the file it belongs to. */
export interface Entry {
  readonly file: FileReport;
  /** Index of `file` in the document. */
  readonly index: number;
  readonly finding: Finding;
}

/** What reports say about a file that no rule could be asked of. */
export const ownRules: readonly RuleWords[] = [
  {
    id: 'readable',
    title: 'readable as an ELF file',
    why: 'What cannot be read cannot be judged, and is never taken for good.',
    fix: 'give goshim a file that it can read',
  },
  {
    id: 'go-binary',
    title: 'a Go binary',
    why: 'The agent looks at programs that Go built; anything else is outside its Go support.',
    fix: 'name the Go binary itself',
  },
];

/** A file's findings; one that could not be judged has at least one that says why. */
export function findingsOf(file: FileReport): readonly Finding[] {
  if (file.verdict === 'not-go' || file.reason === '') return file.findings;
  if (file.findings.some(({ verdict }) => verdict === file.verdict)) return file.findings;
  return [...file.findings, whyNot(file)];
}

/** One entry a finding that is no pass, and one a file that is no Go binary, in the document's order. */
export function entriesOf(document: Document): readonly Entry[] {
  return document.files.flatMap((file, index) => {
    const findings = file.verdict === 'not-go' ? [...file.findings, whyNot(file)] : findingsOf(file);
    return findings.filter(({ verdict }) => verdict !== 'pass').map(finding => ({ file, index, finding }));
  });
}

/** `2 fail, 1 warn, 3 pass`, the worst first; files with accepted findings are counted as what is left of them. */
export function counts(document: Document): string {
  const order = ['fail', 'unknown', 'warn', 'not-go', 'pass'] as const;
  return order
    .map(verdict => ({ verdict, count: document.files.filter(file => file.verdict === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict}`)
    .join(', ');
}

/** `until 2027-01-31: reason`, or the reason alone. */
export function acceptedWords({ accepted }: Finding): string {
  if (accepted === undefined) return '';
  return accepted.until === null ? accepted.reason : `until ${accepted.until}: ${accepted.reason}`;
}

function whyNot({ verdict, reason }: FileReport): Finding {
  const notGo = verdict === 'not-go';
  const message = notGo ? `no Go binary${reason && `: ${reason}`}` : reason || 'it could not be judged';
  return {
    rule: notGo ? 'go-binary' : 'readable',
    verdict: notGo ? 'unknown' : verdict,
    message,
    evidence: message,
    fix: '',
  };
}
