/**
 * Go's name of an ELF machine, or `e_machine 0xNN` where Go on Linux has none.
 * Source: cmd/link/internal/ld/elf.go (Elfinit, asmbElf), Go 1.26.
 */
export function goarchOf(machine: number, wide: boolean, littleEndian: boolean): string {
  const key = `${machine} ${wide ? 64 : 32} ${littleEndian ? 'little' : 'big'}`;
  return names[key] ?? `e_machine 0x${machine.toString(16)}`;
}

const names: Readonly<Record<string, string>> = {
  '3 32 little': '386',
  '8 32 big': 'mips',
  '8 32 little': 'mipsle',
  '8 64 big': 'mips64',
  '8 64 little': 'mips64le',
  '21 64 big': 'ppc64',
  '21 64 little': 'ppc64le',
  '22 64 big': 's390x',
  '40 32 little': 'arm',
  '62 64 little': 'amd64',
  '183 64 little': 'arm64',
  '243 64 little': 'riscv64',
  '258 64 little': 'loong64',
};
