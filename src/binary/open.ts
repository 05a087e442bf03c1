import { elfFacts } from './elf-facts.ts';
import type { Opened } from './facts.ts';
import { readHead, readHeader } from './header.ts';
import { looksLike } from './looks-like.ts';
import { Unreadable } from './reading.ts';
import { type Account, openFile, type RangeSource, recorded } from './source.ts';

const magic = Buffer.from('\x7fELF', 'latin1');

/**
 * Opens a file and reads its headers; synchronous, and lazy about everything else. A Buffer is a path whose bytes are no
 * UTF-8. Never throws for what the path or the file holds.
 * @param account takes up what is read of the file.
 */
export function openBinary(path: string | Buffer, account?: Account): Opened {
  const file = openFile(path);
  if ('code' in file) return { kind: 'unreadable', ...file };
  const opened = openSource(account === undefined ? file : recorded(file, account));
  if (opened.kind !== 'elf') {
    file.close();
    return opened;
  }
  return { ...opened, changed: () => file.changed(), close: () => file.close() };
}

/** The same for bytes that lie in an image's layer or in memory. */
export function openSource(source: RangeSource): Opened {
  try {
    const head = readHead(source);
    const common = Math.min(magic.length, head.length);
    if (common === 0 || !head.subarray(0, common).equals(magic.subarray(0, common)))
      return { kind: 'not-elf', looksLike: looksLike(head.subarray(0, 512)) };
    const { bytes, header } = readHeader(source, head);
    return { kind: 'elf', facts: elfFacts(bytes, header), changed: () => false, close: () => {} };
  } catch (error) {
    if (error instanceof Unreadable) return { kind: 'malformed', why: error.message };
    throw error;
  }
}
