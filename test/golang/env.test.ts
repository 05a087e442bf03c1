// The layers of go's variables, held against `go env` of real releases with real GOENV files.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultAnswers } from '../../src/golang/default-answers.ts';
import { layerEnv, variablesToAsk } from '../../src/golang/env.ts';
import { readLine } from '../../src/golang/line.ts';
import { openBuild } from '../../src/golang/open.ts';
import { envOf, opened } from './lines.ts';
import { available, goEnvironment, minorOf, type ReleaseName, runGo } from './real-go.ts';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'goshim-env-')));
test.after(() => rmSync(directory, { recursive: true }));

const goenvText = [
  '# written by hand',
  'GOFLAGS=-race',
  'not a variable',
  'CC=first',
  'CC=gcc -static',
  'lower=1',
  'CGO_ENABLED=0',
  'CXX=a=b c ',
  '=x',
  'GOPRIVATE=example.com',
].join('\n');

function layersOf(go: ReleaseName, environment: Record<string, string>): ReturnType<typeof layerEnv> {
  const file = join(directory, `env-${go}`);
  writeFileSync(file, goenvText);
  const env = { ...environment, GOENV: file };
  const asked = JSON.parse(runGo(['env', '-json', ...variablesToAsk], { go, cwd: directory, env }).stdout);
  const answers = asked as Record<string, string>;
  return layerEnv({
    answers,
    environment: goEnvironment({ go, env }),
    goenvText,
    gorootEnvText: readIfThere(join(answers.GOROOT ?? '', 'go.env')),
  });
}

for (const go of available('installed', '1.19', '1.20', '1.24')) {
  test(`go env (${go}) and the layers agree on every variable`, () => {
    const environment = { CGO_ENABLED: '1', GOFLAGS: '', CXX: 'clang++', GOARCH: '', CGO_LDFLAGS: '-s' };
    const layers = layersOf(go, environment);
    const names = [...variablesToAsk, 'CGO_LDFLAGS', 'GOPRIVATE', 'GOPROXY'];
    const env = { ...environment, GOENV: join(directory, `env-${go}`) };
    const said = JSON.parse(runGo(['env', '-json', ...names], { go, cwd: directory, env }).stdout) as object;
    for (const [name, value] of Object.entries(said)) {
      if (name !== 'GOPROXY') assert.is(layers.get(name).value, value, name);
    }
    assert.equal(layers.get('CGO_ENABLED'), { value: '1', origin: 'environment' });
    assert.equal(layers.get('GOFLAGS'), { value: '-race', origin: 'go env -w' });
    assert.equal(layers.get('CC'), { value: 'gcc -static', origin: 'go env -w' });
    assert.equal(layers.get('CXX'), { value: 'clang++', origin: 'environment' });
    assert.is(layers.get('GOARCH').origin, 'default');
    const proxy = process.env.GOPROXY ? 'environment' : minorOf(go) > 20 ? 'go.env' : 'default';
    assert.is(layers.get('GOPROXY').origin, proxy);
  });

  test(`without a go the answers are those of ${go} on this machine`, () => {
    const answers = JSON.parse(runGo(['env', '-json', ...variablesToAsk], { go, cwd: directory }).stdout);
    for (const environment of [
      {},
      { GOARCH: 'riscv64' },
      { GOOS: 'windows' },
      { CGO_ENABLED: '0' },
      { CGO_ENABLED: 'no' },
    ]) {
      const real = JSON.parse(
        runGo(['env', '-json', ...variablesToAsk], { go, cwd: directory, env: environment }).stdout,
      );
      const guessed = defaultAnswers({
        goversion: answers.GOVERSION,
        goos: 'linux',
        goarch: answers.GOHOSTARCH,
        hasCompiler: true,
        environment,
      });
      for (const name of ['GOOS', 'GOARCH', 'GOEXE', 'CGO_ENABLED', 'GOVERSION', 'GOFLAGS', 'GO111MODULE']) {
        assert.is(guessed[name], real[name], `${name} ${JSON.stringify(environment)}`);
      }
    }
  });

  test(`without a C compiler (${go})`, () => {
    const bare = join(directory, 'bare');
    mkdirSync(bare, { recursive: true });
    const real = runGo(['env', 'CGO_ENABLED'], { go, cwd: directory, env: { PATH: bare } }).stdout;
    const goversion = runGo(['env', 'GOVERSION'], { go }).stdout;
    assert.is(defaultAnswers({ goversion, goos: 'linux', goarch: 'amd64', hasCompiler: false }).CGO_ENABLED, real);
  });
}

