// Every rule that speaks before the build, under every policy: a line (or a machine) that it minds, and what comes of it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Policy } from '../../src/profiles.ts';
import type { BuildSurroundings } from '../../src/rules/rule.ts';
import type { Setting } from '../golang/lines.ts';
import { noCompiler, only, planOf, staticProfile, withPolicy } from './around.ts';

interface Wish {
  readonly rule: string;
  readonly line: readonly string[];
  readonly setting?: Setting;
  readonly around?: Partial<BuildSurroundings>;
  /** argv and variables under `fix`; absent where nothing is rewritten. */
  readonly fixed?: readonly string[];
  readonly env?: Readonly<Record<string, string | null>>;
  /** What is said when the wish is kept (`warn`, `fail`), and under `fix` where nothing can be rewritten. */
  readonly said: string;
  /** What cannot be rewritten: the verdict under `fix` and `fail`. */
  readonly graded?: 'warn' | 'fail';
}

const vendored = (differs: string | null): Partial<BuildSurroundings> => ({
  vendored: () => ({
    directory: '/app/vendor',
    modules: ['example.com/dep', 'google.golang.org/grpc'],
    differs: () => differs,
  }),
});

const wishes: readonly Wish[] = [
  {
    rule: 'gc-compiler',
    line: ['build', '-compiler=gccgo', '.'],
    fixed: ['build', '-compiler=gc', '.'],
    said: '-compiler=gccgo (argument) kept: the agent takes only what the gc toolchain compiles',
  },
  {
    rule: 'gc-compiler',
    line: ['build', '.'],
    setting: { goversion: 'go1.18 gccgo (Debian 12.2.0-14) 12.2.0' },
    said: 'this go is gccgo (go1.18 gccgo (Debian 12.2.0-14) 12.2.0)',
    graded: 'fail',
  },
  {
    rule: 'official-release',
    line: ['build', '.'],
    setting: { goversion: 'go1.27rc1' },
    said: 'go1.27rc1 is no official stable release (release candidate): the agent will refuse what it builds',
    graded: 'warn',
  },
  {
    rule: 'official-release',
    line: ['build', '.'],
    setting: { goversion: 'go1.26.8', environment: { GOEXPERIMENT: 'jsonv2' } },
    said: 'go1.26.8 with GOEXPERIMENT=jsonv2 is no official stable release (experiments switched on): the agent will refuse what it builds',
    graded: 'warn',
  },
  {
    rule: 'cgo-enabled',
    line: ['build', '-tags', 'a b', '.'],
    setting: { environment: { CGO_ENABLED: '0' } },
    fixed: ['build', '-tags=a,b,netgo,osusergo', '.'],
    env: { CGO_ENABLED: '1' },
    said: "CGO_ENABLED=0 (environment) kept: the agent needs cgo; DNS and user look-ups stay Go's own (-tags netgo,osusergo)",
  },
  {
    rule: 'cgo-enabled',
    line: ['build', '.'],
    around: noCompiler,
    said: 'a C compiler (gcc) is missing: the agent needs cgo',
    graded: 'fail',
  },
  {
    rule: 'no-static-cgo',
    line: ['build', '-ldflags', '-extldflags "-static -Wl,-z,now"', '.'],
    fixed: ['build', '-ldflags=-extldflags "-static -Wl,-z,now" -extldflags=-Wl,-z,now', '.'],
    said: '-extldflags=-static (argument) kept: a libc of its own would conflict with the one the agent uses',
  },
  {
    rule: 'no-static-cgo',
    line: ['build', '.'],
    setting: { environment: { CC: 'zig cc -target x86_64-linux-musl' } },
    around: { compilerIsStatic: () => true },
    said: 'CC=zig cc -target x86_64-linux-musl links statically by itself',
    graded: 'fail',
  },
  {
    rule: 'dynamic-linking',
    line: ['build', '-ldflags=-linkmode=internal', '.'],
    fixed: ['build', '-ldflags=all=-linkmode=external', '-ldflags=-linkmode=internal -linkmode=external', '.'],
    said: "-linkmode=internal (argument) kept: the agent needs the system's linker",
  },
  {
    rule: 'musl',
    line: ['build', '-ldflags=-linkmode=internal', '.'],
    around: { compilerLibc: () => 'musl' },
    fixed: ['build', '-ldflags=all=-linkmode=external', '-ldflags=-linkmode=internal -linkmode=external', '.'],
    said: '-linkmode=internal (argument) kept: a program that Go itself links against musl never starts the agent',
  },
  {
    rule: 'musl',
    line: ['build', '-ldflags=-linkmode=external', '.'],
    around: { compiler: () => ({ found: false, what: 'musl-dev', install: 'apk add musl-dev', headers: 'musl' }) },
    said: "musl-dev is missing: the link would stop at musl's start-up files",
    graded: 'fail',
  },
  {
    rule: 'no-linkshared',
    line: ['build', '-linkshared', '.'],
    fixed: ['build', '.'],
    said: '-linkshared (argument) kept: the agent refuses programs whose Go runtime is in a shared library',
  },
  {
    rule: 'no-linkshared',
    line: ['build', '-buildmode=shared', '.'],
    said: '-buildmode=shared (argument) makes Go packages into a shared library: the agent refuses programs linked against it',
    graded: 'fail',
  },
  {
    rule: 'no-plugin',
    line: ['build', '-buildmode=plugin', '.'],
    said: '-buildmode=plugin (argument): the agent switches monitoring off in the program that loads it',
    graded: 'warn',
  },
  {
    rule: 'no-race',
    line: ['build', '.'],
    setting: { environment: { GOFLAGS: '-race' } },
    fixed: ['build', '-race=false', '.'],
    said: '-race (GOFLAGS, environment) kept: the agent refuses race builds; GOSHIM=off keeps it',
  },
  {
    rule: 'no-race',
    line: ['build', '--asan', '.'],
    fixed: ['build', '.'],
    said: '-asan (argument) kept: such a program dies under any preloaded library; GOSHIM=off keeps it',
  },
  {
    rule: 'symbol-table',
    line: ['build', '-ldflags=-s', '.'],
    fixed: ['build', '-ldflags=all=-s=false', '-ldflags=-s -s=false -w', '.'],
    said: '-s (argument) kept',
  },
  {
    rule: 'no-go-run',
    line: ['run', '.', '-x'],
    fixed: ['run', '-ldflags=all=-s=false', '.', '-x'],
    said: 'go run makes a temporary program without a symbol table: the agent cannot monitor it',
  },
  {
    rule: 'agent-version',
    line: ['build', '.'],
    around: { agentVersion: '1.300' },
    said: 'go1.26.8 needs agent 1.335 or later, this one is 1.300',
    graded: 'warn',
  },
];

