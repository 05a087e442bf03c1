import { blockSize, decodeHeader, isZero } from './tar-header.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** What these first bytes (512 or all there are) begin; media types and names are not believed. null: nothing that is read here. */
export function sniff(head: Buffer): Compression | 'bzip2' | 'xz' | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && (head.readUInt32LE(0) === 0xfd2fb528 || (head.readUInt32LE(0) & ~0xf) === 0x184d2a50))
    return 'zstd';
  if (head.toString('latin1', 0, 3) === 'BZh') return 'bzip2';
  if (head.toString('latin1', 0, 6) === '\xfd7zXZ\0') return 'xz';
  return isTar(head) ? 'none' : null;
}

/** The first bytes of a tar, gzip or zstd file (512 or more, or all there are); text is none of them. */
export function looksLikeArchive(head: Buffer): boolean {
  return head.length > 0 && sniff(head) !== null;
}

function isTar(head: Buffer): boolean {
  const block = head.subarray(0, blockSize);
  if (block.length < blockSize) return false;
  try {
    return isZero(block) || decodeHeader(block) !== null;
  } catch {
    return false;
  }
}
