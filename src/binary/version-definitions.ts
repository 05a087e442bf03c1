import { readDynamic } from './dynamic.ts';
import type { Reading } from './facts.ts';
import { readHeader } from './header.ts';
import { attempt, Unreadable } from './reading.ts';
import { atAddress, readSegments } from './segments.ts';
import type { RangeSource } from './source.ts';

const tag = { versionDefinitions: 0x6ffffffc, versionDefinitionCount: 0x6ffffffd } as const;
const most = 4096;

/**
 * DT_VERDEF: the versions of its symbols that a library offers (`GLIBC_2.2.5` … `GLIBC_2.36`), its own name first; empty when it
 * has none. Source: gABI symbol versioning (Drepper), elf.h Verdef and Verdaux.
 */
export function readVersionDefinitions(source: RangeSource): Reading<readonly string[]> {
  return attempt(() => {
    const { bytes, header } = readHeader(source);
    const segments = readSegments(bytes, header);
    const dynamic = readDynamic(bytes, segments);
    const start = dynamic?.get(tag.versionDefinitions);
    if (dynamic === null || start === undefined) return [];
    const count = dynamic.get(tag.versionDefinitionCount) ?? 0;
    if (count > most) throw new Unreadable(`invalid DT_VERDEF: ${count} entries`);
    const versions: string[] = [];
    for (let index = 0, at = start; index < count; index++) {
      const definition = atAddress(bytes, segments, at, 20, 'DT_VERDEF');
      const name = atAddress(bytes, segments, at + bytes.u32(definition, 12), 8, 'DT_VERDEF');
      versions.push(dynamic.string(bytes.u32(name, 0), 'DT_VERDEF'));
      const next = bytes.u32(definition, 16);
      if (next === 0 && index + 1 < count) throw new Unreadable('invalid DT_VERDEF: the list ends early');
      at += next;
    }
    return versions;
  });
}
