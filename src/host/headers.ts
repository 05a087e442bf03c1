import { existsSync } from 'node:fs';

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
