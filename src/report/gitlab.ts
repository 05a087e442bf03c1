import type { Document, RenderOptions } from './document.ts';
import { acceptedWords, entriesOf } from './entries.ts';
import { type PlacedEntry, placed } from './fingerprint.ts';
import { stringify } from './json.ts';
import { pathText } from './mask.ts';
import { relativePath } from './place.ts';

const severities = { fail: 'major', warn: 'minor', unknown: 'info', pass: 'info' } as const;

/** GitLab's Code Quality report: an array, one element a finding. Accepted ones are `info`. */
export function renderGitlab(document: Document, options: RenderOptions): string {
  return `${stringify(
    placed(entriesOf(document), options).map(entry => issueOf(entry, options)),
    2,
  )}\n`;
}

function issueOf({ finding, file, fingerprint }: PlacedEntry, options: RenderOptions): object {
  const accepted = finding.accepted === undefined ? '' : ` (accepted ${acceptedWords(finding)})`;
  const binary = finding.binary === undefined ? '' : `${finding.binary}: `;
  const fix = finding.fix === '' ? '' : `; fix: ${finding.fix}`;
  return {
    description: `${binary}${finding.message || finding.evidence}${fix}${accepted}`,
    check_name: finding.rule,
    fingerprint,
    severity: finding.accepted === undefined ? severities[finding.verdict] : 'info',
    location: { path: relativePath(pathText(file.path), options), lines: { begin: finding.line ?? 1 } },
  };
}
