import type { Build } from '../golang/build.ts';
import { cgoIsOn, usesGc } from './cgo.ts';
import { unwantedWords } from './words.ts';

/** Whether something on the line asks for a static link. */
export function asksForStatic(build: Build): boolean {
  return linkDynamically(build) !== build;
}

/** Takes out every word that makes the system's linker link statically; the same Build when there is none, or cgo is off. */
export function linkDynamically(build: Build): Build {
  if (!cgoIsOn(build) || !usesGc(build)) return build;
  const filtered = build.editLinkFlags(flags =>
    flags
      .filterExternal((...word) => !isStatic(...word))
      .filterValue('extld', (word, index, words) => index === 0 || !isStatic(word, index, words)),
  );
  return ['CGO_LDFLAGS', 'CC', 'CXX'].reduce(
    (edited, name) =>
      edited.filterEnv(
        name,
        (word, index, words) => (index === 0 && name !== 'CGO_LDFLAGS') || !isStatic(word, index, words),
      ),
    filtered,
  );
}

const isStatic = unwantedWords(
  word => /^--?static(-pie)?$/.test(word),
  (option, later) =>
    /^--?(no-dynamic-linker)$/.test(option) ||
    // -Bstatic … -Bdynamic around single libraries is fine; left in force it takes libc.a too.
    (/^(--?static|-Bstatic|-dn|-non_shared)$/.test(option) &&
      !later.some(each => /^(-Bdynamic|-dy|-call_shared)$/.test(each))),
);
