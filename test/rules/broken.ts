// Changes of 64-bit little-endian ELF files that take one table away from the reader and leave the others.

/** Points the entry of this tag in PT_DYNAMIC outside of the file. */
export function breakDynamic(tag: bigint): (bytes: Buffer) => Buffer {
  return bytes => {
    const copy = Buffer.from(bytes);
    const { offset, size } = dynamicSegment(copy);
    for (let at = offset; at < offset + size; at += 16)
      if (copy.readBigUInt64LE(at) === tag) copy.writeBigUInt64LE(0x7fff_0000_0000n, at + 8);
    return copy;
  };
}

/** e_shoff past the end of the file. */
export function breakSectionTable(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeBigUInt64LE(BigInt(bytes.length) + 4096n, 0x28);
  return copy;
}

/** Links every SHT_SYMTAB to a string table that starts past the end of the file. */
export function breakSymbolNames(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const table = Number(copy.readBigUInt64LE(0x28));
  const count = copy.readUInt16LE(0x3c);
  for (let section = 0; section < count; section++) {
    const at = table + section * 64;
    if (copy.readUInt32LE(at + 4) !== 2) continue;
    const strings = table + copy.readUInt32LE(at + 40) * 64;
    copy.writeBigUInt64LE(BigInt(bytes.length) + 4096n, strings + 24);
  }
  return copy;
}

export function cutInHalf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length / 2);
}

function dynamicSegment(bytes: Buffer): { offset: number; size: number } {
  const table = Number(bytes.readBigUInt64LE(0x20));
  for (let index = 0; index < bytes.readUInt16LE(0x38); index++) {
    const at = table + index * 56;
    if (bytes.readUInt32LE(at) === 2)
      return { offset: Number(bytes.readBigUInt64LE(at + 8)), size: Number(bytes.readBigUInt64LE(at + 32)) };
  }
  throw new Error('no PT_DYNAMIC');
}
