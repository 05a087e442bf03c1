import type { Differences } from './differences.ts';
import { type Results, whole } from './results.ts';

export interface Compared {
  /** Passed by bare go, and in this mode too. */
  readonly same: number;
  /** Skipped by bare go, and in this mode too. */
  readonly skipped: number;
  /** Failed by bare go (no network, no such tool here): nothing to compare with. */
  readonly leftOut: number;
  /** Listed, and failed at the line the list names. */
  readonly listed: readonly string[];
  /** What must not be, by script. */
  readonly wrong: ReadonlyMap<string, string>;
}

/**
 * Holds one mode against bare go, script by script. `lineOf` answers a script's text at a line, without blanks around it. A script on
 * the list must fail, and at the line it is listed with: one that holds again belongs on the list no more.
 */
export function compare(
  scripts: readonly string[],
  bare: Results,
  mode: Results,
  listed: Differences,
  lineOf: (script: string, line: number) => string,
): Compared {
  const counts = { same: 0, skipped: 0, leftOut: 0 };
  const asListed: string[] = [];
  const wrong = new Map<string, string>();
  for (const script of scripts) {
    const wanted = bare.get(script)?.status ?? 'FAIL';
    const { status, line, why } = mode.get(script) ?? { status: 'FAIL', line: null, why: 'it was not run' };
    const known = Object.hasOwn(listed, script) ? listed[script] : undefined;
    const failing = line === null ? '' : lineOf(script, line);
    if (wanted === 'FAIL') counts.leftOut++;
    else if (status !== 'FAIL' && known !== undefined && wanted === 'PASS')
      wrong.set(script, 'listed as different, and it passes: take it off the list');
    else if (status === wanted) counts[status === 'PASS' ? 'same' : 'skipped']++;
    else if (known !== undefined && status === 'FAIL' && failing === known.line) asListed.push(script);
    else {
      const where = failing === '' ? '' : ` at line ${line} (${failing})`;
      const otherwise = known === undefined ? '' : `, and is listed with another line (${known.line})`;
      wrong.set(script, `${wanted} with bare go, ${status} here${where}: ${why}${otherwise}`);
    }
  }
  const left = mode.get(whole);
  if (left?.status === 'FAIL' && bare.get(whole)?.status !== 'FAIL') wrong.set(whole, left.why);
  return { ...counts, listed: asListed, wrong };
}
