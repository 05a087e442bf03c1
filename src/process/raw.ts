import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

/**
 * What of this process's words and environment Node cannot carry: bytes that are no UTF-8 arrive as U+FFFD, names with such
 * bytes not at all. null when there is nothing of the kind, or no /proc to ask. Reads two small files, about 0.1 ms.
 */
export function unreadable(): 'arguments' | 'environment' | null {
  if (!sound('/proc/self/cmdline')) return 'arguments';
  return sound('/proc/self/environ') ? null : 'environment';
}

function sound(file: string): boolean {
  try {
    return isUtf8(readFileSync(file));
  } catch {
    return true;
  }
}
