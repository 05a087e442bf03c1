import pc from 'picocolors';
import type { FileReport, Finding } from '../rules/finding.ts';
import type { Document, ListedProcess, RenderOptions } from './document.ts';
import { acceptedWords, counts, findingsOf } from './entries.ts';
import { mask, pathText } from './mask.ts';

type Colours = ReturnType<typeof pc.createColors>;

/** A line a file, its findings below it; passing ones only where `verbose`. Several files end with a line of counts. */
export function renderText(document: Document, { verbose, colour }: RenderOptions): string {
  const colours = pc.createColors(colour);
  const row = document.processes === undefined ? headLine : processRows(document.processes);
  const lines = document.files.flatMap((file, index) => [
    row(file, colours, index),
    ...findingsOf(file)
      .filter(({ verdict }) => verbose || verdict !== 'pass')
      .filter(({ message }) => file.reason === '' || message !== file.reason)
      .reduce<Finding[]>(folded, [])
      .flatMap(finding => findingLines(finding, colours)),
  ]);
  if (document.kind === 'ps' && lines.length > 0) lines.unshift(colours.bold(processHead));
  const skipped = document.skipped ?? 0;
  if (document.files.length > 1 || (skipped > 0 && document.files.length > 0))
    lines.push(
      `${counts(document)}${skipped > 0 ? `; ${skipped} other ${skipped === 1 ? 'file' : 'files'} skipped` : ''}`,
    );
  return lines.map(line => `${line}\n`).join('');
}

function headLine(file: FileReport, colours: Colours): string {
  const reason = file.reason === '' ? '' : `: ${mask(file.reason)}`;
  return `${startOf(mask(pathText(file.path)))}: ${paint(file.verdict, file.verdict, colours)}${reason}`;
}

const processHead = '    PID  VERDICT  AGENT       PROGRAM';

/** Rows of `ps`, in the columns of its head. */
function processRows(processes: readonly ListedProcess[]) {
  return (file: FileReport, colours: Colours, index: number): string => {
    const { pid = 0, agent = '', notes = [] } = processes[index] ?? {};
    const words = [...notes, ...(file.reason === '' ? [] : [file.reason])].map(mask).join('; ');
    const verdict = paint(file.verdict.padEnd(7), file.verdict, colours);
    const program = `${mask(pathText(file.path))}${words === '' ? '' : ` (${words})`}`;
    return `${String(pid).padStart(7)}  ${verdict}  ${agent.padEnd(10)}  ${program}`;
  };
}

/** What several rules say of one line of a file in the same words (a build that nobody can see) is said once. */
function folded(findings: Finding[], next: Finding): Finding[] {
  const last = findings.at(-1);
  const isSame =
    last?.line !== undefined &&
    last.line === next.line &&
    last.verdict === next.verdict &&
    last.message === next.message &&
    last.accepted?.reason === next.accepted?.reason;
  if (!isSame) return [...findings, next];
  return [...findings.slice(0, -1), { ...last, rule: `${last.rule}, ${next.rule}` }];
}

function findingLines(finding: Finding, colours: Colours): string[] {
  const { verdict, rule, message, evidence, fix, line, binary, accepted } = finding;
  const place = `${line === undefined ? '' : ` (line ${line})`}${binary === undefined ? '' : ` ${mask(binary)}`}`;
  const seen = evidence === '' || message.includes(evidence) ? '' : ` [${mask(evidence)}]`;
  const words = message === '' ? '' : `: ${mask(message)}`;
  const mark = accepted === undefined ? paint(verdict, verdict, colours) : colours.dim(`accepted ${verdict}`);
  const lines = [`  ${mark} ${rule}${place}${words}${seen}`];
  if (accepted !== undefined) lines.push(`    accepted ${mask(acceptedWords(finding))}`);
  else if (fix !== '' && (verdict === 'fail' || verdict === 'warn')) lines.push(`    fix: ${mask(fix)}`);
  return lines;
}

function paint(text: string, verdict: FileReport['verdict'], colours: Colours): string {
  if (verdict === 'pass') return colours.green(text);
  if (verdict === 'fail') return colours.red(text);
  return verdict === 'warn' ? colours.yellow(text) : colours.magenta(text);
}

/** CI systems read commands at the start of a line (`::error::`, `##vso[…]`): a file's name must not be one. */
function startOf(name: string): string {
  return name.replace(
    /^(\s*)([:#])/,
    (_, blanks: string, mark: string) => `${blanks}\\x${mark.charCodeAt(0).toString(16)}`,
  );
}
