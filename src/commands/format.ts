import { UsageError } from '../usage-error.ts';
import type { Options } from './options.ts';

const formats = ['text', 'json'] as const;

/** `--format` of the commands that have no findings to report: text (the default) or json. UsageError for another. */
export function readFormat(options: Pick<Options, 'get'>): (typeof formats)[number] {
  const word = options.get('format') ?? 'text';
  const format = formats.find(known => known === word);
  if (format === undefined) throw new UsageError(`--format: there is no "${word}"; there are ${formats.join(', ')}`);
  return format;
}
