import type { FileReport, Finding } from '../rules/finding.ts';
import type { Document, ListedProcess } from './document.ts';
import { findingsOf } from './entries.ts';
import { pathText } from './mask.ts';

/** `goshim.verify/1`, `goshim.check/1` or `goshim.ps/1` (schema/). A build's report has the form of verify's. */
export function renderJson(document: Document): string {
  return `${stringify(jsonOf(document), 2)}\n`;
}

/** The same in one line, as a build adds it to a report file. */
export function renderJsonLine(document: Document): string {
  return `${stringify(jsonOf(document))}\n`;
}

/**
 * JSON that every reader takes: lone surrogates become U+FFFD, and what could paint a terminal (DEL, C1, line and
 * bidirectional marks) is escaped.
 */
export function stringify(value: unknown, indent?: number): string {
  const wellFormed = (_: string, part: unknown) => (typeof part === 'string' ? part.toWellFormed() : part);
  return JSON.stringify(value, wellFormed, indent).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function jsonOf({ kind, files, processes, skipped, basis }: Document): object {
  const head = { profile: basis.profile.name, agentVersion: basis.agentVersion, goshim: basis.version };
  if (kind === 'ps')
    return {
      schema: 'goshim.ps/1',
      ...head,
      processes: files.map((file, index) => processOf(file, processes?.[index])),
    };
  return {
    schema: kind === 'check' ? 'goshim.check/1' : 'goshim.verify/1',
    ...head,
    ...(skipped === undefined ? {} : { skipped }),
    files: files.map(file => ({ ...pathOf('path', file.path), ...verdictOf(file) })),
  };
}

function processOf(file: FileReport, process: ListedProcess | undefined): object {
  const { pid = null, agent = 'unknown', details = {} } = process ?? {};
  return { pid, ...pathOf('exe', file.path), ...details, agent, ...verdictOf(file) };
}

function pathOf(key: string, path: string | Buffer): object {
  return { [key]: pathText(path), ...(typeof path === 'string' ? {} : { [`${key}Base64`]: path.toString('base64') }) };
}

function verdictOf(file: FileReport): object {
  return {
    verdict: file.verdict,
    ...(file.reason === '' ? {} : { reason: file.reason }),
    findings: findingsOf(file).map(findingOf),
  };
}

function findingOf({ rule, verdict, message, evidence, fix, accepted, line, binary }: Finding): object {
  return {
    rule,
    verdict,
    message,
    evidence,
    fix,
    ...(line === undefined ? {} : { line }),
    ...(binary === undefined ? {} : { binary }),
    ...(accepted === undefined ? {} : { accepted }),
  };
}
