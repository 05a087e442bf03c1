import { createHash } from 'node:crypto';
import type { RenderOptions } from './document.ts';
import type { Entry } from './entries.ts';
import { uriOf } from './place.ts';

export interface PlacedEntry extends Entry {
  readonly uri: string;
  /** Unique in the document; 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** 1, 2, … among the entries of the same rule, URI and program in an image. */
  readonly ordinal: number;
}

/**
 * Gives each entry its URI and its identity over time: rule, place and ordinal, and never the bytes of the binary, so that a
 * rebuilt one is the same alert.
 */
export function placed(entries: readonly Entry[], options: RenderOptions): readonly PlacedEntry[] {
  const seen = new Map<string, number>();
  return entries.map(entry => {
    const uri = uriOf(entry.file.path, options);
    const place = JSON.stringify([entry.finding.rule, uri, entry.finding.binary ?? '']);
    const ordinal = (seen.get(place) ?? 0) + 1;
    seen.set(place, ordinal);
    const fingerprint = createHash('sha256').update(`${place}${ordinal}`).digest('hex');
    return { ...entry, uri, fingerprint, ordinal };
  });
}