test('an empty variable does not mask the file; an empty line of the file masks go.env', () => {
  const env = envOf({
    environment: { GOFLAGS: '' },
    goenvText: 'GOFLAGS=-v\nGOSUMDB=\n',
    gorootEnvText: 'GOFLAGS=-x\nGOSUMDB=sum\nGOPROXY=one\nGOPROXY=two\n',
  });
  assert.equal(env.get('GOFLAGS'), { value: '-v', origin: 'go env -w' });
  assert.equal(env.get('GOSUMDB'), { value: '', origin: 'default' });
  assert.equal(env.get('GOPROXY'), { value: 'one', origin: 'go.env' });
});

test('go.env is read since Go 1.21', () => {
  const setting = { gorootEnvText: 'GOFLAGS=-x\n' };
  assert.is(envOf({ ...setting, goversion: 'go1.20.14' }).get('GOFLAGS').value, '');
  assert.is(envOf({ ...setting, goversion: 'go1.21.0' }).get('GOFLAGS').origin, 'go.env');
});

test('a flag in GOFLAGS says which layer set GOFLAGS', () => {
  const flag = (setting: Parameters<typeof opened>[1]) => opened(['build', '.'], setting).flag('race')?.origin;
  assert.is(flag({ environment: { GOFLAGS: '-race' } }), 'GOFLAGS (environment)');
  assert.is(flag({ goenvText: 'GOFLAGS=-race' }), 'GOFLAGS (go env -w)');
  assert.is(flag({ gorootEnvText: 'GOFLAGS=-race' }), 'GOFLAGS (go.env)');
});

test('a variable from go env -w is overruled in the environment, and says so', () => {
  const build = opened(['build', '.'], { goenvText: 'CGO_ENABLED=0\nCC=gcc -static\n' });
  const changed = build.setEnv('CGO_ENABLED', '1').filterEnv('CC', word => word !== '-static');
  assert.equal(changed.envChanges(), { CGO_ENABLED: '1', CC: 'gcc' });
  assert.equal(
    changed.edits.map(edit => [edit.subject, edit.from, edit.overruled]),
    [
      ['CGO_ENABLED=0', 'go env -w', true],
      ['CC=-static', 'go env -w', true],
    ],
  );
  assert.is(changed.setEnv('CGO_ENABLED', '1'), changed);
  // An emptied variable would let the file through again.
  const emptied = opened(['build', '.'], { goenvText: 'CGO_CPPFLAGS=-s\n' }).filterEnv('CGO_CPPFLAGS', () => false);
  assert.equal(emptied.envChanges(), { CGO_CPPFLAGS: ' ' });
});

test('an environment that already says it is no change', () => {
  const build = opened(['build', '.'], { environment: { CGO_ENABLED: '0' } });
  assert.equal(build.setEnv('CGO_ENABLED', '1').setEnv('CGO_ENABLED', '0').envChanges(), {});
  assert.equal(build.setEnv('CGO_ENABLED', undefined).envChanges(), { CGO_ENABLED: null });
});

test('a release that nobody knows is read with the newest tables', () => {
  const env = layerEnv({ answers: {}, environment: {}, goenvText: null, gorootEnvText: null });
  const build = openBuild(readLine(['build', '-json', '.']), env);
  assert.ok('argv' in build);
  assert.is(env.release, null);
});

test.run();

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
