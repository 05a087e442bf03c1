// @slow
// The plan against the truth: random lines are built by a real go, as they stand and as planned, and what counts is the argv
// that cmd/link really got (from the action graph) and what the program prints. GOSHIM_TEST_BUILDS=N builds more lines.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { need } from '../support/need.ts';
import { goflagsOf, type RandomLine, randomLine, wordsOf } from './arbitrary.ts';
import { opened, rewritten } from './lines.ts';
import { linkFlagsIn, readGraph } from './link-argv.ts';
import { available, minorOf, type ReleaseName, releaseOf, runGo } from './real-go.ts';

const seed = Number(process.env.GOSHIM_TEST_SEED ?? Date.now() % 2 ** 31);
const builds = Number(process.env.GOSHIM_TEST_BUILDS ?? 16);

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'goshim-truth-')));
const module = join(directory, 'm');
mkdirSync(join(module, 'a'), { recursive: true });
writeFileSync(join(module, 'go.mod'), 'module example.com/app\n\ngo 1.19\n');
writeFileSync(join(module, 'a', 'main.go'), 'package main\n\nfunc main() {}\n');
for (const tag of ['one', 'two', 'three'])
  writeFileSync(join(module, `${tag}.go`), `//go:build ${tag}\n\npackage main\n\nfunc init() { print("${tag} ") }\n`);
test.after(() => rmSync(directory, { recursive: true }));

for (const go of available('installed', '1.19', '1.20')) {
  need(test, 'gcc')(`the link gets what was planned, and the program is the same (${go})`, () => {
    process.stdout.write(`seed ${seed}\n`);
    const line = randomLine({ mayBreak: false, builds: true });
    fc.assert(
      fc.property(line, random => compare(go, minorOf(go) < 20 ? asOn19(random) : random)),
      {
        numRuns: go === 'installed' ? builds : Math.ceil(builds / 4),
        seed,
        // Each try costs two links: a failing line is told as it is, with its seed.
        endOnFailure: true,
        includeErrorInReport: true,
      },
    );
  });
}

need(test, 'gcc')('what breaks every link is taken out of -ldflags', () => {
  for (const ldflags of ['-race', '-d -s', "all=-linkshared '-X=main.version=a b'", '-X main.version=-race -race']) {
    const planned = rewritten(opened(['build', `-ldflags=${ldflags}`, '.']));
    const { run, stdout } = build('installed', planned.argv(), {});
    assert.is(run.status, 0, run.stderr);
    if (ldflags.includes('main.version')) assert.match(stdout, ldflags.includes('a b') ? 'a b' : '-race');
  }
});

test.run();

/** Go 1.19 has no -C, and splits GOFLAGS by white space only. */
function asOn19(line: RandomLine): RandomLine {
  return { ...line, chdir: 'none', goflags: line.goflags.filter(word => !/[\s'"]/.test(word)) };
}

function compare(go: ReleaseName, line: RandomLine): void {
  const environment = { GOFLAGS: goflagsOf(line) };
  const planned = rewritten(opened(wordsOf(line, 'm'), { environment, goversion: releaseOf(go).text }));
  // The race runtime is not to be compiled for this: bare is the same line without the flags that the plan drops.
  const isSanitizer = (word = '') => /^--?(race|msan|linkshared)\b/.test(word);
  const bareLine = {
    ...line,
    flags: line.flags.filter(words => !isSanitizer(words[0])),
    goflags: line.goflags.filter(word => !isSanitizer(word)),
  };
  const inside = line.chdir === 'none' ? module : directory;
  const bare = build(go, wordsOf(bareLine, 'm'), { GOFLAGS: goflagsOf(bareLine) }, inside);
  const ours = build(go, planned.argv(), { ...environment, ...planned.envChanges() }, inside);
  const told = `\n${environment.GOFLAGS}\n${JSON.stringify(planned.argv())}\n${bare.run.stderr}\n---\n${ours.run.stderr}`;
  const asked = linkFlagsIn(bare.link);
  const got = linkFlagsIn(ours.link);
  assert.is(got.last('linkmode'), 'external', told);
  assert.ok(ours.link.join(' ').includes('-linkmode=external'), told);
  assert.is(got.last('s') ?? 'false', 'false', told);
  assert.is(got.last('w'), asked.last('w') ?? (asked.last('s') === 'true' ? 'true' : undefined), told);
  assert.equal(got.all('X'), asked.all('X'), told);
  assert.equal(
    got.externalWords(),
    asked.externalWords().filter(word => !/^(-static|-static-pie|-s)$/.test(word)),
    told,
  );
  for (const name of ['r', 'k', 'race', 'linkshared', 'd', 'msan']) assert.is(got.last(name), asked.last(name), told);
  assert.ok(ours.packages.has('runtime/cgo'), told);
  if (bare.run.status !== 0) return;
  assert.is(ours.run.status, 0, told);
  assert.is(ours.stdout, bare.stdout, told);
}

let count = 0;

/** Builds with a source of its own, so that the link is never taken from the cache, and runs the program. */
function build(
  go: ReleaseName,
  argv: readonly string[],
  env: Readonly<Record<string, string | null>>,
  cwd = module,
): { run: ReturnType<typeof runGo>; link: readonly string[]; packages: ReadonlySet<string>; stdout: string } {
  const main = `package main\n\nvar version, other = "v", "o"\n\nfunc main() { print(version, "|", other) }\n\n// ${process.pid} ${count++}\n`;
  writeFileSync(join(module, 'main.go'), main);
  const graph = join(directory, 'graph.json');
  const output = join(directory, 'app');
  rmSync(graph, { force: true });
  const at = argv.indexOf('build') + (argv[argv.indexOf('build') + 1] === '-C' ? 3 : 1);
  const whole = [...argv.slice(0, at), `-debug-actiongraph=${graph}`, `-o=${output}`, ...argv.slice(at)];
  const merged = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? undefined]));
  const run = runGo(whole, { go, cwd, env: merged });
  const { link, packages } = readGraph(readFileSync(graph, 'utf8'), 'example.com/app');
  const stdout = run.status === 0 ? execaSync(output, [], { all: true }).all : '';
  return { run, link, packages, stdout };
}
