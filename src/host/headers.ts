import { existsSync, readdirSync } from 'node:fs';

/**
 * Whether a compiler that the distribution installed has a C library to compile against. `true` also where it cannot be
 * told by looking: a compiler outside /usr/bin brings its own (musl.cc, Nix, Homebrew, a container's /opt).
 * Debian: /usr/include or /usr/TRIPLE/include; Fedora: sys-root; Arch: /usr/TRIPLE/usr/include; multiarch libc6-dev:ARCH.
 */
export function hasHeaders(compiler: string, triple: string | null, root = ''): boolean {
  if (!compiler.startsWith('/usr/bin/') && !compiler.startsWith('/bin/')) return true;
  const places =
    triple === null
      ? ['/usr/include']
      : [
          `/usr/${triple}/include`,
          `/usr/${triple}/usr/include`,
          `/usr/${triple}/sys-root/usr/include`,
          `/usr/${triple}/sysroot/usr/include`,
          `/usr/include/${triple}`,
        ];
  return places.some(place => existsSync(`${root}${place}/stdlib.h`) || existsSync(`${root}${place}/features.h`));
}

/** Whose headers they would be: musl's where only musl's loader is there (Alpine), else glibc's. */
export function systemLibc(root = ''): 'glibc' | 'musl' {
  const names = ['/lib', '/lib64', '/usr/lib'].flatMap(directory => list(root + directory));
  const isMusl = names.some(name => /^ld-musl-\w+\.so\.1$/.test(name));
  return isMusl && !names.some(name => /^ld-linux.*\.so\.\d$|^ld64\.so\.\d$/.test(name)) ? 'musl' : 'glibc';
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
