import { bracketed } from '../golang/origin.ts';
import type { FileReport, Finding } from '../rules/finding.ts';
import type { Change, Plan } from '../rules/plan.ts';
import type { Settings } from '../settings.ts';
import { acceptedWords, findingsOf } from './entries.ts';
import { stringify } from './json.ts';
import { mask, pathText } from './mask.ts';

type Log = Settings['log'];

/**
 * What the shim says on stderr before a build, a line a thing. quiet: refusals. changes: overruled wishes and warnings too.
 * verbose: whatever was changed. json: everything, an object a line.
 */
export function planLines(
  { changes, warnings, refusals }: Pick<Plan, 'changes' | 'warnings' | 'refusals'>,
  log: Log,
): string[] {
  if (log === 'json')
    return [
      ...changes.map(({ rule, what, from, overruled, because }) =>
        json({ event: 'change', rule, what, from, overruled, because }),
      ),
      ...[...warnings, ...refusals].map(finding => json({ event: 'plan', ...finding })),
    ];
  const said = changes.filter(({ overruled }) => log === 'verbose' || (log === 'changes' && overruled));
  const findings = log === 'quiet' ? refusals : [...warnings, ...refusals];
  return [...said.map(changeLine), ...findings.map(finding => findingLine(finding, ''))];
}

/**
 * What is said of an output once it was judged, `after` (judge.ts `afterBuild`) included. quiet: fails. changes: fails,
 * unknowns, warnings and what must be known after an overruled wish. verbose: accepted findings and notes too. json: everything.
 */
export function outputLines(file: FileReport, after: readonly Finding[], log: Log): string[] {
  const name = pathText(file.path);
  const findings = findingsOf(file);
  if (log === 'json') return [...findings, ...after].map(finding => json({ event: 'output', path: name, ...finding }));
  const counts = (finding: Finding) => finding.verdict !== 'pass' && finding.accepted === undefined;
  const said = findings.filter(finding =>
    log === 'quiet'
      ? finding.verdict === 'fail' && counts(finding)
      : counts(finding) || (log === 'verbose' && finding.message !== ''),
  );
  const notes = log === 'quiet' ? [] : after.map(({ rule, message }) => line(rule, message));
  return [...said.map(finding => findingLine(finding, name)), ...notes];
}

/** `goshim: RULE: TEXT`, or `goshim: TEXT`; always one line. */
export function line(rule: string | null, text: string): string {
  return `goshim: ${rule === null ? '' : `${rule}: `}${mask(text)}`;
}

function changeLine({ rule, subject, action, from, because }: Change): string {
  const origin = from === 'goshim' ? '' : ` ${bracketed(from)}`;
  return line(rule, `${subject}${origin} ${action}${because === '' ? '' : `: ${because}`}`);
}

function findingLine(finding: Finding, name: string): string {
  const { rule, verdict, message, evidence, fix, accepted } = finding;
  const seen = verdict === 'pass' || evidence === '' || message.includes(evidence) ? '' : ` [${evidence}]`;
  const mend = verdict === 'pass' || fix === '' ? '' : `; fix: ${fix}`;
  const end = accepted === undefined ? mend : ` (accepted ${acceptedWords(finding)})`;
  const start = name === '' || message.startsWith(`${name} `) ? '' : `${name}: `;
  return line(rule, `${start}${verdict === 'unknown' ? 'unknown: ' : ''}${message}${seen}${end}`);
}

function json(event: object): string {
  return stringify(event);
}
