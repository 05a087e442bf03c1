import { readDistribution } from './distribution.ts';
import { lookPath } from './look-path.ts';
import { targetOf } from './triples.ts';

/** What is missing on this machine. */
export type Missing =
  | { readonly kind: 'compiler' }
  | { readonly kind: 'libc headers' }
  | { readonly kind: 'cross compiler'; readonly goarch: string; readonly goarm?: string }
  | { readonly kind: 'musl compiler' }
  | { readonly kind: 'linker' };

/**
 * The command that brings it on this distribution (os-release's ID, then ID_LIKE); empty when the distribution is unknown or
 * has no such package. Installs nothing, starts nothing. Package names: Debian's were tried; Alpine's are the agent vendor's own
 * example; Fedora's and EPEL's cross gcc come without a C library, so zig is named there.
 */
export function installCommand(missing: Missing, place: { root?: string; path?: string | undefined } = {}): string {
  const ids = readDistribution(place.root ?? '')?.ids ?? [];
  const path = place.path ?? process.env['PATH'];
  for (const id of ids) {
    const family = families[id] ?? (id.startsWith('opensuse') ? 'suse' : undefined);
    if (family === undefined) continue;
    // Every one of them calls it so.
    return missing.kind === 'linker' ? `${managers[family](path)} binutils` : commands[family](missing, path);
  }
  return '';
}

/** What is called differently by each family. */
type Package = Exclude<Missing, { kind: 'linker' }>;

type Family = 'debian' | 'alpine' | 'fedora' | 'rhel' | 'suse' | 'arch';

const families: Readonly<Record<string, Family>> = {
  debian: 'debian',
  ubuntu: 'debian',
  alpine: 'alpine',
  fedora: 'fedora',
  rhel: 'rhel',
  centos: 'rhel',
  amzn: 'rhel',
  rocky: 'rhel',
  almalinux: 'rhel',
  ol: 'rhel',
  suse: 'suse',
  sles: 'suse',
  arch: 'arch',
  manjaro: 'arch',
};

const managers: Readonly<Record<Family, (path: string | undefined) => string>> = {
  debian: () => 'apt-get install',
  alpine: () => 'apk add',
  fedora: path => `${redHatManager(path)} install`,
  rhel: path => `${redHatManager(path)} install`,
  suse: () => 'zypper install',
  arch: () => 'pacman -S',
};

const commands: Readonly<Record<Family, (missing: Package, path: string | undefined) => string>> = {
  debian: missing => `apt-get install ${debianPackages(missing)}`,
  alpine: missing =>
    missing.kind === 'cross compiler'
      ? 'apk add zig'
      : `apk add ${missing.kind === 'libc headers' ? 'libc-dev' : 'gcc libc-dev'}`,
  fedora: (missing, path) => redHat(missing, path, 'zig'),
  rhel: (missing, path) => redHat(missing, path, null),
  suse: missing =>
    missing.kind === 'musl compiler' || missing.kind === 'cross compiler'
      ? 'zypper install zig'
      : `zypper install ${missing.kind === 'libc headers' ? 'glibc-devel' : 'gcc glibc-devel'}`,
  arch: missing => `pacman -S ${archPackages(missing)}`,
};

function debianPackages(missing: Package): string {
  if (missing.kind === 'musl compiler') return 'musl-tools';
  if (missing.kind === 'libc headers') return 'libc6-dev';
  if (missing.kind === 'compiler') return 'gcc libc6-dev';
  const name = targetOf(missing.goarch, missing.goarm)?.debian ?? null;
  // The package depends on binutils and recommends nothing: its own libc (libc6-dev-ARCH-cross) comes as a dependency.
  return name === null ? 'clang lld' : `gcc-${name}`;
}

function redHatManager(path: string | undefined): string {
  return ['dnf', 'microdnf', 'yum'].find(name => lookPath(name, path) !== null) ?? 'dnf';
}

function redHat(missing: Package, path: string | undefined, zig: string | null): string {
  const manager = redHatManager(path);
  if (missing.kind === 'compiler') return `${manager} install gcc glibc-devel`;
  if (missing.kind === 'libc headers') return `${manager} install glibc-devel`;
  return zig === null ? 'pip3 install ziglang' : `${manager} install ${zig}`;
}

function archPackages(missing: Package): string {
  if (missing.kind === 'compiler') return 'gcc';
  if (missing.kind === 'libc headers') return 'glibc';
  if (missing.kind === 'musl compiler') return 'musl';
  const cpu = { arm64: 'aarch64', riscv64: 'riscv64' }[missing.goarch];
  return cpu === undefined ? 'zig' : `${cpu}-linux-gnu-gcc ${cpu}-linux-gnu-glibc`;
}
