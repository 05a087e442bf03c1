import type { Outcome } from '../finding.ts';

/** `note` is shown with `-v` only; a bare pass needs none. */
export function pass(evidence: string, note = ''): Outcome {
  return { verdict: 'pass', message: note, evidence };
}

export function warn(message: string, evidence: string): Outcome {
  return { verdict: 'warn', message, evidence };
}

export function fail(message: string, evidence: string, fix?: string): Outcome {
  return { verdict: 'fail', message, evidence, ...(fix === undefined ? {} : { fix }) };
}

export function unknown(message: string, evidence: string, fix?: string): Outcome {
  return { verdict: 'unknown', message, evidence, ...(fix === undefined ? {} : { fix }) };
}
