import type { Bytes } from './bytes.ts';
import type { Header } from './header.ts';
import { type SectionHeader, sectionType } from './sections.ts';
import type { Segment } from './segments.ts';

/**
 * Bytes after the last one that a header, segment or section claims. Throws Unreadable (`truncated ELF: …`) when one of
 * them claims bytes that the file does not have: a file that was cut off, even if every table in it can be read.
 */
export function readAppended(
  bytes: Bytes,
  header: Header,
  segments: readonly Segment[],
  sections: readonly SectionHeader[] | null,
): number {
  const ends = [
    header.headerSize,
    header.programHeaders.offset + segments.length * (bytes.wide ? 56 : 32),
    header.sectionHeaders.offset + (sections?.length ?? 0) * (bytes.wide ? 64 : 40),
  ];
  for (const { type, offset, fileSize } of segments) {
    if (fileSize === 0) continue;
    bytes.check(offset, fileSize, `segment of type 0x${type.toString(16)}`);
    ends.push(offset + fileSize);
  }
  for (const { name, type, offset, size } of sections ?? []) {
    if (type === sectionType.nobits || type === sectionType.null || size === 0) continue;
    bytes.check(offset, size, `section ${name}`);
    ends.push(offset + size);
  }
  const end = ends.reduce((last, next) => Math.max(last, next), 0);
  return isPadding(bytes, end) ? 0 : bytes.size - end;
}

/** Go's linker (up to 1.22) pads a file without symbols with zeros to a page of the largest size, 64 KiB. */
const mostPadding = 1 << 16;

function isPadding(bytes: Bytes, start: number): boolean {
  const length = bytes.size - start;
  return length <= mostPadding && bytes.range(start, length, 'end of the file').every(byte => byte === 0);
}
