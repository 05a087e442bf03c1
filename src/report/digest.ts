import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { FileReport } from '../rules/finding.ts';

/**
 * A judgement and the SHA-256 of the very bytes that were judged. A file that was written to between the two is unknown and
 * has no digest: a statement about it would be about something else.
 */
export function withDigest(
  path: string | Buffer,
  judge: () => FileReport,
): { readonly file: FileReport; readonly digest: string | null } {
  const before = identityOf(path);
  const file = judge();
  const digest = before === null ? null : sha256(path);
  if (digest === null || before === identityOf(path)) return { file, digest };
  return { file: { ...file, verdict: 'unknown', reason: 'the file changed while it was read' }, digest: null };
}

/** Lower-case hex; null for what is no regular file or cannot be read. */
export function sha256Of(path: string | Buffer): string | null {
  return identityOf(path) === null ? null : sha256(path);
}

function sha256(path: string | Buffer): string | null {
  try {
    const file = openSync(path, 'r');
    try {
      const hash = createHash('sha256');
      const chunk = Buffer.alloc(1 << 20);
      for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk))
        hash.update(chunk.subarray(0, length));
      return hash.digest('hex');
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

/** null for what is no regular file: it is never opened. */
function identityOf(path: string | Buffer): string | null {
  try {
    const stats = statSync(path, { bigint: true });
    return stats.isFile() ? [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ') : null;
  } catch {
    return null;
  }
}
