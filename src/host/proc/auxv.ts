import { endianness } from 'node:os';

/** AT_SECURE of linux/auxvec.h. */
const secure = 23n;

/**
 * AT_SECURE of a process's auxiliary vector: true when ld.so ignores LD_PRELOAD paths (ld.so(8), secure-execution mode).
 * Entries are pairs of the program's own word size. null when the vector holds no such entry.
 */
export function isSecureExecution(auxv: Buffer, wordSize: 4 | 8): boolean | null {
  for (let at = 0; at + 2 * wordSize <= auxv.length; at += 2 * wordSize) {
    const type = word(auxv, at, wordSize);
    if (type === 0n) return null;
    if (type === secure) return word(auxv, at + wordSize, wordSize) !== 0n;
  }
  return null;
}

function word(bytes: Buffer, at: number, size: 4 | 8): bigint {
  if (endianness() === 'LE') return size === 8 ? bytes.readBigUInt64LE(at) : BigInt(bytes.readUInt32LE(at));
  return size === 8 ? bytes.readBigUInt64BE(at) : BigInt(bytes.readUInt32BE(at));
}
