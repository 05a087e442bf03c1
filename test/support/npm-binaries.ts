// Real Go binaries that come ready in npm packages: releases, machines and byte orders that no compiler here can make.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { cached } from './cached.ts';

/** Packages by a short name. All are esbuild: static, and without a symbol table but for the oldest. */
export const npmBinaries = {
  'amd64 go1.14': 'esbuild-linux-64@0.5.0',
  '386 go1.17': 'esbuild-linux-32@0.14.0',
  's390x go1.17': 'esbuild-linux-s390x@0.14.22',
  'arm go1.20': '@esbuild/linux-arm@0.19.0',
} as const;

/** Path of the program in the package, which is downloaded once. */
export function npmBinary(name: keyof typeof npmBinaries): string {
  const key = npmBinaries[name].replace(/[@/]+/g, '-').replace(/^-/, '');
  return cached(key, join('package', 'bin', 'esbuild'), directory => {
    const packed = execaSync('npm', ['pack', '--silent', '--pack-destination', directory, npmBinaries[name]]);
    execaSync('tar', ['xzf', join(directory, packed.stdout.trim().split('\n').at(-1) ?? ''), '-C', directory]);
    chmodSync(join(directory, 'package', 'bin', 'esbuild'), 0o555);
  });
}
