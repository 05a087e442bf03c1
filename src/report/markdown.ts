import type { Document, RenderOptions } from './document.ts';
import { acceptedWords, counts, type Entry, entriesOf, findingsOf } from './entries.ts';
import { mask, pathText } from './mask.ts';

/** A heading with the counts and a table, a row a finding that is no pass (`verbose`: passing ones too). */
export function renderMarkdown(document: Document, { verbose }: RenderOptions): string {
  const title = `### goshim ${document.kind}: ${counts(document) || 'no Go binary'}\n\n`;
  const rows = verbose ? everyRow(document) : entriesOf(document).map(row);
  if (rows.length === 0)
    return `${title}${document.files.map(({ path }) => `- ${code(pathText(path))}: pass\n`).join('')}\n`;
  return `${title}| verdict | file | rule | what | fix |\n|---|---|---|---|---|\n${rows.join('')}\n`;
}

function everyRow(document: Document): string[] {
  const entries = entriesOf(document);
  return document.files.flatMap((file, index) => [
    ...entries.filter(entry => entry.index === index).map(row),
    ...findingsOf(file)
      .filter(({ verdict }) => verdict === 'pass')
      .map(finding => row({ file, finding })),
  ]);
}

function row({ file, finding }: Pick<Entry, 'file' | 'finding'>): string {
  const verdict = finding.accepted === undefined ? finding.verdict : `accepted ${finding.verdict}`;
  const line = finding.line === undefined ? '' : `:${finding.line}`;
  const binary = finding.binary === undefined ? '' : ` ${code(finding.binary)}`;
  const accepted = finding.accepted === undefined ? '' : ` (accepted ${prose(acceptedWords(finding))})`;
  const fix = finding.fix === '' ? '' : code(finding.fix);
  const words = `${prose(finding.message || finding.evidence)}${accepted}`;
  return `| ${verdict} | ${code(`${pathText(file.path)}${line}`)}${binary} | ${finding.rule} | ${words} | ${fix} |\n`;
}

/** A code span that holds any text: longer fence than any run of backticks inside; `|` would end the cell. */
function code(text: string): string {
  const masked = mask(text).replace(/\|/g, '\\|');
  const runs = masked.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map(run => run.length)) + 1);
  const pad = /^`|`$|^ .* $/.test(masked) ? ' ' : '';
  return masked === '' ? '` `' : `${fence}${pad}${masked}${pad}${fence}`;
}

/** Text in which nothing is markup, a mention or a link. */
function prose(text: string): string {
  return mask(text)
    .replace(/[\\`*_[\]<>|~#]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/@/g, '&#64;')
    .replace(/:\/\//g, ':&#47;/');
}
