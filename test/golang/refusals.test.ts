// Whatever go refuses for its flags passes through, and nothing else does: held against real gos for random broken lines.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { layerEnv } from '../../src/golang/env.ts';
import { readLine } from '../../src/golang/line.ts';
import { openBuild } from '../../src/golang/open.ts';
import { joinQuoted } from '../../src/golang/quoted.ts';
import { brokenWord } from './arbitrary.ts';
import { available, type ReleaseName, releaseOf, runGo } from './real-go.ts';

const runs = Number(process.env.GOSHIM_TEST_LINES ?? 60);
// What go says before it looks at a package (package flag, base/goflags.go, handleChdirFlag).
const refusal =
  /flag provided but not defined|invalid (boolean )?value|flag needs an argument|bad flag syntax|parsing \$GOFLAGS|-C flag must be first|invalid boolean flag|^usage: go (build|install|run)|no go files listed/m;

for (const go of available('installed', '1.19', '1.20', '1.24')) {
  test(`go ${go} refuses exactly the lines that pass through`, () => {
    const command = fc.constantFrom('build', 'install', 'run');
    fc.assert(
      fc.property(command, fc.array(brokenWord, { maxLength: 3 }), fc.array(brokenWord, { maxLength: 1 }), (...line) =>
        compare(go, ...line),
      ),
      { numRuns: runs, includeErrorInReport: true },
    );
  });
}

test.run();

function compare(go: ReleaseName, command: string, words: readonly string[], inGoflags: readonly string[]): void {
  // -n and a package that does not exist: a line that go takes ends without building.
  const argv = [command, ...words, ...(command === 'run' && words.includes('./nosuch') ? [] : ['./nosuch/main'])];
  const GOFLAGS = joinQuoted(inGoflags) ?? '';
  const { stderr, status } = runGo(argv, { go, cwd: '/', env: { GOFLAGS } });
  const answers = { GOVERSION: releaseOf(go).text };
  const env = layerEnv({ answers, environment: { GOFLAGS }, goenvText: null, gorootEnvText: null });
  const build = openBuild(readLine(argv), env);
  // A -C into nowhere ends the line before its flags are read.
  if (/^go: chdir |^invalid value .* for flag -C: chdir/m.test(stderr)) return;
  const passesThrough = 'untouched' in build;
  assert.is.not(status, 0);
  assert.is(
    passesThrough,
    refusal.test(stderr),
    `${GOFLAGS} go ${argv.join(' ')}\n${passesThrough ? build.untouched : 'opened'}\n${stderr}`,
  );
}
