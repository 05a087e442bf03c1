// What the matrix builds: Go releases × targets (libc or architecture) × modes.
import { goReleases } from '../../test/support/binaries.ts';

export interface Target {
  readonly name: string;
  readonly goarch: string;
  readonly env: Readonly<Record<string, string>>;
  /** Programs without which it is skipped. */
  readonly needs: readonly string[];
  /** What runs the program; empty: this machine does. */
  readonly runner: readonly string[];
  /** What runs the bare, static one. */
  readonly bareRunner: readonly string[];
}

export interface Mode {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Combination {
  readonly release: keyof typeof goReleases;
  readonly target: Target;
  readonly mode: Mode;
}

const glibc: Target = { name: 'glibc', goarch: 'amd64', env: {}, needs: ['gcc'], runner: [], bareRunner: [] };
const musl: Target = {
  name: 'musl',
  goarch: 'amd64',
  env: { CC: 'musl-gcc' },
  needs: ['musl-gcc'],
  runner: [],
  bareRunner: [],
};
const clang: Target = {
  name: 'glibc, clang',
  goarch: 'amd64',
  env: { CC: 'clang' },
  needs: ['clang'],
  runner: [],
  bareRunner: [],
};
const lld: Target = {
  name: 'glibc, lld',
  goarch: 'amd64',
  env: { CGO_LDFLAGS: '-O2 -g -fuse-ld=lld' },
  needs: ['gcc', 'ld.lld'],
  runner: [],
  bareRunner: [],
};
const zig: Target = {
  name: 'zig, arm64',
  goarch: 'arm64',
  env: { GOARCH: 'arm64', CC: 'zig cc -target aarch64-linux-gnu' },
  needs: ['zig', 'qemu-aarch64'],
  runner: ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'],
  bareRunner: ['qemu-aarch64'],
};

const libraries386 = '/usr/i686-linux-gnu/lib';

/** No CC is said: goshim has to find the compiler. 32-bit and big-endian machines are among them. */
const crossTargets = [
  cross('arm64', 'aarch64-linux-gnu', 'qemu-aarch64'),
  cross('arm', 'arm-linux-gnueabihf', 'qemu-arm'),
  // qemu-i386 cannot do what old releases do with segments; an x86-64 kernel runs 32-bit programs by itself.
  {
    name: '386',
    goarch: '386',
    env: { GOARCH: '386' },
    needs: ['i686-linux-gnu-gcc', `${libraries386}/ld-linux.so.2`],
    runner: [`${libraries386}/ld-linux.so.2`, '--library-path', libraries386],
    bareRunner: [],
  },
  cross('s390x', 's390x-linux-gnu', 'qemu-s390x'),
];

const plain: Mode = { name: 'plain', args: [], env: {} };
const noCgo: Mode = { name: 'CGO_ENABLED=0', args: [], env: { CGO_ENABLED: '0' } };
const modes: readonly Mode[] = [
  plain,
  { name: 'PIE', args: ['-buildmode=pie'], env: {} },
  noCgo,
  { name: '-s -w', args: ['-ldflags=-s -w'], env: {} },
];

/** Combinations whose words (`1.22 musl PIE`) hold every filter, in the order of the table. */
export function combinations(filters: readonly string[]): readonly Combination[] {
  const releases = (Object.keys(goReleases) as (keyof typeof goReleases)[]).sort((a, b) => order(a) - order(b));
  return releases.flatMap(release =>
    [
      ...[glibc, musl].flatMap(target => modes.map(mode => ({ release, target, mode }))),
      ...crossTargets.flatMap(target => [plain, noCgo].map(mode => ({ release, target, mode }))),
      ...(release === 'installed' ? [clang, lld, zig].map(target => ({ release, target, mode: plain })) : []),
    ].filter(each => filters.every(filter => wordsOf(each).includes(filter))),
  );
}

export function wordsOf({ release, target, mode }: Combination): string {
  return `${release} ${target.name} ${mode.name}`;
}

function order(release: string): number {
  return release === 'installed' ? 99 : Number(release.slice(2));
}

function cross(goarch: string, triple: string, qemu: string): Target {
  return {
    name: goarch,
    goarch,
    env: { GOARCH: goarch },
    needs: [`${triple}-gcc`, qemu],
    runner: [qemu, '-L', `/usr/${triple}`],
    bareRunner: [qemu],
  };
}
