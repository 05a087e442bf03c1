import type { Build } from '../../golang/build.ts';

/** How the main packages of a line will be linked, by the line alone. */
export type AskedLink =
  /** By the system's linker, with runtime/cgo. */
  | 'external'
  /** By the system's linker, but Go up to 1.20 leaves runtime/cgo out of a pure-Go package unless `all=` asks for it. */
  | 'external without runtime/cgo'
  /** As Go decides: by its own linker unless a package uses C. */
  | 'as Go decides';

/**
 * Reads what cmd/go and cmd/link will act on: the last -ldflags whose pattern holds for the main package wins whole; a file
 * argument gets runtime/cgo on every release (measured on 1.19 and 1.20). A pattern that names packages counts as holding.
 */
export function askedLink(build: Build): AskedLink {
  if (needsSystemLinker.has(build.flag('buildmode')?.value ?? '')) return 'external';
  const acting = build.linkFlags.at(-1);
  if (acting === undefined || acting.get('linkmode') !== 'external') return 'as Go decides';
  const minor = build.release?.minor ?? null;
  const isOld = minor !== null && minor <= 20;
  if (!isOld || build.packages.some(word => word.endsWith('.go'))) return 'external';
  const forAll = build.linkFlags.some(flags => flags.pattern === 'all' && flags.get('linkmode') === 'external');
  return forAll ? 'external' : 'external without runtime/cgo';
}

/** cmd/link mustLinkExternal: these modes leave no choice. */
const needsSystemLinker: ReadonlySet<string> = new Set(['plugin', 'c-archive', 'c-shared', 'shared']);
