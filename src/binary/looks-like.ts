/** What a file that is no ELF seems to be, from its first bytes. */
export function looksLike(head: Buffer): string {
  if (head.length === 0) return 'an empty file; truncated ELF: needs 16 bytes at 0, the file has 0';
  if (head.length >= 8 && head.readUInt32BE(0) === 0xcafebabe) {
    // A class file's next word holds its version (45 and up in the low half), a fat Mach-O's the number of architectures.
    return head.readUInt32BE(4) < 45 ? 'fat Mach-O' : 'Java class';
  }
  for (const [magic, name] of magics) if (head.subarray(0, magic.length).equals(magic)) return name;
  return head.includes(0) ? 'data' : 'text';
}

const magics: readonly (readonly [Buffer, string])[] = [
  [Buffer.from('feedface', 'hex'), 'Mach-O'],
  [Buffer.from('feedfacf', 'hex'), 'Mach-O'],
  [Buffer.from('cefaedfe', 'hex'), 'Mach-O'],
  [Buffer.from('cffaedfe', 'hex'), 'Mach-O'],
  [Buffer.from('cafebabe', 'hex'), 'Java class or fat Mach-O'],
  [Buffer.from('MZ'), 'PE'],
  [Buffer.from('#!'), 'script'],
  [Buffer.from('!<arch>\n'), 'ar archive'],
  [Buffer.from('!<thin>\n'), 'ar archive'],
  [Buffer.from('\0asm'), 'WebAssembly'],
  [Buffer.from('BC\xc0\xde', 'latin1'), 'LLVM bitcode'],
  [Buffer.from('1f8b', 'hex'), 'gzip'],
  [Buffer.from('PK\x03\x04'), 'zip'],
  [Buffer.from('fd377a585a00', 'hex'), 'xz'],
  [Buffer.from('28b52ffd', 'hex'), 'zstd'],
];
