import type { Bytes } from './bytes.ts';
import { type Segment, segmentType } from './segments.ts';

const mostBytes = 1 << 16;

/** True when a PT_NOTE holds Go's build id note (owner `Go`, type 4: cmd/link/internal/ld/elf.go). */
export function hasGoNote(bytes: Bytes, segments: readonly Segment[]): boolean {
  return segments
    .filter(
      ({ type, offset, fileSize }) =>
        type === segmentType.note && fileSize <= mostBytes && offset <= bytes.size - fileSize,
    )
    .some(({ offset, fileSize }) => holdsGoNote(bytes, bytes.range(offset, fileSize, 'PT_NOTE')));
}

function holdsGoNote(bytes: Bytes, notes: Buffer): boolean {
  for (let at = 0; at + 12 <= notes.length; ) {
    const [nameSize, descriptionSize, type] = [
      bytes.u32(notes, at),
      bytes.u32(notes, at + 4),
      bytes.u32(notes, at + 8),
    ];
    if (type === 4 && notes.toString('latin1', at + 12, at + 12 + nameSize) === 'Go\0\0') return true;
    at += 12 + padded(nameSize) + padded(descriptionSize);
  }
  return false;
}

function padded(size: number): number {
  return Math.ceil(size / 4) * 4;
}
