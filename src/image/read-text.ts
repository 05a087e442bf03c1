import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The text of a file of at most 1 MiB and one byte (so that a larger one shows), or why it cannot be had. */
export function readText(path: string | Buffer): { readonly text: string } | { readonly why: string } {
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
    return { text: bytes.toString('utf8', 0, length) };
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