for (const { rule, line, setting, around, fixed, env = {}, said, graded } of wishes) {
  const plan = (policy: Policy) => planOf(line, { ...around, profile: only(rule, policy) }, setting);
  const shown = ({ warnings, refusals }: ReturnType<typeof plan>) => ({
    warnings: warnings.map(finding => [finding.rule, finding.verdict, finding.message]),
    refusals: refusals.map(finding => [finding.rule, finding.verdict, finding.message]),
  });
  const name = `${rule}: ${said}`;

  test(`off: ${name}`, () => {
    const off = plan('off');
    assert.equal(off.build.argv(), line);
    assert.equal([off.changes, off.build.envChanges()], [[], {}]);
    assert.equal(shown(off), { warnings: [], refusals: [] });
  });

  test(`warn: ${name}`, () => {
    const kept = plan('warn');
    assert.equal(kept.build.argv(), line);
    assert.equal([kept.changes, kept.build.envChanges()], [[], {}]);
    assert.equal(shown(kept), { warnings: [[rule, 'warn', said]], refusals: [] });
  });

  test(`fail: ${name}`, () => {
    const refused = plan('fail');
    assert.equal(refused.build.argv(), line);
    assert.equal(refused.changes, []);
    assert.equal(
      shown(refused),
      graded === 'warn'
        ? { warnings: [[rule, 'warn', said]], refusals: [] }
        : { warnings: [], refusals: [[rule, 'fail', said]] },
    );
    for (const { fix, evidence } of refused.refusals) assert.ok(fix !== '' && evidence !== '', 'fix and evidence');
  });

  test(`fix: ${name}`, () => {
    const done = plan('fix');
    if (fixed === undefined) {
      assert.equal(done.build.argv(), line);
      assert.equal(
        shown(done),
        graded === 'warn'
          ? { warnings: [[rule, 'warn', said]], refusals: [] }
          : { warnings: [], refusals: [[rule, 'fail', said]] },
      );
    } else {
      assert.equal(done.build.argv(), fixed);
      assert.equal(done.build.envChanges(), env);
      assert.equal(shown(done), { warnings: [], refusals: [] });
      assert.ok(done.changes.every(change => change.rule === rule));
    }
  });
}

