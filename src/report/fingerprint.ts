import { createHash } from 'node:crypto';
import type { Entry } from './entries.ts';

/**
 * Identity of an entry over time: rule, place and ordinal, and never the bytes of the binary, so that a rebuilt one is the
 * same alert.
 */
export function fingerprint({ finding, ordinal }: Entry, uri: string): string {
  return createHash('sha256')
    .update(JSON.stringify([finding.rule, uri, finding.binary ?? '', ordinal]))
    .digest('hex');
}
