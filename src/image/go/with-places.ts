import type { Finding } from '../../rules/finding.ts';
import { showPath } from '../paths.ts';
import type { GoLine } from './go-line.ts';

/** A finding in the file's own terms: not "environment", but the instruction and the line that set it; holes as written. */
export function withPlaces(finding: Finding, line: GoLine, lineOf: (at: number) => number): Finding {
  const { rule, verdict, evidence, fix } = finding;
  const name = /^([A-Z][A-Z0-9_]*)=/.exec(evidence)?.[1];
  const message = showPath(finding.message)
    .replace(/\((GOFLAGS \()?environment\)?\)/, (whole, flags: string | undefined) => {
      const variable = line.environment.get(flags === undefined ? (name ?? '') : 'GOFLAGS');
      if (variable === undefined || variable.by === 'image') return whole;
      return `(${flags === undefined ? '' : 'GOFLAGS: '}${placeOf(variable, lineOf)})`;
    })
    .replace(/\((GOFLAGS \()?go env -w\)?\)/, (whole, flags: string | undefined) => {
      const variable = line.goEnv.get(flags === undefined ? (name ?? '') : 'GOFLAGS');
      return variable === undefined ? whole : `(${placeOf(variable, lineOf)})`;
    });
  return { rule, verdict, message, evidence: showPath(evidence), fix: showPath(fix) };
}

function placeOf({ by, at }: { readonly by: string; readonly at: number }, lineOf: (at: number) => number): string {
  return `${by}, line ${lineOf(at)}`;
}