test('no-vendor: warn and fail name what the agent would have watched', () => {
  const said = 'vendored packages go unmonitored: google.golang.org/grpc';
  const plan = (policy: Policy) => planOf('build .', { ...vendored(null), profile: only('no-vendor', policy) });
  assert.equal([plan('off').warnings, plan('off').refusals], [[], []]);
  assert.equal(
    plan('warn').warnings.map(({ verdict, message }) => [verdict, message]),
    [['warn', said]],
  );
  assert.equal(
    plan('fail').refusals.map(({ verdict, message }) => [verdict, message]),
    [['fail', said]],
  );
  for (const policy of ['off', 'warn', 'fail'] as const) assert.equal(plan(policy).build.argv(), ['build', '.']);
});

test('no-vendor: fix takes the modules where nothing differs, and refuses otherwise', () => {
  const same = planOf('build -mod=vendor .', { ...vendored(null), profile: only('no-vendor', 'fix') });
  assert.equal(same.build.argv(), ['build', '-mod=readonly', '.']);
  assert.equal([same.warnings, same.refusals], [[], []]);
  assert.equal(
    same.changes.map(({ what, overruled }) => [what, overruled]),
    [['-mod=vendor overruled', true]],
  );
  const differs = 'example.com/dep/dep.go differs from example.com/dep@v1.0.0';
  const other = planOf('build .', { ...vendored(differs), profile: only('no-vendor', 'fix') });
  assert.equal(other.build.argv(), ['build', '.']);
  assert.equal(
    other.refusals.map(({ message }) => message),
    [`vendored packages go unmonitored: google.golang.org/grpc; not taken from modules: ${differs}`],
  );
});

test('CGO_ENABLED=0 that cgo-enabled leaves in place keeps the others from forcing a link that cannot work', () => {
  const setting = { environment: { CGO_ENABLED: '0' } };
  for (const policy of ['warn', 'off'] as const) {
    const plan = planOf(
      'build -ldflags=-extldflags=-static .',
      { profile: withPolicy({ 'cgo-enabled': policy }) },
      setting,
    );
    assert.equal(plan.build.argv(), ['build', '-ldflags=all=-s=false', '-ldflags=-extldflags=-static -s=false', '.']);
    assert.equal(plan.build.envChanges(), {});
    assert.equal(plan.refusals, []);
    assert.equal(
      plan.warnings.map(({ rule }) => rule),
      policy === 'warn' ? ['cgo-enabled'] : [],
    );
  }
});

test('without a compiler, and cgo-enabled off, the system linker is not forced', () => {
  const plan = planOf('build .', { ...noCompiler, profile: withPolicy({ 'cgo-enabled': 'off' }) });
  assert.equal(plan.build.argv(), ['build', '-ldflags=all=-s=false', '.']);
  assert.equal(plan.refusals, []);
});

test('gccgo that gc-compiler leaves in place sees no -ldflags', () => {
  const plan = planOf('build -compiler=gccgo .', { profile: withPolicy({ 'gc-compiler': 'warn' }) });
  assert.equal(plan.build.argv(), ['build', '-compiler=gccgo', '.']);
});

test('static monitoring: what can stay static stays, with its symbols', () => {
  const around = { profile: staticProfile };
  const off = { environment: { CGO_ENABLED: '0' } };
  const kept = planOf(['build', '-ldflags=-s -w -extldflags=-static', '.'], around, off);
  assert.equal(kept.build.argv(), [
    'build',
    '-ldflags=all=-s=false',
    '-ldflags=-s -w -extldflags=-static -s=false',
    '.',
  ]);
  assert.equal(kept.build.envChanges(), {});
  assert.equal(planOf('build .', around).build.argv(), ['build', '-ldflags=all=-s=false', '.']);
  assert.equal(planOf('build .', { ...around, ...noCompiler }, off).refusals, [], 'it needs no compiler');
});

