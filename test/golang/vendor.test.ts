// When vendoring is in force, held against where a real go takes a package from.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { layerEnv, variablesToAsk } from '../../src/golang/env.ts';
import { readLine } from '../../src/golang/line.ts';
import { openBuild } from '../../src/golang/open.ts';
import { readModules, type Vendoring, vendored } from '../../src/golang/vendor.ts';
import { available, goEnvironment, minorOf, type ReleaseName, runGo } from './real-go.ts';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'goshim-vendor-')));
test.after(() => rmSync(directory, { recursive: true }));

/** A module with a dependency beside it; `go mod vendor` needs no network for that. */
function makeModule(place: string, goLine: string): string {
  const module = join(directory, place, 'app');
  write(
    join(module, 'go.mod'),
    `module example.com/app\n\n${goLine}\nrequire example.com/dep v0.0.0\n\nreplace example.com/dep => ../dep\n`,
  );
  write(join(module, 'main.go'), 'package main\n\nimport "example.com/dep/sub"\n\nfunc main() { sub.F() }\n');
  write(join(directory, place, 'dep', 'go.mod'), 'module example.com/dep\n\ngo 1.19\n');
  write(join(directory, place, 'dep', 'sub', 'sub.go'), 'package sub\n\nfunc F() {}\n');
  return module;
}

const plain = makeModule('plain', 'go 1.19\n');
const vendoring = makeModule('vendoring', 'go 1.19\n');
const modulesText =
  '# example.com/dep v0.0.0 => ../dep\n## explicit; go 1.19\nexample.com/dep/sub\n# example.com/dep => ../dep\n';
addVendor(vendoring, modulesText);
const old = makeModule('old', 'go 1.13\n');
addVendor(old, modulesText);
const unsaid = makeModule('unsaid', '');
addVendor(unsaid, modulesText);
const workspace = makeModule('workspace', 'go 1.19\n');
write(join(directory, 'workspace', 'go.work'), 'go 1.22\n\nuse (\n\t./app\n\t./dep\n)\n');

function addVendor(module: string, text: string): void {
  write(join(module, 'vendor', 'modules.txt'), text);
  cpSync(join(module, '..', 'dep', 'sub'), join(module, 'vendor', 'example.com', 'dep', 'sub'), { recursive: true });
}

interface Case {
  readonly name: string;
  readonly module: string;
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  { name: 'no vendor directory', module: plain },
  { name: 'a vendor directory', module: vendoring },
  { name: '-mod=mod', module: vendoring, argv: ['build', '-mod=mod', '.'] },
  { name: '-mod=readonly in GOFLAGS', module: vendoring, env: { GOFLAGS: '-mod=readonly' } },
  {
    name: '-mod vendor over GOFLAGS',
    module: vendoring,
    argv: ['build', '-mod', 'vendor', '.'],
    env: { GOFLAGS: '-mod=mod' },
  },
  { name: 'go 1.13 in go.mod', module: old },
  { name: 'go 1.13 and -mod=vendor in GOFLAGS', module: old, env: { GOFLAGS: '-mod=vendor' } },
  { name: 'no go line', module: unsaid },
];

for (const go of available('installed', '1.20')) {
  for (const { name, module, argv = ['build', '.'], env = {} } of cases) {
    test(`${name} (${go}): the package comes from where vendored says`, () => {
      const flags = argv.slice(1, -1);
      const asked = runGo(['list', '-e', '-f', '{{.Dir}}', ...flags, 'example.com/dep/sub'], { go, cwd: module, env });
      const found = ask(go, module, argv, env);
      assert.is(found !== null, asked.stdout.includes('/vendor/'), `${asked.stdout}${asked.stderr}`);
      if (found === null) return;
      assert.is(found.directory, join(module, 'vendor'));
      assert.equal(found.modules, ['example.com/dep']);
    });
  }

  if (minorOf(go) >= 22) {
    test(`a workspace's vendor directory (${go})`, () => {
      const env = { GOWORK: '' };
      assert.is(ask(go, workspace, ['build', '.'], env), null);
      const made = runGo(['work', 'vendor'], { go, cwd: workspace, env });
      assert.is(made.status, 0, made.stderr);
      // A workspace of main modules alone vendors nothing from others, but the mode is on.
      write(join(directory, 'workspace', 'vendor', 'modules.txt'), `## workspace\n${modulesText}`);
      assert.equal(ask(go, workspace, ['build', '.'], env)?.modules, ['example.com/dep']);
      assert.is(ask(go, workspace, ['build', '.'], { GOWORK: 'off' }), null);
      write(join(directory, 'workspace', 'vendor', 'modules.txt'), modulesText);
      assert.is(ask(go, workspace, ['build', '.'], env), null);
    });
  }
}

test('GOPATH mode, pkg@version and a directory without a module know no vendoring', () => {
  assert.is(ask('installed', vendoring, ['build', '.'], { GO111MODULE: 'off' }), null);
  assert.is(ask('installed', vendoring, ['install', 'example.com/dep@v1'], {}), null);
  assert.is(ask('installed', directory, ['build', '-mod=vendor', '.'], {}), null);
});

test('the go line is read from -modfile', () => {
  write(join(vendoring, 'alt.mod'), 'module example.com/app\n\ngo 1.13\n');
  assert.is(ask('installed', vendoring, ['build', '-modfile=alt.mod', '.'], {}), null);
  rmSync(join(vendoring, 'alt.mod'));
});

test('modules.txt: versions, replacements, packages; a module without packages brings nothing', () => {
  const text =
    '## workspace\n# example.com/a v1.2.3\n## explicit; go 1.20\nexample.com/a\nexample.com/a/b\n' +
    '# example.com/c v0.1.0 => example.com/d v0.2.0\nexample.com/c\n# example.com/e v1.0.0\n## explicit\n# example.com/c => ./c\n';
  assert.equal(readModules(text), [
    { path: 'example.com/a', version: 'v1.2.3', replacedBy: '', packages: ['example.com/a', 'example.com/a/b'] },
    { path: 'example.com/c', version: 'v0.1.0', replacedBy: 'example.com/d v0.2.0', packages: ['example.com/c'] },
    { path: 'example.com/e', version: 'v1.0.0', replacedBy: '', packages: [] },
    { path: 'example.com/c', version: '', replacedBy: './c', packages: [] },
  ]);
  assert.equal(readModules(''), []);
  assert.equal(readModules('stray\n'), []);
});

test.run();

function ask(
  go: ReleaseName,
  module: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Vendoring | null {
  const answers = JSON.parse(runGo(['env', '-json', ...variablesToAsk], { go, cwd: module, env }).stdout);
  const environment = goEnvironment({ go, env });
  const build = openBuild(readLine(argv), layerEnv({ answers, environment, goenvText: null, gorootEnvText: null }));
  if ('untouched' in build) throw new Error(build.untouched);
  return vendored(build, module);
}

function write(path: string, text: string): void {
  mkdirSync(resolve(path, '..'), { recursive: true });
  writeFileSync(path, text);
}
