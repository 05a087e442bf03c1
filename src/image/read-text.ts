import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The text of a file of at most 1 MiB and one byte (so that a larger one shows), or why it cannot be had. `isUtf8`: written back it
 * would be the same bytes.
 */
export function readText(
  path: string | Buffer,
): { readonly text: string; readonly isUtf8: boolean } | { readonly why: string } {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    return { why: whyOf(error) };
  }
  try {
    if (!fstatSync(descriptor).isFile()) return { why: 'no regular file' };
    const bytes = Buffer.alloc(limit);
    let length = 0;
    for (;;) {
      const read = readSync(descriptor, bytes, length, limit - length, length);
      if (read === 0) break;
      length += read;
      if (length === limit) break;
    }
    const read = bytes.subarray(0, length);
    const text = read.toString('utf8');
    return { text, isUtf8: read.equals(Buffer.from(text, 'utf8')) };
  } catch (error) {
    return { why: whyOf(error) };
  } finally {
    closeSync(descriptor);
  }
}

const limit = (1 << 20) + 1;

function whyOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'ENOENT: no such file or directory' : (code ?? message);
}
