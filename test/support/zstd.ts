// zstd frames without compression, written by hand, since Node 20 has no zstd (RFC 8878).

/** A frame of raw blocks; `window` is the window descriptor byte (default: 128 KiB). */
export function zstdFrame(bytes: Buffer, window = 0x38): Buffer {
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, window])];
  const size = 64 * 1024;
  for (let at = 0; at === 0 || at < bytes.length; at += size) {
    const block = bytes.subarray(at, at + size);
    const last = at + size >= bytes.length ? 1 : 0;
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | last, 0, 3);
    parts.push(header, block);
  }
  return Buffer.concat(parts);
}

/** A frame whose blocks repeat one byte: `blocks` times `length` bytes out of four each. */
export function zstdRuns(blocks: number, length: number, window = 0x38): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, window]);
  const run = Buffer.alloc(4);
  run.writeUIntLE((length << 3) | 2, 0, 3);
  const last = Buffer.from([1, 0, 0]);
  return Buffer.concat([header, ...Array.from({ length: blocks }, () => run), last]);
}
