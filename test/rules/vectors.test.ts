// The go command reference's vectors, from the words of the line to the plan of the strict profile.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { open, type Setting } from '../golang/lines.ts';
import { noCompiler, planOf } from './around.ts';

const E = '-linkmode=external -s=false';
const B = `-ldflags=all=${E}`;
const goflags = (value: string, goversion = 'go1.26.8'): Setting => ({ goversion, environment: { GOFLAGS: value } });

const vectors: readonly (readonly [string, readonly string[], readonly string[], Setting?])[] = [
  ['1', ['build'], ['build', B]],
  ['2', ['build', './...'], ['build', B, './...']],
  ['3', ['build', '-o', 'x', '-race', '.'], ['build', B, '-o', 'x', '.']],
  ['4', ['build', '--race=1', '.'], ['build', B, '.']],
  ['5', ['build', '-race=0', '.'], ['build', B, '-race=0', '.']],
  ['6', ['build', '-race', 'false'], ['build', B, 'false']],
  ['7', ['build', '-ldflags', '-s -w', '.'], ['build', B, `-ldflags=-s -w ${E}`, '.']],
  ['8', ['build', '--ldflags=-X=m.v=1', '.'], ['build', B, `-ldflags=-X=m.v=1 ${E}`, '.']],
  ['9', ['build', '-ldflags=', '.'], ['build', B, `-ldflags=${E}`, '.']],
  ['10', ['build', '-ldflags=-s', '-ldflags=-w', '.'], ['build', B, `-ldflags=-s ${E} -w`, `-ldflags=-w ${E}`, '.']],
  ['11', ['build', '-ldflags=./a=-s', '.'], ['build', B, `-ldflags=./a=-s ${E} -w`, '.']],
  ['14', ['build', '-ldflags=-linkmode internal', '.'], ['build', B, `-ldflags=-linkmode internal ${E}`, '.']],
  [
    '15',
    ['build', '-ldflags', "-extldflags '-static -lm'", '.'],
    ['build', B, `-ldflags=-extldflags '-static -lm' -extldflags=-lm ${E}`, '.'],
  ],
  ['16', ['build', '-ldflags', "-X 'm.d=a b'", '.'], ['build', B, `-ldflags=-X 'm.d=a b' ${E}`, '.']],
  ['17', ['build', '-C', 'd', '-o', 'x', '.'], ['build', '-C', 'd', B, '-o', 'x', '.']],
  ['18', ['-C', 'd', 'build', '.'], ['-C', 'd', 'build', B, '.']],
  ['19', ['--', 'build', '.'], ['--', 'build', B, '.']],
  ['20', ['build', '--', './a'], ['build', B, '--', './a']],
  ['21', ['build', './a', '-race'], ['build', B, './a', '-race']],
  ['22', ['build', '-o', '-race', '.'], ['build', B, '-o', '-race', '.']],
  ['23', ['build', '-linkshared', '-buildmode=plugin', './p'], ['build', B, '-buildmode=plugin', './p']],
  ['24', ['build', '-msan', '-asan', '.'], ['build', B, '.']],
  ['25', ['build', '-mod', 'vendor', '.'], ['build', B, '-mod', 'vendor', '.']],
  ['26', ['build', '-compiler=gccgo', '.'], ['build', B, '-compiler=gc', '.']],
  ['27', ['build', '.'], ['build', B, '-race=false', '.'], goflags('-race')],
  ['28', ['build', '.'], ['build', B, `-ldflags=-X=a.b=c -s ${E} -w`, '.'], goflags("'-ldflags=-X=a.b=c -s'")],
  ['33', ['install', 'm/cmd@v1'], ['install', B, 'm/cmd@v1']],
  ['34', ['run', '-race', '.', '-race'], ['run', B, '.', '-race']],
  ['35', ['run', 'm.go', 'n.go', '-o', 'z'], ['run', B, 'm.go', 'n.go', '-o', 'z']],
  ['36', ['run', '-exec', 'sudo -E', './p', 'x'], ['run', B, '-exec', 'sudo -E', './p', 'x']],
];

for (const [number, argv, expected, setting] of vectors) {
  test(`vector ${number}: ${argv.join(' ')}`, () => {
    const plan = planOf(argv, {}, setting);
    assert.equal(plan.build.argv(), expected);
    assert.equal(plan.refusals, []);
    assert.is(plan.build.env('CGO_ENABLED').value, '1');
  });
}

