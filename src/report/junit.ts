import type { FileReport, Finding } from '../rules/finding.ts';
import type { Document } from './document.ts';
import { acceptedWords, findingsOf } from './entries.ts';
import { mask, pathText } from './mask.ts';

/** What closes a JUnit report; a build that adds to one puts its suites before it. */
export const junitEnd = '</testsuites>\n';

/**
 * A suite a file, a case a finding. fail → failure, a file that could not be read → error, unknown or accepted → skipped,
 * warn → passed with its text in system-out (what Jenkins, GitLab and Azure read of it: reference in docs/report-formats.md).
 */
export function renderJunit(document: Document): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${junitSuites(document)}${junitEnd}`;
}

export function junitSuites(document: Document): string {
  return document.files.map(suite).join('');
}

function suite(file: FileReport): string {
  const path = mask(pathText(file.path));
  const cases = casesOf(file);
  const count = (outcome: Case['outcome']) => cases.filter(each => each.outcome === outcome).length;
  const numbers = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  const body = cases.map(each => `    ${caseText(each, path)}\n`).join('');
  return `  <testsuite name="${attribute(path)}" ${numbers} time="0">\n${body}  </testsuite>\n`;
}

interface Case {
  /** Unique in its suite: GitLab keeps only the first of equal names. */
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  readonly text: string;
}

function casesOf(file: FileReport): Case[] {
  if (file.verdict === 'not-go')
    return [{ name: 'go-binary', outcome: 'skipped', message: `no Go binary: ${file.reason}`, text: '' }];
  const seen = new Map<string, number>();
  const cases = findingsOf(file).map(finding => {
    const place = [finding.binary, finding.line === undefined ? undefined : `line ${finding.line}`].filter(Boolean);
    const name = [finding.rule, ...place].join(' ');
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return {
      name: times > 1 ? `${name} (${times})` : name,
      outcome: outcomeOf(finding),
      message: finding.accepted === undefined ? finding.message : `accepted ${acceptedWords(finding)}`,
      text: textOf(finding),
    };
  });
  return cases.length > 0 ? cases : [{ name: 'go-binary', outcome: 'passed', message: '', text: '' }];
}

function outcomeOf(finding: Finding): Case['outcome'] {
  if (finding.accepted !== undefined) return 'skipped';
  if (finding.verdict === 'fail') return 'failure';
  if (finding.verdict === 'unknown') return finding.rule === 'readable' ? 'error' : 'skipped';
  return 'passed';
}

function textOf({ verdict, message, evidence, fix }: Finding): string {
  if (verdict === 'pass') return message;
  return [`${verdict}: ${message}`, evidence && `seen: ${evidence}`, fix && `fix: ${fix}`].filter(Boolean).join('\n');
}

function caseText({ name, outcome, message, text }: Case, path: string): string {
  const open = `<testcase name="${attribute(`${name}: ${path}`)}" classname="${attribute(path)}" time="0"`;
  if (outcome === 'passed')
    return text === '' ? `${open}/>` : `${open}><system-out>${content(text)}</system-out></testcase>`;
  return `${open}><${outcome} message="${attribute(message)}">${content(text)}</${outcome}></testcase>`;
}

function attribute(text: string): string {
  return content(mask(text)).replace(/"/g, '&quot;');
}

/** Characters that XML 1.0 cannot hold are masked, line by line. */
function content(text: string): string {
  const lines = text.split('\n').map(line => mask(line).replace(/[\ufffe\uffff]/g, '\ufffd'));
  return lines.join('\n').replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
