import type { Base } from '../bases.ts';
import { type Context, holdsFile } from '../context.ts';
import type { Origin } from '../files.ts';
import type { Machine } from '../machine.ts';
import { isWithin } from '../paths.ts';
import { libraries, loadersOf } from './place.ts';

/** What the stage does to its image's own loader and libc; null: nothing. */
export interface Damage {
  /** The loader itself is gone for sure; else nobody knows what is there now. */
  readonly isGone: boolean;
  readonly why: string;
}

/** Looks whether the libc that the image brings is still the one that is there: removed, moved away, something put over it. */
export function damageOf(machine: Machine, platform: string, context: Context): Damage | null {
  const { base, files, overlays, packages } = machine;
  if (base.libc !== 'glibc' && base.libc !== 'musl') return null;
  const loaders = loadersOf(base.libc, platform);
  const paths = [...loaders, ...(base.libc === 'glibc' ? libraries : [])];
  let damage: Damage | null = null;
  for (const path of paths) {
    const gone = files.gone(path);
    if (gone !== null) {
      const isGone = gone.isSure && path === loaders[0];
      if (isGone) return { isGone, why: `${gone.by} takes ${path} away` };
      damage ??= { isGone, why: `${gone.by} may take ${path} away` };
    }
    const link = files.resolve(path);
    if (link !== path && damage === null && !paths.includes(link))
      damage = { isGone: false, why: `${path} is made a link to ${link}` };
    for (const origin of files.find(path) ?? []) {
      const why = whyOf(origin, base, context);
      if (why !== null) damage ??= { isGone: false, why: `${why} may have put another file in the place of ${path}` };
    }
    const over = overlays.find(each => isWithin(path, each.into) && !isSame(each.base, base));
    if (over !== undefined)
      damage ??= { isGone: false, why: `${over.by} may have put another file in the place of ${path}` };
  }
  const { libcRemovedBy } = packages;
  return damage ?? (libcRemovedBy === null ? null : { isGone: false, why: `${libcRemovedBy} removes the C library` });
}

/** null: the file is what it was, or is not there. */
function whyOf(origin: Origin, base: Base, context: Context): string | null {
  switch (origin.kind) {
    case 'image':
      return isSame(origin.base, base) ? null : `a copy from ${origin.base.name}`;
    case 'context':
      return origin.isAbsent !== true && !holdsFile(context, origin.path) ? null : `a copy of ${origin.path}`;
    case 'hidden':
      return origin.by;
    case 'unseen':
      return `a copy of ${origin.path}`;
    case 'build':
      return 'a build';
  }
}

/** An image whose files leave the libc as it is; null: an archive that nobody looked into. */
function isSame(other: Base | null, base: Base): boolean {
  if (other === null) return false;
  if (other.libc === 'none' || other.name === base.name) return true;
  return other.libc === base.libc && (base.libc === 'musl' || (other.glibc !== null && other.glibc === base.glibc));
}