for (const [number, argv, setting] of [
  ['12', ['build', '-ldflags=foo', '.']],
  ['13', ['build', '-ldflags']],
  ['29', ['build', '.'], goflags("'-ldflags=-X=a.b=c -s'", 'go1.19.8')],
  ['37', ['run']],
  ['38', ['build', '-nosuch']],
  ['38', ['test', '-race']],
  ['38', []],
] satisfies [string, string[], Setting?][]) {
  test(`vector ${number}: ${argv.join(' ')} never comes to the rules`, () => {
    assert.ok('untouched' in open(argv, setting));
  });
}

test('vector 30: CGO_ENABLED=0', () => {
  const { build, changes } = planOf('build .', {}, { environment: { CGO_ENABLED: '0' } });
  assert.equal(build.argv(), ['build', B, '-tags=netgo,osusergo', '.']);
  assert.equal(build.envChanges(), { CGO_ENABLED: '1' });
  const [said, ...others] = changes.filter(({ overruled }) => overruled);
  assert.equal(others, []);
  assert.equal(
    [said?.rule, said?.what, said?.from, said?.because],
    [
      'cgo-enabled',
      'CGO_ENABLED=0 overruled',
      'environment',
      "the agent needs cgo; DNS and user look-ups stay Go's own (-tags netgo,osusergo)",
    ],
  );
});

test('vector 31: another system is left alone', () => {
  const plan = planOf('build -race .', {}, { environment: { GOOS: 'windows' } });
  assert.equal(plan.build.argv(), ['build', '-race', '.']);
  assert.equal([plan.changes, plan.warnings, plan.refusals], [[], [], []]);
  assert.match(plan.untouched ?? '', 'GOOS=windows');
});

test('vector 32: no cross compiler stops before the build, and leaves the line as it was', () => {
  const what = 'a C compiler for linux/arm64 (aarch64-linux-gnu-gcc)';
  const install = 'apt-get install gcc-aarch64-linux-gnu';
  const compiler = () => ({ found: false as const, what, install });
  const plan = planOf('build -race .', { compiler }, { environment: { GOARCH: 'arm64' } });
  assert.equal(plan.build.argv(), ['build', '-race', '.']);
  assert.equal(plan.build.envChanges(), {});
  assert.equal(
    plan.refusals.map(({ rule, verdict, message, fix }) => [rule, verdict, message, fix]),
    [['cgo-enabled', 'fail', `${what} is missing: the agent needs cgo`, install]],
  );
});

test('vector 32 with a cross compiler: CC and CXX are said for it', () => {
  const compiler = () => ({ found: true as const, words: ['aarch64-linux-gnu-gcc'] });
  const plan = planOf('build .', { compiler }, { environment: { GOARCH: 'arm64' } });
  assert.equal(plan.build.argv(), ['build', B, '.'], "cgo off was go's default and nobody's wish: no tags");
  assert.equal(plan.build.envChanges(), {
    CGO_ENABLED: '1',
    CC: 'aarch64-linux-gnu-gcc',
    CXX: 'aarch64-linux-gnu-g++',
  });
  assert.equal(
    plan.changes.filter(({ overruled }) => overruled),
    [],
  );
});

test('vector 33 without a compiler: a tool installs as asked, with a warning', () => {
  const plan = planOf('install -race m/cmd@v1', noCompiler);
  assert.equal(plan.build.argv(), ['install', '-race', 'm/cmd@v1']);
  assert.equal([plan.refusals, plan.changes], [[], []]);
  assert.equal(
    plan.warnings.map(({ rule, verdict }) => [rule, verdict]),
    [['cgo-enabled', 'warn']],
  );
});

test('vector 39: CGO_LDFLAGS=-s', () => {
  const { build, changes } = planOf('build .', {}, { environment: { CGO_LDFLAGS: '-O2 -s' } });
  assert.equal(build.argv(), ['build', B, '.']);
  assert.equal(build.envChanges(), { CGO_LDFLAGS: '-O2' });
  assert.equal(
    changes.filter(({ overruled }) => overruled).map(({ rule, what, from }) => [rule, what, from]),
    [['symbol-table', 'CGO_LDFLAGS=-s dropped', 'environment']],
  );
});

test('a plain line overrules nobody', () => {
  assert.equal(
    planOf('build -o x ./cmd/app').changes.filter(({ overruled }) => overruled),
    [],
  );
});

test.run();
