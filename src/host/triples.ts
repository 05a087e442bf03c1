/** A target's names in the world of C compilers. */
export interface Target {
  /** GNU triples under which cross compilers are installed, Debian's spelling first. */
  readonly triples: readonly string[];
  /** What clang's `--target=` and zig's `-target` want. */
  readonly clang: string;
  readonly zig: string;
  /** Debian's suffix of `gcc-…`, null where Debian packages none. */
  readonly debian: string | null;
}

/**
 * Names of a linux architecture, null where no C compiler is known for it. GOARM decides between soft and hard float (Debian's
 * armel and armhf; Go 1.26 cmd/go `cfg.GOARM` defaults to 7, which is hard float; `7,softfloat` is Go ≥ 1.22).
 */
export function targetOf(goarch: string, goarm = '7'): Target | null {
  if (goarch === 'arm') return arm(goarm);
  return targets[goarch] ?? null;
}

const targets: Readonly<Record<string, Target>> = {
  amd64: plain('x86_64', 'x86-64'),
  arm64: plain('aarch64', 'aarch64'),
  '386': {
    triples: ['i686-linux-gnu', 'i386-linux-gnu', 'i686-linux-musl', 'i386-linux-musl'],
    clang: 'i686-linux-gnu',
    zig: 'x86-linux-gnu',
    debian: 'i686-linux-gnu',
  },
  s390x: plain('s390x', 's390x'),
  ppc64le: plain('powerpc64le', 'powerpc64le'),
  riscv64: plain('riscv64', 'riscv64'),
  loong64: { ...plain('loongarch64', 'loongarch64'), debian: null },
  mips: plain('mips', 'mips'),
  mipsle: plain('mipsel', 'mipsel'),
  mips64: plain('mips64', 'mips64', 'gnuabi64'),
  mips64le: plain('mips64el', 'mips64el', 'gnuabi64'),
};

function plain(cpu: string, debian: string, abi = 'gnu'): Target {
  return {
    triples: [`${cpu}-linux-${abi}`, `${cpu}-unknown-linux-${abi}`, `${cpu}-linux-musl`],
    clang: `${cpu}-linux-${abi}`,
    zig: `${cpu}-linux-${abi}`,
    debian: `${debian}-linux-${abi}`,
  };
}

function arm(goarm: string): Target {
  const soft = goarm.startsWith('5') || goarm.endsWith('softfloat');
  const abi = soft ? 'gnueabi' : 'gnueabihf';
  const musl = soft ? ['arm-linux-musleabi'] : ['arm-linux-musleabihf', 'armv7l-linux-musleabihf'];
  return {
    triples: [`arm-linux-${abi}`, `arm-unknown-linux-${abi}`, ...musl],
    clang: `arm-linux-${abi}`,
    zig: `arm-linux-${abi}`,
    debian: `arm-linux-${abi}`,
  };
}
