// The vectors of the go command's reference, at the level of Build, with the edits that the strict rules make.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { joinQuoted } from '../../src/golang/quoted.ts';
import { open, opened, rewritten, type Setting } from './lines.ts';

const E = '-linkmode=external -s=false';
const B = `-ldflags=all=${E}`;
const old: Setting = { goversion: 'go1.19.8' };
const goflags = (value: string, goversion = 'go1.26.8'): Setting => ({ goversion, environment: { GOFLAGS: value } });

const rewrites: readonly (readonly [string, readonly string[], readonly string[], Setting?])[] = [
  ['1', ['build'], ['build', B]],
  ['2', ['build', './...'], ['build', B, './...']],
  ['3', ['build', '-o', 'x', '-race', '.'], ['build', B, '-o', 'x', '.']],
  ['4', ['build', '--race=1', '.'], ['build', B, '.']],
  ['5', ['build', '-race=0', '.'], ['build', B, '-race=0', '.']],
  ['6', ['build', '-race', 'false'], ['build', B, 'false']],
  ['7', ['build', '-ldflags', '-s -w', '.'], ['build', B, `-ldflags=-s -w ${E}`, '.']],
  ['7, -s alone', ['build', '-ldflags', '-s', '.'], ['build', B, `-ldflags=-s ${E} -w`, '.']],
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
  [
    '17 on 1.20',
    ['build', '-o', 'x', '-C', 'd', '.'],
    ['build', B, '-o', 'x', '-C', 'd', '.'],
    { goversion: 'go1.20' },
  ],
  ['18', ['-C', 'd', 'build', '.'], ['-C', 'd', 'build', B, '.']],
  ['18, other spellings', ['--C=d', 'build', '.'], ['--C=d', 'build', B, '.']],
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
];

for (const [number, argv, expected, setting] of rewrites) {
  test(`vector ${number}: ${argv.join(' ')}`, () => {
    assert.equal(rewritten(opened(argv, setting)).argv(), expected);
    assert.equal(opened(argv, setting).argv(), argv, 'a line that nobody edited is the line itself');
  });
}

const untouched: readonly (readonly [string, readonly string[], Setting?])[] = [
  ['12', ['build', '-ldflags=foo', '.']],
  ['13', ['build', '-ldflags']],
  ['17 late on 1.21', ['build', '-o', 'x', '-C', 'd', '.'], { goversion: 'go1.21.0' }],
  ['17 on 1.19', ['build', '-C', 'd', '.'], old],
  ['29', ['build', '.'], goflags("'-ldflags=-X=a.b=c -s'", 'go1.19.8')],
  ['37', ['run']],
  ['37, flags only', ['run', '-race', '--', '-x']],
  ['38', ['build', '-h']],
  ['38', ['build', '--help']],
  ['38', ['help', 'build']],
  ['38', ['build', '-nosuch']],
  ['38', ['test', '-race']],
  ['38', ['generate']],
  ['38', ['tool']],
  ['38', ['env']],
  ['38', ['version']],
  ['38', []],
  ['38', ['-n', 'build']],
  ['38', ['--version']],
  ['38', ['build', '---race']],
  ['38', ['build', '-=x']],
  ['38', ['build', '-race=maybe']],
  ['38', ['build', '-p', 'x']],
  ['38', ['build', '-compiler=tcc']],
  ['38', ['build', '-exec', 'x', '.']],
  ['38', ['install', '-o', 'x', '.']],
  ['38', ['build', "-ldflags='-s -w'", '.']],
  ['38', ['build', "-ldflags=-X 'a.b=c", '.']],
  ['38', ['build', "-toolexec='x", '.']],
  ['38', ['build', '-json', '.'], { goversion: 'go1.23.4' }],
  ['38', ['build', '-C', 'd', '-C', 'e', '.']],
  ['38', ['--', 'build', '-C', 'd', '.']],
  ['38', ['build', '.'], goflags('-nosuch')],
  ['38', ['build', '.'], goflags('race')],
  ['38', ['build', '.'], goflags('-ldflags')],
  ['38', ['build', '.'], goflags('-C=d')],
  ['38', ['build', '.'], goflags("'-o=x")],
];

for (const [number, argv, setting] of untouched) {
  test(`vector ${number}: ${argv.join(' ')} ${setting?.environment?.GOFLAGS ?? ''} is go's own to refuse`, () => {
    assert.ok('untouched' in open(argv, setting));
  });
}

test('vector 30: an explicit CGO_ENABLED=0 is overruled, and the tags keep look-ups in Go', () => {
  const build = rewritten(opened(['build', '.'], { environment: { CGO_ENABLED: '0' } }));
  assert.equal(build.argv(), ['build', B, '-tags=netgo,osusergo', '.']);
  assert.equal(build.envChanges(), { CGO_ENABLED: '1' });
  assert.equal(build.edits[0], {
    subject: 'CGO_ENABLED=0',
    action: 'overruled',
    from: 'environment',
    overruled: true,
  });
});

test('vectors 31, 32: the target and the default of cgo are there for the planner to judge', () => {
  const windows = opened(['build', '.'], { environment: { GOOS: 'windows' } });
  assert.is(windows.goos, 'windows');
  const arm = opened(['build', '.'], { environment: { GOARCH: 'arm64' } });
  assert.is(arm.goarch, 'arm64');
  assert.equal(arm.env('CGO_ENABLED'), { value: '0', origin: 'default' });
});

test("vector 36: the user's -exec follows ours", () => {
  const build = opened(['run', '-exec', 'sudo -E', './p', 'x']);
  assert.equal(build.exec, { words: ['sudo', '-E'], origin: 'argument' });
  const ours = joinQuoted(['/opt/go shim/exec', ...(build.exec?.words ?? [])]) ?? '';
  const planned = rewritten(build).setFlag('exec', ours);
  assert.equal(planned.argv(), ['run', B, "-exec='/opt/go shim/exec' sudo -E", './p', 'x']);
  assert.equal(planned.programArguments, ['x']);
  const inGoflags = opened(['run', './p'], goflags("'-exec=sudo -E'"));
  assert.equal(inGoflags.exec, { words: ['sudo', '-E'], origin: 'GOFLAGS (environment)' });
  assert.equal(inGoflags.setFlag('exec', '/x sudo -E').argv(), ['run', '-exec=/x sudo -E', './p']);
  assert.is(opened(['run', './p']).exec, null);
  assert.equal(opened(['run', '-exec=', './p']).exec?.words, []);
});

test('vector 39: CGO_LDFLAGS is filtered; where nothing is left, go has its own default', () => {
  const build = rewritten(opened(['build', '.'], { environment: { CGO_LDFLAGS: '-s' } }));
  assert.equal(build.argv(), ['build', B, '.']);
  assert.equal(build.envChanges(), { CGO_LDFLAGS: '-O2 -g' });
  const some = rewritten(
    opened(['build', '.'], { environment: { CGO_LDFLAGS: "-lm -s '-L/a b'", CC: 'gcc -static' } }),
  );
  assert.equal(some.envChanges(), { CGO_LDFLAGS: "-lm '-L/a b'", CC: 'gcc' });
});

test.run();
