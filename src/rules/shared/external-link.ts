import type { Build } from '../../golang/build.ts';
import { canUseCgo, cgoIsOn, usesGc } from './cgo.ts';

/**
 * Makes the system's linker link every main package, in exactly the spelling that cmd/go itself looks for: it then adds
 * runtime/cgo too. Up to Go 1.20 only a pattern (`all=`) does that for a package without cgo; editLinkFlags puts one in front.
 * The same Build where it is so already, and where an external link could not work: CGO_ENABLED=0 stays where cgo-enabled
 * was told to leave it, and Go ≥ 1.22 refuses the pair, Go ≤ 1.21 links a program without runtime/cgo (libc faults there).
 */
export function forceExternalLink(build: Build): Build {
  if (!cgoIsOn(build) || !canUseCgo(build) || !usesGc(build)) return build;
  return build.editLinkFlags(flags => flags.remove('d').set('linkmode', 'external'));
}
