import type { BinaryFacts } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import type { Outcome } from './finding.ts';
import type { Rule } from './rule.ts';
import { isLinkShared } from './shared/linking.ts';
import { fail, pass, unknown } from './shared/outcome.ts';

/** -buildmode=shared makes a library and no program, so there is nothing to rewrite it into: it is refused before the build. */
export const noLinkshared: Rule = {
  id: 'no-linkshared',
  title: "not linked against Go's packages as shared libraries",
  why:
    'With -linkshared the Go runtime lies in libstd.so and not in the program; the agent looks for it in the program and rejects it ' +
    '(injection silently does nothing: there is no runtime.main to be found).',
  fix: 'build without -linkshared and -buildmode=shared',
  seed: 'S11',
  because: 'the agent refuses programs whose Go runtime is in a shared library',
  rewrite: build => build.dropFlag('linkshared').editLinkFlags(flags => flags.remove('linkshared')),
  before: refuseLibrary,
  verify: judgeSharing,
};

function refuseLibrary(build: Build): Outcome | null {
  const mode = build.flag('buildmode');
  if (mode?.value !== 'shared') return null;
  return fail(
    `-buildmode=shared (${mode.origin}) makes Go packages into a shared library: the agent refuses programs linked against it`,
    '-buildmode=shared',
    'build the program without -buildmode=shared',
  );
}

function judgeSharing(facts: BinaryFacts): Outcome {
  const shared = isLinkShared(facts);
  if (!shared.ok) return unknown('whether it is linked against shared Go libraries could not be read', shared.why);
  return shared.value === null
    ? pass('no NEEDED libstd.so, no undefined go:link.abihash')
    : fail('Go packages are linked as shared libraries', shared.value);
}