for (const [why, line, setting] of [
  ['a PIE', ['build', '-buildmode=pie', '.'], { environment: { CGO_ENABLED: '0' } }],
  ['external linking', ['build', '-ldflags=-linkmode=external', '.'], { environment: { CGO_ENABLED: '0' } }],
] satisfies [string, string[], Setting][]) {
  test(`static monitoring: ${why} needs libc after all`, () => {
    const { build } = planOf(line, { profile: staticProfile }, setting);
    assert.equal(build.envChanges(), { CGO_ENABLED: '1' });
    assert.ok(build.argv().includes('-ldflags=all=-linkmode=external -s=false'));
  });
}

test('static monitoring: static with cgo becomes dynamic', () => {
  const { build, changes } = planOf(['build', "-ldflags=-linkmode=external '-extldflags=-static'", '.'], {
    profile: staticProfile,
  });
  assert.equal(
    build.linkFlags.map(flags => [flags.get('linkmode'), flags.get('extldflags')]),
    [
      ['external', undefined],
      ['external', ''],
    ],
  );
  assert.equal(
    changes.filter(({ overruled }) => overruled).map(({ rule }) => rule),
    ['no-static-cgo'],
  );
});

test('static monitoring: on musl with cgo on the system linker is forced', () => {
  const plan = planOf('build .', { profile: staticProfile, compilerLibc: () => 'musl' });
  assert.equal(plan.build.argv(), ['build', '-ldflags=all=-linkmode=external -s=false', '.']);
});

test('static monitoring: a compiler that gives no answer is named, once it was asked', () => {
  const silent: Partial<BuildSurroundings> = {
    compilerLibc: () => 'unknown',
    compilerLibcWhy: () => 'slow did not answer within 3 s',
  };
  const said = planOf('build .', { profile: staticProfile, ...silent }).warnings;
  assert.equal(
    said.map(({ rule, message, evidence }) => [rule, message, evidence]),
    [['musl', 'whether the C compiler links against musl is not known', 'slow did not answer within 3 s']],
  );
  assert.equal(planOf('build .', silent).warnings, [], 'forced anyway');
});

test('a compiler is not asked for its libc where the link is forced anyway', () => {
  const plan = planOf('build .', {
    compilerLibc: () => {
      throw new Error('asked');
    },
  });
  assert.equal(plan.refusals, []);
});

test('an architecture the agent does not have, and what goes with it, is left alone', () => {
  const plan = planOf('build -race .', noCompiler, { environment: { GOARCH: 's390x' } });
  assert.equal(plan.build.argv(), ['build', '-race', '.']);
  assert.equal([plan.changes, plan.warnings, plan.refusals], [[], [], []]);
  assert.match(plan.untouched ?? '', 'GOARCH=s390x: the agent has amd64, arm64');
});

for (const [name, value, left] of [
  ['CGO_LDFLAGS', '-static', '-O2 -g'],
  ['CGO_LDFLAGS', '-L/a -static-pie -lm', '-L/a -lm'],
  ['CGO_LDFLAGS', '-Wl,-static', '-O2 -g'],
  ['CGO_LDFLAGS', '-Xlinker -Bstatic -lm', '-lm'],
  ['CGO_LDFLAGS', '-Wl,-Bstatic -lz -Wl,-Bdynamic', null],
  ['CGO_LDFLAGS', '-static-libgcc -Wl,-z,now', null],
  ['CGO_LDFLAGS', '-Wl,-s -lm', '-lm'],
  ['CGO_LDFLAGS', '-Wl,--strip-all,-x', '-O2 -g'],
  ['CGO_LDFLAGS', '-Wl,-O1,-s,-z,now -lm', '-Wl,-O1,-z,now -lm'],
  ['CGO_LDFLAGS', "'-L/a b' '-Wl,-s,-rpath,/c d'", "'-L/a b' '-Wl,-rpath,/c d'"],
  ['CGO_LDFLAGS', '-Wl,-Bstatic,-lz,-Bdynamic', null],
  ['CGO_LDFLAGS', '-Wl,-S', null],
  ['CC', 'gcc -static', 'gcc'],
  ['CC', 'gcc -s -m64', 'gcc -m64'],
  ['CXX', 'g++ -static', 'g++'],
] as const) {
  test(`${name}=${value} → ${left ?? 'kept'}`, () => {
    const words = name === 'CC' ? { compiler: () => ({ found: true as const, words: value.split(' ') }) } : {};
    const { build } = planOf('build .', words, { environment: { [name]: value } });
    assert.equal(build.envChanges(), left === null ? {} : { [name]: left });
  });
}

test.run();
