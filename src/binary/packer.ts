import type { Bytes } from './bytes.ts';
import type { Header } from './header.ts';
import { type Segment, segmentFlag, segmentType } from './segments.ts';

/** Bytes that are looked at to tell compressed code from code. */
const sampleSize = 1 << 16;
/** Bits a byte: machine code has 5 to 6.5, compressed or encrypted data more than 7.9 in a sample of this size. */
const compressedEntropy = 7.8;

/**
 * The packer that wrote the file, by what its unpacker needs at run time and not by a string that could stand anywhere.
 * UPX puts its `l_info` straight behind the program headers and a pack header at the end (upx/src/p_lx_elf.h, packhead.cpp).
 * Files of other packers: no section headers, no interpreter, entry in an executable segment that holds compressed data.
 */
export function findPacker(
  bytes: Bytes,
  header: Header,
  segments: readonly Segment[],
  hasSections: boolean,
): string | null {
  if (isUpx(bytes, header, segments)) return 'UPX';
  if (hasSections || segments.some(({ type }) => type === segmentType.interpreter)) return null;
  const sampled = segments.filter(({ type, fileSize }) => type === segmentType.load && fileSize >= 4096);
  const entry = Number(header.entry);
  const started = sampled.find(({ address, memorySize }) => address <= entry && entry - address < memorySize);
  if (started === undefined || (started.flags & segmentFlag.execute) === 0) return null;
  return entropy(sample(bytes, started)) > compressedEntropy ? 'an unknown packer' : null;
}

/** l_info: checksum, `UPX!`, loader size, version, format. Older releases left a few bytes before it. */
function isUpx(bytes: Bytes, header: Header, segments: readonly Segment[]): boolean {
  const start = header.programHeaders.offset + segments.length * (bytes.wide ? 56 : 32);
  const length = Math.min(64, bytes.size - start);
  return length >= 12 && bytes.range(start, length, 'packer header').includes('UPX!');
}

/** From the middle: the ends of a packed segment hold the unpacker itself. */
function sample(bytes: Bytes, { offset, fileSize }: Segment): Buffer {
  const length = Math.min(sampleSize, fileSize);
  const start = offset + Math.floor((fileSize - length) / 2);
  return start > bytes.size - length ? Buffer.alloc(0) : bytes.range(start, length, 'segment');
}

function entropy(data: Buffer): number {
  const counts = new Uint32Array(256);
  for (const byte of data) counts[byte] = (counts[byte] ?? 0) + 1;
  return counts.reduce(
    (sum, count) => (count === 0 ? sum : sum - (count / data.length) * Math.log2(count / data.length)),
    0,
  );
}
