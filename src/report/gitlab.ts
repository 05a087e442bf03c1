import type { Document, RenderOptions } from './document.ts';
import { acceptedWords, type Entry, entriesOf } from './entries.ts';
import { fingerprint } from './fingerprint.ts';
import { stringify } from './json.ts';
import { pathText } from './mask.ts';
import { relativePath, uriOf } from './place.ts';

const severities = { fail: 'major', warn: 'minor', unknown: 'info', pass: 'info' } as const;

/** GitLab's Code Quality report: an array, one element a finding. Accepted ones are `info`. */
export function renderGitlab(document: Document, options: RenderOptions): string {
  return `${stringify(
    entriesOf(document).map(entry => issueOf(entry, options)),
    2,
  )}\n`;
}

function issueOf(entry: Entry, options: RenderOptions): object {
  const { finding, file } = entry;
  const accepted = finding.accepted === undefined ? '' : ` (accepted ${acceptedWords(finding)})`;
  const binary = finding.binary === undefined ? '' : `${finding.binary}: `;
  const fix = finding.fix === '' ? '' : `; fix: ${finding.fix}`;
  return {
    description: `${binary}${finding.message || finding.evidence}${fix}${accepted}`,
    check_name: finding.rule,
    fingerprint: fingerprint(entry, uriOf(file.path, options)),
    severity: finding.accepted === undefined ? severities[finding.verdict] : 'info',
    location: { path: relativePath(pathText(file.path), options), lines: { begin: finding.line ?? 1 } },
  };
}
