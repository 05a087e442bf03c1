import type { Bytes } from './bytes.ts';
import { type Dynamic, tag } from './dynamic.ts';
import type { VersionNeed } from './facts.ts';
import { Unreadable } from './reading.ts';
import { atAddress, type Segment } from './segments.ts';

const most = 4096;

/** DT_VERNEED: which versions of which library the program asks for. Source: gABI symbol versioning (Drepper), elf.h Verneed. */
export function readVersionNeeds(
  bytes: Bytes,
  segments: readonly Segment[],
  dynamic: Dynamic | null,
): readonly VersionNeed[] {
  const start = dynamic?.get(tag.versionNeed);
  if (dynamic === null || start === undefined) return [];
  const count = dynamic.get(tag.versionNeedCount) ?? 0;
  if (count > most) throw new Unreadable(`invalid DT_VERNEED: ${count} entries`);
  const needs: VersionNeed[] = [];
  let left = most;
  for (let index = 0, at = start; index < count; index++) {
    const entry = atAddress(bytes, segments, at, 16, 'DT_VERNEED');
    const library = dynamic.string(bytes.u32(entry, 4), 'DT_VERNEED');
    const versions: string[] = [];
    for (let n = bytes.u16(entry, 2), aux = at + bytes.u32(entry, 8); n > 0; n--) {
      if (left-- === 0) throw new Unreadable('invalid DT_VERNEED: too many versions');
      const version = atAddress(bytes, segments, aux, 16, 'DT_VERNEED');
      versions.push(dynamic.string(bytes.u32(version, 8), 'DT_VERNEED'));
      const next = bytes.u32(version, 12);
      if (next === 0 && n > 1) throw new Unreadable('invalid DT_VERNEED: the list of versions ends early');
      aux += next;
    }
    needs.push({ library, versions });
    const next = bytes.u32(entry, 12);
    if (next === 0 && index + 1 < count) throw new Unreadable('invalid DT_VERNEED: the list ends early');
    at += next;
  }
  return needs;
}
