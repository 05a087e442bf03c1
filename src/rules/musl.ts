import type { Build } from '../golang/build.ts';
import type { Outcome } from './finding.ts';
import type { BuildSurroundings, Rule } from './rule.ts';
import { cgoIsOn } from './shared/cgo.ts';
import { forceExternalLink } from './shared/external-link.ts';
import { fail, warn } from './shared/outcome.ts';

/**
 * About the C toolchain, before the build. Under static monitoring too: whether a program with cgo on comes out static depends on
 * what it imports, and a dynamic one of Go's own linker is lost, so the system's linker is forced. The compiler is asked for its
 * libc only where dynamic-linking has not forced it already.
 */
export const musl: Rule = {
  id: 'musl',
  title: "linked by the system's linker where libc is musl",
  why:
    'musl (Alpine) runs the constructors of preloaded libraries from its start-up code, which only the system linker puts in. It ' +
    'takes gcc and musl-dev (Alpine: apk add gcc libc-dev) and -linkmode=external.',
  fix: "apk add gcc musl-dev (Debian: musl-tools) and -ldflags='all=-linkmode=external'",
  seed: 'S18, S20',
  because: 'a program that Go itself links against musl never starts the agent',
  rewrite: forceLinker,
  before: (build, around) => missingParts(build, around) ?? silentCompiler(build, around),
};

function forceLinker(build: Build, around: BuildSurroundings): Build {
  const forced = forceExternalLink(build);
  if (forced === build || !around.compiler().found || around.compilerLibc() !== 'musl') return build;
  return forced;
}

/** Asked only where the system's linker will link: Go's own needs no start-up files. */
function missingParts(build: Build, around: BuildSurroundings): Outcome | null {
  if (!cgoIsOn(build) || !build.linkFlags.some(flags => flags.get('linkmode') === 'external')) return null;
  const compiler = around.compiler();
  if (compiler.found || compiler.headers !== 'musl') return null;
  const fix = compiler.install || 'apk add musl-dev';
  return fail(`${compiler.what} is missing: the link would stop at musl's start-up files`, compiler.what, fix);
}

/** The one that `forceLinker` asked in vain: then Go's own linker may link against musl. */
function silentCompiler(build: Build, around: BuildSurroundings): Outcome | null {
  if (forceExternalLink(build) === build || !around.compiler().found) return null;
  const why = around.compilerLibcWhy?.() ?? null;
  if (why === null) return null;
  return {
    ...warn('whether the C compiler links against musl is not known', why),
    fix: "if it does, add -ldflags='all=-linkmode=external'",
  };
}
