import { existsSync, readdirSync, statSync } from 'node:fs';

/**
 * Whether the native x86-64 gcc can compile and link for `-m32`: a 32-bit libgcc (in a directory `32`), a 32-bit crt1.o (Debian
 * /usr/lib32, Fedora /usr/lib beside lib64, Debian multiarch i386-linux-gnu), and the kernel's headers where -m32 looks for
 * them: Debian's gcc-multilib is what links /usr/include/asm, and it gives way to any cross compiler.
 */
export function has32BitLibraries(root = ''): boolean {
  const start = ['/usr/lib32', '/usr/lib/i386-linux-gnu', '/lib32', '/usr/lib'].some(directory =>
    isFile(`${root}${directory}/crt1.o`),
  );
  const headers = ['/usr/include/asm', '/usr/include/i386-linux-gnu/asm'].some(place => existsSync(root + place));
  return start && headers && list(`${root}/usr/lib/gcc`).some(machine => hasLibgcc(`${root}/usr/lib/gcc/${machine}`));
}

function hasLibgcc(directory: string): boolean {
  return list(directory).some(release => isFile(`${directory}/${release}/32/libgcc.a`));
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isFile(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}
