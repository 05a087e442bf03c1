import { decodeName } from './names.ts';
import { ArchiveProblem } from './problem.ts';

export const blockSize = 512;

/** One header block, before pax records and GNU long names are put in. */
export interface RawHeader {
  readonly name: string;
  readonly linkname: string;
  /** The type flag as a character; NUL for the old plain file. */
  readonly flag: string;
  readonly size: number;
  readonly mode: number;
  /** GNU sparse header (`S`) whose map goes on in further blocks. */
  readonly extended: boolean;
}

/** null for a block of zeros. Throws ArchiveProblem for what Go's archive/tar refuses (reader.go, Go 1.26: readHeader). */
export function decodeHeader(block: Buffer): RawHeader | null {
  if (isZero(block)) return null;
  // One string for all fields: a million headers are read from an archive, and each call into Node's buffers costs.
  const fields = block.toString('latin1', 0, blockSize);
  if (!checksumHolds(block, fields)) throw new ArchiveProblem('not a tar header (its checksum is wrong)');
  const prefix = prefixOf(block, fields);
  const last = name(fields, 0, 100);
  const number = (offset: number, length: number, what: string): number => numeric(block, fields, offset, length, what);
  number(108, 8, 'owner');
  number(116, 8, 'group');
  number(136, 12, 'time');
  const size = number(124, 12, 'size');
  if (size < 0) throw new ArchiveProblem('not a tar header (its size is negative)');
  return {
    name: prefix === '' ? last : `${prefix}/${last}`,
    linkname: name(fields, 157, 100),
    flag: fields.charAt(156),
    size,
    mode: number(100, 8, 'mode'),
    extended: block[482] === 1,
  };
}

/** What stands before the name, by the format that the magic says. Throws for numbers that are none in what the format adds. */
function prefixOf(block: Buffer, fields: string): string {
  const isUstar = fields.startsWith('ustar\0', 257);
  const isGnu = fields.startsWith('ustar  \0', 257);
  if (!isUstar && !isGnu) return '';
  const isStar = isUstar && fields.endsWith('tar\0');
  for (const offset of [329, 337]) numeric(block, fields, offset, 8, 'device');
  if (isStar) for (const offset of [476, 488]) numeric(block, fields, offset, 12, 'time');
  if (isUstar) return name(fields, 345, isStar ? 131 : 155);
  // GNU keeps two times there. Go before 1.8 wrote a prefix, which Go still reads where they are no numbers.
  const isTime = (offset: number): boolean => block[offset] === 0 || number(block, fields, offset, 12) !== null;
  if (isTime(345) && isTime(357)) return '';
  const prefix = name(fields, 345, 155);
  return /^[\0-\x7f]*$/.test(prefix) ? prefix : '';
}

export function isZero(block: Buffer): boolean {
  return block[0] === 0 && block.equals(zeros);
}

/**
 * Records of a pax header, the last one of a key; throws ArchiveProblem for what Go refuses (parsePAXRecord, mergePAX). Values
 * may hold NULs (file capabilities do), names may not.
 */
export function decodePax(body: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const blank = body.indexOf(0x20, at);
    const digits = body.toString('latin1', at, blank < 0 ? at : blank);
    const end = at + Number(digits);
    const equals = body.indexOf(0x3d, blank);
    const isSound = /^[1-9]\d{0,7}$/.test(digits) && end <= body.length && body[end - 1] === 0x0a;
    if (!isSound || equals <= blank + 1 || equals >= end) throw new ArchiveProblem('malformed pax header');
    const key = body.toString('latin1', blank + 1, equals);
    const value = body.subarray(equals + 1, end - 1);
    if (key.includes('\0') || (/^(path|linkpath|uname|gname|GNU\.sparse\.name)$/.test(key) && value.includes(0)))
      throw new ArchiveProblem('a NUL in a pax header');
    const text = decodeName(value);
    if (value.length > 0 && paxForms[key]?.test(text) === false)
      throw new ArchiveProblem(`malformed pax header (${key})`);
    records.set(key, text);
    at = end;
  }
  return records;
}

const paxForms: Readonly<Record<string, RegExp>> = {
  size: /^\d{1,15}$/,
  uid: /^[+-]?\d{1,18}$/,
  gid: /^[+-]?\d{1,18}$/,
  atime: /^[+-]?\d{1,18}(\.\d*)?$/,
  mtime: /^[+-]?\d{1,18}(\.\d*)?$/,
  ctime: /^[+-]?\d{1,18}(\.\d*)?$/,
};

const zeros = Buffer.alloc(blockSize);

/** A C string in a fixed field. */
function name(fields: string, offset: number, length: number): string {
  const end = fields.indexOf('\0', offset);
  const text = fields.slice(offset, end < 0 ? offset + length : Math.min(end, offset + length));
  return /[\x80-\xff]/.test(text) ? decodeName(Buffer.from(text, 'latin1')) : text;
}

/** The sum of the bytes with the checksum field taken as blanks; some old writers summed signed bytes. */
function checksumHolds(block: Buffer, fields: string): boolean {
  const said = octal(fields, 148, 8);
  const unsigned = sumOf(block) + 8 * 0x20 - sumOf(block.subarray(148, 156));
  if (said === unsigned) return true;
  let negative = 0;
  for (const [at, byte] of block.entries()) if (byte > 127 && (at < 148 || at >= 156)) negative += 256;
  return said === unsigned - negative;
}

/** Of at most 512 bytes, four at once: sums of every second byte stay below 16 bits. A million headers are summed in an archive. */
function sumOf(bytes: Buffer): number {
  if (bytes.byteOffset % 4 !== 0 || bytes.length % 4 !== 0) return bytes.reduce((sum, byte) => sum + byte, 0);
  let lanes = 0;
  for (const word of new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4))
    if (word !== 0) lanes += (word & 0xff00ff) + ((word >>> 8) & 0xff00ff);
  return (lanes & 0xffff) + (lanes >>> 16);
}

function numeric(block: Buffer, fields: string, offset: number, length: number, what: string): number {
  const value = number(block, fields, offset, length);
  if (value === null) throw new ArchiveProblem(`not a tar header (its ${what} is no number)`);
  return value;
}

function number(block: Buffer, fields: string, offset: number, length: number): number | null {
  return (block[offset] ?? 0) >= 0x80 ? base256(block, offset, length) : octal(fields, offset, length);
}

/** Blanks and NULs around the digits, and whatever follows a NUL after them, do not count. */
function octal(fields: string, offset: number, length: number): number | null {
  let at = offset;
  let end = offset + length;
  while (at < end && isPadding(fields.charCodeAt(at))) at++;
  while (end > at && isPadding(fields.charCodeAt(end - 1))) end--;
  let value = 0;
  for (; at < end && fields.charCodeAt(at) !== 0; at++) {
    const digit = fields.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 7) return null;
    value = value * 8 + digit;
  }
  return value;
}

function isPadding(code: number): boolean {
  return code === 0 || code === 0x20;
}

/** GNU's form for numbers over eleven octal digits: big-endian two's complement behind the top bit. Refused beyond 2^53. */
function base256(block: Buffer, offset: number, length: number): number | null {
  const first = block[offset] ?? 0;
  const inverted = (first & 0x40) !== 0 ? 0xff : 0;
  let value = (first ^ inverted) & 0x7f;
  for (let at = offset + 1; at < offset + length; at++) value = value * 256 + ((block[at] ?? 0) ^ inverted);
  if (!Number.isSafeInteger(value)) return null;
  return inverted === 0 ? value : -value - 1;
}
