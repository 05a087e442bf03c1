import { corrupt, parseBuildInfo } from './build-info-text.ts';
import type { Bytes } from './bytes.ts';
import type { BuildInfo } from './facts.ts';
import { Unreadable } from './reading.ts';
import { type SectionHeader, sectionType } from './sections.ts';
import { locate, type Segment, segmentFlag, segmentType } from './segments.ts';

/** What build info is read from; `pointerAt` answers what the loader would have put at an address. */
export interface BuildInfoPlaces {
  readonly bytes: Bytes;
  readonly segments: readonly Segment[];
  /** null when there are none or they cannot be read: then the first writable segment is searched, as go does. */
  readonly sections: readonly SectionHeader[] | null;
  pointerAt(address: number): number;
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
const magicStart = magic.readUInt32LE(0);
const alignment = 16;
const headerSize = 32;
const bigEndianFlag = 1;
const inlineFlag = 2;
const longestVersion = 4096;
const longestText = 1 << 24;
const chunkSize = 1 << 16;
/** A header that stands deeper in the data segment than this is not looked for; the linker puts it near the start. */
const mostSearched = 1 << 26;

/**
 * Build info as `go version -m` finds it, in both formats; null when the place where it would stand was read and holds none.
 * Throws Unreadable (`build info corrupt: …`) when the magic is there and what follows makes no sense.
 * Source: debug/buildinfo/buildinfo.go, Go 1.26 and 1.17.
 */
export function readBuildInfo(places: BuildInfoPlaces): BuildInfo | null {
  const start = findHeader(places);
  if (start === null) return null;
  const { bytes } = places;
  const header = bytes.range(start.offset, headerSize, 'build info');
  const flags = header[15] ?? 0;
  if ((flags & inlineFlag) !== 0) {
    const version = inlineString(bytes, start.offset + headerSize, start.end, longestVersion);
    const text = inlineString(bytes, version.end, start.end, longestText);
    return parsed(version.value, text.value, 'inline');
  }
  const pointerSize = header[14] ?? 0;
  if (pointerSize !== 4 && pointerSize !== 8) throw corrupt(`its pointer size is ${pointerSize}`);
  if (pointerSize !== bytes.wordSize || ((flags & bigEndianFlag) === 0) !== bytes.littleEndian)
    throw corrupt('its pointer size or byte order is not that of the file');
  const version = pointedString(places, start.address + 16, longestVersion);
  const text = pointedString(places, start.address + 16 + pointerSize, longestText);
  return parsed(version, text, 'pointers');
}

function parsed(version: Buffer, text: Buffer, from: BuildInfo['from']): BuildInfo {
  if (version.length === 0) throw corrupt('it holds no version');
  return parseBuildInfo(version.toString('utf8'), text, from);
}

interface Place {
  readonly offset: number;
  readonly address: number;
  /** File offset where the segment or section ends. */
  readonly end: number;
}

function findHeader({ bytes, segments, sections }: BuildInfoPlaces): Place | null {
  const section = sections?.find(({ name }) => name === '.go.buildinfo');
  if (section === undefined) {
    const data = segments.find(({ type, flags }) => type === segmentType.load && (flags & 3) === segmentFlag.write);
    return data === undefined ? null : search(bytes, data, data.fileSize, data);
  }
  if (section.type === sectionType.nobits) throw new Unreadable('build info: its section holds no bytes (NOBITS)');
  const place = locate(segments, section.address);
  if (place === null) {
    // Only an object file has no addresses yet; of a program go reads nothing that is not loaded.
    if (segments.length > 0) throw corrupt('its section is in no segment, so that no program ever sees it');
    return missing(search(bytes, section, section.size, { ...section, fileSize: section.size }));
  }
  // go reads by address; a section whose offset says otherwise would show one thing to readelf and another to go.
  if (place.offset !== section.offset) throw corrupt('its section and its segment name different bytes');
  const whole = { offset: place.offset, address: section.address, fileSize: place.length };
  return missing(search(bytes, whole, section.size, whole));
}

function missing(place: Place | null): Place {
  if (place === null) throw corrupt('its section does not hold the magic');
  return place;
}

/** The first 16-aligned magic within `size` bytes of a range. */
function search(
  bytes: Bytes,
  range: { readonly offset: number; readonly address: number },
  size: number,
  within: { readonly offset: number; readonly fileSize: number },
): Place | null {
  const skip = (alignment - (range.address % alignment)) % alignment;
  const end = within.offset + within.fileSize;
  bytes.check(range.offset, size, 'build info');
  for (let from = skip; from + headerSize <= Math.min(size, mostSearched); from += chunkSize) {
    const chunk = bytes.range(range.offset + from, Math.min(chunkSize, size - from), 'build info');
    for (let at = 0; at + headerSize <= chunk.length; at += alignment) {
      if (chunk.readUInt32LE(at) === magicStart && chunk.subarray(at, at + magic.length).equals(magic))
        return { offset: range.offset + from + at, address: range.address + from + at, end };
    }
  }
  return null;
}

/** A varint length and that many bytes. */
function inlineString(bytes: Bytes, at: number, end: number, longest: number): { value: Buffer; end: number } {
  const head = bytes.range(at, Math.max(0, Math.min(10, end - at, bytes.size - at)), 'build info');
  let length = 0;
  let used = 0;
  for (;;) {
    const byte = head[used];
    if (byte === undefined) throw corrupt('a length without an end');
    length += (byte & 127) * 2 ** (7 * used++);
    if (byte < 128) break;
  }
  if (length > longest) throw corrupt(`a string of ${length} bytes`);
  if (length > end - at - used) throw corrupt(`a string of ${length} bytes leaves its segment`);
  return { value: bytes.range(at + used, length, 'build info'), end: at + used + length };
}

/** A Go string header is a pointer to the text and its length; the pointer to the header stands at `address`. */
function pointedString({ bytes, segments, pointerAt }: BuildInfoPlaces, address: number, longest: number): Buffer {
  const header = pointerAt(address);
  if (header === 0) return empty;
  return goString({ bytes, segments, pointerAt }, header, longest);
}

/** The text of a Go string whose header stands at an address. */
export function goString(
  { bytes, segments, pointerAt }: Pick<BuildInfoPlaces, 'bytes' | 'segments' | 'pointerAt'>,
  header: number,
  longest: number,
): Buffer {
  const lengthAt = locate(segments, header + bytes.wordSize);
  if (lengthAt === null) throw corrupt('a pointer leads out of the file');
  const length = bytes.word(bytes.range(lengthAt.offset, bytes.wordSize, 'build info'), 0);
  if (length === 0) return empty;
  if (length > longest) throw corrupt(`a string of ${length} bytes`);
  const place = locate(segments, pointerAt(header));
  if (place === null || place.length < length) throw corrupt('a pointer leads out of the file');
  return bytes.range(place.offset, length, 'build info');
}

const empty = Buffer.alloc(0);
