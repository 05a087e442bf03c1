// Tests that need a program this machine may lack: `need(test, 'musl-gcc')` is `test`, or `test.skip` with a line that says so.

import type { Test } from 'uvu';
import which from 'which';

/** Debian package that brings each program; scripts/setup.sh installs them for root. */
export const packages: Readonly<Record<string, string>> = {
  gcc: 'gcc',
  '/usr/lib/go-1.19/bin/go': 'golang-1.19-go',
  'musl-gcc': 'musl-tools',
  strip: 'binutils',
  objcopy: 'binutils',
  readelf: 'binutils',
  nm: 'binutils',
  python3: 'python3',
  make: 'make',
  'aarch64-linux-gnu-gcc': 'gcc-aarch64-linux-gnu',
  'arm-linux-gnueabihf-gcc': 'gcc-arm-linux-gnueabihf',
  'i686-linux-gnu-gcc': 'gcc-i686-linux-gnu',
  's390x-linux-gnu-gcc': 'gcc-s390x-linux-gnu',
  'qemu-aarch64': 'qemu-user',
  gccgo: 'gccgo',
  clang: 'clang',
  upx: 'upx-ucl',
  setcap: 'libcap2-bin',
  zsh: 'zsh',
  fish: 'fish',
};

/** `test` when every program is on PATH (or is an existing absolute path), else a skip that names what is missing on stdout. */
export function need<T>(
  test: Test<T>,
  ...programs: readonly string[]
): (name: string, body: (context: T) => Promise<void> | void) => void {
  const missing = programs.filter(program => which.sync(program, { nothrow: true }) === null);
  if (missing.length === 0) return (name, body) => test(name, body);
  return name => {
    const install = [...new Set(missing.map(program => packages[program] ?? program))].join(' ');
    process.stdout.write(`SKIP ${name}: needs ${missing.join(', ')} (apt-get install ${install})\n`);
    test.skip(name);
  };
}
