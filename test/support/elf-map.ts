// Where the parts of a well-formed ELF file lie. Written for tests and the fuzzer alone, so that it shares no mistake with src/binary.

export interface Field {
  readonly offset: number;
  readonly size: 1 | 2 | 4 | 8;
}

export interface Part {
  readonly offset: number;
  readonly size: number;
}

export interface MappedSegment extends Part {
  readonly type: number;
  readonly address: number;
  readonly header: Part;
  readonly fields: Readonly<Record<'type' | 'flags' | 'offset' | 'address' | 'fileSize' | 'memorySize', Field>>;
}

export interface MappedSection extends Part {
  readonly name: string;
  readonly type: number;
  readonly header: Part;
  readonly fields: Readonly<
    Record<'name' | 'type' | 'flags' | 'address' | 'offset' | 'size' | 'link' | 'info' | 'entrySize', Field>
  >;
}

export interface ElfMap {
  readonly wide: boolean;
  readonly littleEndian: boolean;
  readonly header: Part;
  readonly fields: Readonly<
    Record<
      | 'class'
      | 'data'
      | 'version'
      | 'type'
      | 'machine'
      | 'entry'
      | 'programOffset'
      | 'sectionOffset'
      | 'programEntrySize'
      | 'programCount'
      | 'sectionEntrySize'
      | 'sectionCount'
      | 'nameIndex',
      Field
    >
  >;
  readonly segments: readonly MappedSegment[];
  readonly sections: readonly MappedSection[];
}

/** Throws RangeError for a file that is not well formed. */
export function mapElf(bytes: Buffer): ElfMap {
  const wide = bytes[4] === 2;
  const littleEndian = bytes[5] === 1;
  const w = wide ? 8 : 4;
  const at = (offset: number, size: Field['size']): Field => ({ offset, size });
  const read = (field: Field): number => Number(getField(bytes, field, littleEndian));
  const tail = 24 + 3 * w + 4;
  const fields: ElfMap['fields'] = {
    class: at(4, 1),
    data: at(5, 1),
    version: at(6, 1),
    type: at(16, 2),
    machine: at(18, 2),
    entry: at(24, w),
    programOffset: at(24 + w, w),
    sectionOffset: at(24 + 2 * w, w),
    programEntrySize: at(tail + 2, 2),
    programCount: at(tail + 4, 2),
    sectionEntrySize: at(tail + 6, 2),
    sectionCount: at(tail + 8, 2),
    nameIndex: at(tail + 10, 2),
  };
  const segments = Array.from({ length: read(fields.programCount) }, (_, index): MappedSegment => {
    const size = wide ? 56 : 32;
    const start = read(fields.programOffset) + index * size;
    const own = {
      type: at(start, 4),
      flags: at(start + (wide ? 4 : 24), 4),
      offset: at(start + w, w),
      address: at(start + 2 * w, w),
      fileSize: at(start + 4 * w, w),
      memorySize: at(start + 5 * w, w),
    };
    return {
      type: read(own.type),
      address: read(own.address),
      offset: read(own.offset),
      size: read(own.fileSize),
      header: { offset: start, size },
      fields: own,
    };
  });
  const bare = Array.from({ length: read(fields.sectionCount) }, (_, index) => {
    const size = wide ? 64 : 40;
    const start = read(fields.sectionOffset) + index * size;
    const own = {
      name: at(start, 4),
      type: at(start + 4, 4),
      flags: at(start + 8, w),
      address: at(start + 8 + w, w),
      offset: at(start + 8 + 2 * w, w),
      size: at(start + 8 + 3 * w, w),
      link: at(start + 8 + 4 * w, 4),
      info: at(start + 12 + 4 * w, 4),
      entrySize: at(start + 16 + 5 * w, w),
    };
    return {
      header: { offset: start, size },
      fields: own,
      type: read(own.type),
      offset: read(own.offset),
      size: read(own.size),
    };
  });
  const names = bare[read(fields.nameIndex)];
  const sections = bare.map((section): MappedSection => {
    const start = (names?.offset ?? 0) + read(section.fields.name);
    return { ...section, name: bytes.toString('latin1', start, bytes.indexOf(0, start)) };
  });
  return { wide, littleEndian, header: { offset: 0, size: wide ? 64 : 52 }, fields, segments, sections };
}

export function getField(bytes: Buffer, { offset, size }: Field, littleEndian: boolean): bigint {
  if (size === 8) return littleEndian ? bytes.readBigUInt64LE(offset) : bytes.readBigUInt64BE(offset);
  return BigInt(littleEndian ? bytes.readUIntLE(offset, size) : bytes.readUIntBE(offset, size));
}

export function setField(bytes: Buffer, { offset, size }: Field, littleEndian: boolean, value: bigint | number): void {
  const wrapped = BigInt.asUintN(8 * size, BigInt(value));
  for (let index = 0; index < size; index++) {
    const shift = BigInt(8 * (littleEndian ? index : size - 1 - index));
    bytes[offset + index] = Number((wrapped >> shift) & 255n);
  }
}

/** The section of a name that must be there. */
export function sectionOf(map: ElfMap, name: string): MappedSection {
  const found = map.sections.find(section => section.name === name);
  if (found === undefined) throw new Error(`no section ${name}`);
  return found;
}

/** The first segment of a type that must be there. */
export function segmentOf(map: ElfMap, type: number): MappedSegment {
  const found = map.segments.find(segment => segment.type === type);
  if (found === undefined) throw new Error(`no segment of type ${type}`);
  return found;
}
