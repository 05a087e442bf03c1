// Tars written byte by byte, so that they can hold what no tool writes: whiteouts, hostile names, lies about sizes.

export interface TarItem {
  readonly name: string | Buffer;
  /** Type flag: `0` file (default), `1` hard link, `2` symbolic link, `5` directory, … */
  readonly type?: string;
  readonly data?: Buffer | string;
  readonly linkname?: string;
  /** Default 0644, of directories 0755. */
  readonly mode?: number;
  /** What the header says, where it is not the truth. */
  readonly size?: number;
  /** Records of a pax header before the entry. */
  readonly pax?: Readonly<Record<string, string>>;
  /** The last word on the header block; the checksum is computed afterwards. */
  readonly header?: (block: Buffer) => void;
}

/** A whole tar with its end mark. */
export function tar(items: readonly TarItem[]): Buffer {
  return Buffer.concat([...items.map(entry), Buffer.alloc(1024)]);
}

/** One entry: its header, what belongs before it, its data and the padding. */
export function entry(item: TarItem): Buffer {
  const data = Buffer.from(item.data ?? '');
  const name = Buffer.from(item.name);
  const parts: Buffer[] = [];
  if (item.pax !== undefined) parts.push(entry({ name: 'pax', type: 'x', data: paxRecords(item.pax) }));
  // As GNU tar writes a name that does not fit.
  if (name.length > 100)
    parts.push(entry({ name: '././@LongLink', type: 'L', data: Buffer.concat([name, Buffer.alloc(1)]) }));
  const link = item.linkname ?? '';
  if (Buffer.byteLength(link) > 100) parts.push(entry({ name: '././@LongLink', type: 'K', data: `${link}\0` }));
  return Buffer.concat([...parts, header(item, name.subarray(0, 100), data.length), data, padding(data.length)]);
}

/** `12 path=a\n`: the length counts itself. */
export function paxRecords(records: Readonly<Record<string, string>>): string {
  return Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      let length = Buffer.byteLength(rest);
      while (String(length).length + Buffer.byteLength(rest) !== length) length++;
      return `${length}${rest}`;
    })
    .join('');
}

/** Short forms of what root file systems hold. */
export const directory = (name: string): TarItem => ({ name: `${name}/`, type: '5' });
export const file = (name: string, data: Buffer | string, mode = 0o644): TarItem => ({ name, data, mode });
export const program = (name: string, data: Buffer | string): TarItem => ({ name, data, mode: 0o755 });
export const symlink = (name: string, linkname: string): TarItem => ({ name, type: '2', linkname, mode: 0o777 });
export const hardLink = (name: string, linkname: string): TarItem => ({ name, type: '1', linkname });
export const whiteout = (name: string): TarItem => {
  const slash = name.lastIndexOf('/') + 1;
  return { name: `${name.slice(0, slash)}.wh.${name.slice(slash)}` };
};
export const opaque = (name: string): TarItem => ({ name: `${name}/.wh..wh..opq` });

function header(item: TarItem, name: Buffer, length: number): Buffer {
  const block = Buffer.alloc(512);
  const type = item.type ?? '0';
  name.copy(block, 0);
  octal(block, 100, 8, item.mode ?? (type === '5' ? 0o755 : 0o644));
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  octal(block, 124, 12, item.size ?? length);
  octal(block, 136, 12, 0);
  block.write(type, 156, 'latin1');
  block.write((item.linkname ?? '').slice(0, 100), 157);
  block.write('ustar\x0000', 257, 'latin1');
  item.header?.(block);
  block.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of block) sum += byte;
  octal(block, 148, 7, sum);
  block[155] = 0x20;
  return block;
}

function octal(block: Buffer, offset: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1');
}

function padding(length: number): Buffer {
  return Buffer.alloc((512 - (length % 512)) % 512);
}
