import type { Place, ProgramNeeds } from '../../rules/shared/place.ts';
import type { FileSystem, Resolved } from './archive.ts';

/** The libc that a program would meet: beside its loader, else where distributions keep it. */
export function placeIn(files: FileSystem, needs: ProgramNeeds, name: string): Place {
  const loader = needs.interpreter === null ? null : files.resolve(needs.interpreter);
  const isBroken = loader?.kind === 'file' && loader.content.kind !== 'elf';
  // The kernel opens the loader as a program (open_exec): root too needs an execute bit on it.
  const isBarred = loader?.kind === 'file' && !isBroken && !loader.executable;
  const found = loader === null ? null : isBarred ? 'not executable' : loader.kind === 'file' && !isBroken;
  const seen = { name, loader: found } as const;
  const musl = findMusl(files, loader);
  const glibc = findGlibc(files, loader);
  const first = needs.libc === 'musl' ? (musl ?? glibc) : (glibc ?? musl);
  if (first === null) {
    const why = loader?.kind === 'missing' ? loader.why : `neither ${glibcName} nor a musl loader is there`;
    return { ...seen, libc: 'none', glibcMinor: null, why };
  }
  const barred = isBarred ? `${loader.path} has no execute bit` : '';
  const missing = loader?.kind === 'missing' ? loader.why : isBroken ? `${needs.interpreter} is no ELF file` : barred;
  if (first.kind === 'musl') return { ...seen, libc: 'musl', glibcMinor: null, why: missing };
  if (first.minor !== null) return { ...seen, libc: 'glibc', glibcMinor: first.minor, why: missing };
  return {
    ...seen,
    libc: first.isElf ? 'glibc' : 'unknown',
    glibcMinor: null,
    why: `${first.path} does not say its version`,
  };
}

type Libc =
  | { readonly kind: 'musl' }
  | { readonly kind: 'glibc'; readonly path: string; readonly minor: number | null; readonly isElf: boolean };

const glibcName = 'libc.so.6';

function findGlibc(files: FileSystem, loader: Resolved | null): Libc | null {
  const beside = loader?.kind === 'file' ? [loader.path.slice(0, loader.path.lastIndexOf('/'))] : [];
  for (const directory of [...beside, ...libraryDirectories]) {
    const found = files.resolve(`${directory}/${glibcName}`);
    // Alpine's libc6-compat can give musl this name as well.
    if (found.kind !== 'file' || isMusl(found)) continue;
    const { content, path } = found;
    const minor = content.kind === 'elf' ? content.glibcMinor : null;
    return { kind: 'glibc', path, minor, isElf: content.kind === 'elf' };
  }
  return null;
}

/** musl's loader and its libc are one file; programs that name it by a link of another name (gcompat) meet it as well. */
function findMusl(files: FileSystem, loader: Resolved | null): Libc | null {
  if (loader?.kind === 'file' && isMusl(loader)) return { kind: 'musl' };
  const there = muslLoaders.some(path => {
    const found = files.resolve(path);
    return found.kind === 'file' && found.content.kind === 'elf';
  });
  return there ? { kind: 'musl' } : null;
}

function isMusl({ path, content }: Extract<Resolved, { kind: 'file' }>): boolean {
  return content.kind === 'elf' && /\/(ld-musl-[^/]*|libc\.musl-[^/]*|libc\.so)$/.test(path);
}

/** Multiarch directories of Debian's ports that Go has, and the plain ones. */
const triples = [
  'x86_64-linux-gnu',
  'aarch64-linux-gnu',
  'i386-linux-gnu',
  'arm-linux-gnueabihf',
  'arm-linux-gnueabi',
  'powerpc64le-linux-gnu',
  's390x-linux-gnu',
  'riscv64-linux-gnu',
  'loongarch64-linux-gnu',
  'mips64el-linux-gnuabi64',
  'mipsel-linux-gnu',
];
const libraryDirectories = [
  ...triples.flatMap(triple => [`/lib/${triple}`, `/usr/lib/${triple}`]),
  '/lib64',
  '/usr/lib64',
  '/lib',
  '/usr/lib',
];

/** musl's names of the architectures (musl configure, dynamic-linker path). */
const muslLoaders = [
  'x86_64',
  'aarch64',
  'i386',
  'armhf',
  'arm',
  'powerpc64le',
  's390x',
  'riscv64',
  'loongarch64',
  'mips64el',
  'mipsel-sf',
].flatMap(name => [`/lib/ld-musl-${name}.so.1`, `/usr/lib/ld-musl-${name}.so.1`]);
