import type { Place } from '../../rules/shared/place.ts';
import type { Base } from '../bases.ts';
import { type Context, holdsFile } from '../context.ts';
import type { Origin } from '../files.ts';
import { damageOf } from './damage.ts';
import type { StageState } from './stage-state.ts';

/** The loader of a platform first, then its other names (Debian's links, usr-merged directories). */
export function loadersOf(libc: 'glibc' | 'musl', platform: string): readonly string[] {
  const isArm = platform.split('/')[1] === 'arm64';
  if (libc === 'musl') {
    const name = `ld-musl-${isArm ? 'aarch64' : 'x86_64'}.so.1`;
    return [`/lib/${name}`, `/usr/lib/${name}`];
  }
  const [directory, triple, name] = isArm
    ? ['/lib', 'aarch64-linux-gnu', 'ld-linux-aarch64.so.1']
    : ['/lib64', 'x86_64-linux-gnu', 'ld-linux-x86-64.so.2'];
  return [directory, `/usr${directory}`, `/lib/${triple}`, `/usr/lib/${triple}`].map(each => `${each}/${name}`);
}

/** Where distributions keep glibc. */
export const libraries = ['x86_64-linux-gnu/', 'aarch64-linux-gnu/', '']
  .flatMap(each => [`/lib/${each}`, `/usr/lib/${each}`])
  .concat('/lib64/', '/usr/lib64/')
  .map(each => `${each}libc.so.6`);

/** The system in a stage: its image's, or one that was copied into an empty one. */
export function placeOf(state: StageState, platform: string, context: Context): Place {
  const { base, files, packages } = state.machine.current;
  const { libcReplacedBy } = packages;
  const own: Place = {
    name: base.name,
    ...(base.isKnown && libcReplacedBy === null ? { image: base.name } : {}),
    libc: base.libc,
    glibcMinor: libcReplacedBy === null ? base.glibc : null,
    why: libcReplacedBy === null ? base.why : `${libcReplacedBy} takes it from elsewhere`,
    loader: null,
  };
  if (base.libc !== 'none' && base.libc !== 'unknown') {
    const damage = damageOf(state.machine.current, platform, context);
    return damage === null ? own : { ...own, libc: damage.isGone ? 'none' : 'unknown', why: damage.why };
  }
  const bringer = (paths: readonly string[]): ReturnType<typeof bringerOf> =>
    bringerOf(
      paths.map(path => files.find(path)),
      context,
    );
  const [loader, library] = [bringer(loadersOf('glibc', platform)), bringer(libraries)];
  const brought = bringer(loadersOf('musl', platform)) ?? loader ?? library;
  if (brought === null) return own;
  if (brought === 'unknown')
    return { ...own, libc: 'unknown', why: 'files were put into it that cannot be seen from here' };
  if (brought.libc === 'glibc' && (loader === null || library === null)) {
    const why = `glibc's ${loader === null ? 'loader' : 'libc.so.6'} is not seen to be copied with the rest`;
    return { ...own, libc: 'unknown', why };
  }
  return {
    name: `${base.name} with files of ${brought.name}`,
    ...(brought.isKnown ? { image: brought.name } : {}),
    libc: brought.libc,
    glibcMinor: brought.glibc,
    why: brought.why,
    loader: null,
  };
}

/** The image whose loader or libc it is; `unknown`: something that may have brought one; null: nothing did. */
function bringerOf(found: readonly (readonly Origin[] | null)[], context: Context): Base | 'unknown' | null {
  let isUnknown = false;
  for (const origin of found.flatMap(origins => origins ?? [])) {
    if (origin.kind === 'image' && origin.base.libc !== 'none') return origin.base;
    const isMissing = origin.kind === 'context' && origin.isAbsent !== true && !holdsFile(context, origin.path);
    if (origin.kind !== 'build' && origin.kind !== 'image' && !isMissing) isUnknown = true;
  }
  return isUnknown ? 'unknown' : null;
}
