import type { Build } from '../../golang/build.ts';
import { cgoIsOn, usesGc } from './cgo.ts';
import { unwanted, withoutOptions } from './words.ts';

/** Whether something on the line asks for a static link. */
export function asksForStatic(build: Build): boolean {
  return linkDynamically(build) !== build;
}

/** Takes out every word that makes the system's linker link statically; the same Build when there is none, or cgo is off. */
export function linkDynamically(build: Build): Build {
  if (!cgoIsOn(build) || !usesGc(build)) return build;
  return withoutOptions(build, keepDynamic);
}

const keepDynamic = unwanted(
  word => /^--?static(-pie)?$/.test(word),
  (option, later) =>
    /^--?(no-dynamic-linker)$/.test(option) ||
    // -Bstatic … -Bdynamic around single libraries is fine; left in force it takes libc.a too.
    (/^(--?static|-Bstatic|-dn|-non_shared)$/.test(option) &&
      !later.some(each => /^(-Bdynamic|-dy|-call_shared)$/.test(each))),
);
