import type { Build } from '../../golang/build.ts';
import type { Profile } from '../../profiles.ts';

/** Whether go will compile and link C for this build, as it stands now. A value nobody knows (a Dockerfile) counts as on. */
export function cgoIsOn(build: Build): boolean {
  return build.env('CGO_ENABLED').value !== '0';
}

/** Whether somebody said CGO_ENABLED=0, where go's own default (cross builds, no compiler on PATH) is nobody's wish. */
export function cgoIsForbidden(build: Build): boolean {
  const { value, origin } = build.env('CGO_ENABLED');
  return value === '0' && origin !== 'default';
}

/**
 * Under static monitoring (seed S5) a build keeps Go's own linking, unless it asks for what needs a libc: external linking, or a
 * PIE, which has a dynamic linker and, without cgo, no libc behind it (reference: an agent's first libc call there crashes).
 */
export function mayStayStatic(build: Build, profile: Profile): boolean {
  if (!profile.staticMonitoring) return false;
  const mode = build.flag('buildmode')?.value ?? 'exe';
  const external =
    build.linkFlags.some(flags => flags.get('linkmode') === 'external') ||
    build.env('GO_EXTLINK_ENABLED').value === '1';
  return !external && (mode === 'exe' || mode === 'default');
}

/** linux/ppc64 has neither cgo nor external linking (Go 1.26 internal/platform/zosarch.go). */
export function canUseCgo(build: Build): boolean {
  return build.goarch !== 'ppc64';
}

/** False where gccgo was asked for and left in place: -ldflags are the gc linker's, gccgo never sees them. */
export function usesGc(build: Build): boolean {
  return build.flag('compiler')?.value !== 'gccgo';
}
