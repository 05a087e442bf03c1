import type { Document } from './document.ts';
import { acceptedWords, type Entry, entriesOf } from './entries.ts';
import { pathText } from './mask.ts';

/**
 * Workflow commands, one a finding, failures first since GitHub shows ten of a kind a step. Accepted findings and unknown ones
 * are notices. Escaping as in actions/runner `ActionCommand.cs`.
 */
export function renderGithub(document: Document): string {
  return [...entriesOf(document)]
    .sort((a, b) => weight(a) - weight(b))
    .map(annotation)
    .join('');
}

function annotation(entry: Entry): string {
  const { file, finding } = entry;
  const place = finding.line === undefined ? '' : `,line=${finding.line}`;
  const binary = finding.binary === undefined ? '' : `${finding.binary}: `;
  const fix = finding.fix === '' ? '' : `; fix: ${finding.fix}`;
  const accepted = finding.accepted === undefined ? '' : ` (accepted ${acceptedWords(finding)})`;
  const text = data(`${binary}${finding.message || finding.evidence}${fix}${accepted}`.slice(0, 4000).toWellFormed());
  return `::${kindOf(entry)} file=${property(pathText(file.path))}${place},title=${property(`goshim ${finding.rule}`)}::${text}\n`;
}

function kindOf({ finding }: Entry): 'error' | 'warning' | 'notice' {
  if (finding.accepted !== undefined) return 'notice';
  return finding.verdict === 'fail' ? 'error' : finding.verdict === 'warn' ? 'warning' : 'notice';
}

function weight(entry: Entry): number {
  return ['error', 'warning', 'notice'].indexOf(kindOf(entry));
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
