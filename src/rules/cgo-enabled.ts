import type { BinaryFacts } from '../binary/facts.ts';
import type { Build, Edit } from '../golang/build.ts';
import { joinQuoted, splitQuoted } from '../golang/quoted.ts';
import type { Outcome } from './finding.ts';
import type { BuildSurroundings, Rule, VerifySurroundings } from './rule.ts';
import { canUseCgo, cgoIsForbidden, cgoIsOn, mayStayStatic } from './shared/cgo.ts';
import { cgoSymbols, linkingOf, runtimeCgo } from './shared/linking.ts';
import { fail, pass, unknown } from './shared/outcome.ts';

/**
 * Goes before every rule that forces the system's linker: where its policy leaves CGO_ENABLED=0 in place, dynamic-linking and
 * musl force nothing, since an external link without cgo fails (Go ≥ 1.22) or breaks the program (Go ≤ 1.21); the output is
 * then what dynamic-linking refuses, unless that is `warn` or `off` too.
 */
export const cgoEnabled: Rule = {
  id: 'cgo-enabled',
  title: 'built with cgo',
  why:
    'CGO_ENABLED=0 makes a program without libc, and the agent is a library that needs one: it rejects the binary. With static ' +
    'monitoring pure-Go static programs are taken.',
  fix: 'build with CGO_ENABLED=1 and a C compiler; -tags netgo,osusergo keeps DNS and user look-ups in Go',
  seed: 'S4, S5',
  because: "the agent needs cgo; DNS and user look-ups stay Go's own (-tags netgo,osusergo)",
  becauseOf: whyOverruled,
  symbols: cgoSymbols,
  rewrite: switchOn,
  before: missingCompiler,
  line: judgeAsked,
  verify: judgeCgo,
};

/**
 * Cross builds and machines without go's default compiler need CC said: the surroundings name the one that serves.
 * The tags only where a wish was overruled: a build that had cgo by choice, or by go's default, keeps libc's look-ups.
 */
function switchOn(build: Build, around: BuildSurroundings): Build {
  if (mayStayStatic(build, around.profile) || !canUseCgo(build)) return build;
  const switched = withCompiler(build.setEnv('CGO_ENABLED', '1'), around);
  return cgoIsForbidden(build) ? switched.addTags(['netgo', 'osusergo']) : switched;
}

function withCompiler(build: Build, around: BuildSurroundings): Build {
  const compiler = around.compiler();
  if (!compiler.found || isSaid(compiler.words, build.env('CC').value)) return build;
  const [first = '', ...rest] = compiler.words;
  const plusPlus =
    first.endsWith('gcc') || first.endsWith('clang')
      ? first.replace(/gcc$/, 'g++').replace(/clang$/, 'clang++')
      : first;
  const cxx = joinQuoted([plusPlus, ...rest.map(word => (word === 'cc' ? 'c++' : word))]);
  const withC = build.setEnv('CC', joinQuoted(compiler.words) ?? first);
  return cxx === null || build.env('CXX').origin !== 'default' ? withC : withC.setEnv('CXX', cxx);
}

/** A value that go will refuse in its own words (unbalanced quotes) comes back as one word. */
function isSaid(words: readonly string[], value: string): boolean {
  if (words.length === 1 && words[0] === value) return true;
  const said = splitQuoted(value) ?? [];
  return said.length === words.length && said.every((word, index) => word === words[index]);
}

function whyOverruled({ subject }: Edit): string {
  return subject.startsWith('CC=') ? 'it cannot compile for the target' : (cgoEnabled.because ?? '');
}

/** Asked of the line as it will be run: with cgo left off no compiler is needed. */
function missingCompiler(build: Build, around: BuildSurroundings): Outcome | null {
  if (!cgoIsOn(build) || mayStayStatic(build, around.profile) || !canUseCgo(build)) return null;
  const compiler = around.compiler();
  if (compiler.found || compiler.headers === 'musl') return null;
  const fix = compiler.install || `install ${compiler.what}`;
  return fail(`${compiler.what} is missing: the agent needs cgo`, compiler.what, fix);
}

/** Cgo may be off by go's own default too: a cross build, or no C compiler on PATH (Go ≥ 1.20). */
function judgeAsked(asked: Build, { profile }: BuildSurroundings): Outcome | null {
  if (cgoIsOn(asked) || mayStayStatic(asked, profile) || !canUseCgo(asked)) return null;
  if (cgoIsForbidden(asked)) return null;
  const cross = asked.goarch !== asked.env('GOHOSTARCH').value;
  const why = cross ? `GOARCH=${asked.goarch} is a cross build` : 'there is no C compiler';
  return fail(`go turns cgo off by itself here (${why})`, 'CGO_ENABLED=0 (default)');
}

function judgeCgo(facts: BinaryFacts, { profile }: VerifySurroundings): Outcome | null {
  const info = facts.buildInfo();
  const recorded = info.ok ? info.value?.settings.get('CGO_ENABLED') : undefined;
  if (recorded === '0') {
    const linking = linkingOf(facts);
    if (profile.staticMonitoring && linking.ok && linking.value.kind === 'static')
      return pass('build info CGO_ENABLED=0, static: static monitoring takes it');
    return fail('built with CGO_ENABLED=0', 'build info CGO_ENABLED=0');
  }
  if (recorded === '1') return pass('build info CGO_ENABLED=1');
  // Go ≤ 1.17 records no settings. Without runtime/cgo the rest is dynamic-linking's to say.
  const cgo = runtimeCgo(facts);
  if (cgo.ok) return cgo.value === null ? null : pass(cgo.value);
  return unknown('whether it was built with cgo could not be read', info.ok ? cgo.why : info.why);
}
