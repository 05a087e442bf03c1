// Where outputs go: the action graph and the go list fallback against the files that real builds leave behind.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readActionGraph } from '../../src/golang/action-graph.ts';
import type { Build } from '../../src/golang/build.ts';
import { layerEnv, variablesToAsk } from '../../src/golang/env.ts';
import { readLine } from '../../src/golang/line.ts';
import { openBuild } from '../../src/golang/open.ts';
import { isActionGraph, outputsListed, outputsOf, userActionGraph, writesOutput } from '../../src/golang/outputs.ts';
import { type ListedPackage, listQuestion, readListed } from '../../src/golang/packages.ts';
import { opened } from './lines.ts';
import { available, goEnvironment, minorOf, type ReleaseName, runGo } from './real-go.ts';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'goshim-outputs-')));
const module = join(directory, 'm');
const bin = join(directory, 'bin');
const graph = join(directory, 'graph.json');
const files: Readonly<Record<string, string>> = {
  'go.mod': 'module example.com/app\n\ngo 1.19\n',
  'cmd/one/main.go': 'package main\n\nfunc main() {}\n',
  'cmd/two/v2/main.go': 'package main\n\nfunc main() {}\n',
  'lib/lib.go': 'package lib\n',
  'only/tests_test.go': 'package only\n',
  'solo/x/main.go': 'package main\n\nfunc main() {}\n',
  'solo/tagged/main.go': '//go:build extra\n\npackage main\n\nfunc main() {}\n',
  'mix/y/main.go': 'package main\n\nfunc main() {}\n',
  'mix/z/z_test.go': 'package z\n',
  'script.go': '//go:build ignore\n\npackage main\n\nfunc main() {}\n',
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(resolve(module, name, '..'), { recursive: true });
  writeFileSync(join(module, name), text);
}
test.after(() => rmSync(directory, { recursive: true }));

interface Case {
  readonly argv: readonly string[];
  /** Relative to the module, or to GOBIN after `bin:`. */
  readonly outputs: readonly string[];
  readonly from?: number;
}

const cases: readonly Case[] = [
  { argv: ['build', './cmd/one'], outputs: ['one'] },
  { argv: ['build', './cmd/two/v2'], outputs: ['two'] },
  { argv: ['build', 'script.go'], outputs: ['script'] },
  { argv: ['build', '-o', 'out/', './...'], outputs: ['out/one', 'out/two', 'out/x', 'out/y'] },
  { argv: ['build', '-o', 'lib', './cmd/one'], outputs: ['lib/one'] },
  { argv: ['build', '-o', 'new/name', './cmd/one'], outputs: ['new/name'] },
  { argv: ['build', '-C', 'cmd', '-o=../up', './one'], outputs: ['up'], from: 20 },
  { argv: ['build', './...'], outputs: [] },
  { argv: ['build', './cmd/one', './cmd/two/v2'], outputs: [] },
  { argv: ['build', './cmd/one', './cmd/one'], outputs: ['one'] },
  { argv: ['build', './lib'], outputs: [] },
  { argv: ['build', './solo/...'], outputs: ['x'] },
  { argv: ['build', '-tags', 'extra', './solo/...'], outputs: [] },
  { argv: ['build', '-o', '/dev/null', './cmd/one'], outputs: [] },
  { argv: ['build', '-n', './cmd/one'], outputs: [] },
  { argv: ['build', '-buildmode=pie', './solo/...', './lib'], outputs: [] },
  { argv: ['build', '-buildmode=exe', './solo/...'], outputs: ['x'] },
  { argv: ['build', '-buildmode=exe', './cmd/one', './lib'], outputs: [] },
  { argv: ['build', './mix/...'], outputs: [] },
  { argv: ['build', '-o', 'name', './mix/...'], outputs: ['name'] },
  { argv: ['install', './cmd/...', './lib'], outputs: ['bin:one', 'bin:two'] },
  { argv: ['install', 'script.go'], outputs: ['bin:script'] },
];

for (const go of available('installed', '1.19', '1.20')) {
  const minor = minorOf(go);
  for (const { argv, outputs } of cases.filter(each => (each.from ?? 0) <= minor)) {
    test(`go ${argv.join(' ')} (${go}) writes ${outputs.join(', ') || 'nothing'}`, () => {
      const expected = outputs
        .map(name => (name.startsWith('bin:') ? join(bin, name.slice(4)) : join(module, name)))
        .sort();
      const build = openReal(argv, go);
      const inside = resolve(module, build.chdir ?? '.');
      const listed = list(build, go, inside);
      assert.is(writesOutput(build, listed), outputs.length > 0);
      if (outputs.length > 0) assert.ok(writesOutput(build), 'by the words alone nothing is ruled out');
      const isDirectory = (path: string) => existsSync(path) && statSync(path).isDirectory();
      const told = outputsListed(build, listed, inside, isDirectory) ?? [];
      assert.equal(told.map(output => output.path).sort(), expected, 'go list');
      const withGraph = build.setFlag('debug-actiongraph', graph);
      const run = runGo(withGraph.argv(), { go, cwd: module, env: { GOBIN: bin } });
      assert.is(run.status, 0, run.stderr);
      const text = readFileSync(graph, 'utf8');
      const nodes = readActionGraph(text);
      assert.ok(isActionGraph(nodes));
      assert.equal(outputsOf(nodes, inside), outputsOf(JSON.parse(text), inside), 'the nodes that count');
      if (!build.isOn('n')) {
        assert.equal(
          outputsOf(nodes, inside)
            .map(output => output.path)
            .sort(),
          expected,
          'action graph',
        );
        assert.equal(
          new Set(told.map(each => each.mainPackage)),
          new Set(outputsOf(nodes, inside).map(each => each.mainPackage)),
        );
      }
      for (const path of expected) rmSync(path);
      rmSync(join(module, 'out'), { recursive: true, force: true });
      rmSync(join(module, 'new'), { recursive: true, force: true });
    });
  }
}

test('what go itself would refuse is left to go', () => {
  const build = openReal(['build', '-o', 'x', './cmd/...'], 'installed');
  assert.ok(writesOutput(build));
  assert.ok(writesOutput(build, list(build, 'installed', module)));
});

test('archives are nothing that an agent could meet', () => {
  for (const mode of ['archive', 'c-archive']) assert.not(writesOutput(opened(['build', `-buildmode=${mode}`, '.'])));
  for (const mode of ['c-shared', 'plugin', 'pie', 'exe', 'default']) {
    assert.ok(writesOutput(opened(['build', `-buildmode=${mode}`, '.'])));
  }
  assert.not(writesOutput(opened(['build', '.'], { environment: { GOFLAGS: '-n' } })));
  assert.ok(writesOutput(opened(['run', '.'])));
});

test('pkg@version goes to the bin directory, and go list is not asked', () => {
  const at = (argv: string[], environment = {}) => {
    const build = opened(argv, { environment: { GOPATH: '/home/x/go:/y', ...environment } });
    assert.is(listQuestion(build), null);
    return outputsListed(build, null, '/', () => false)?.map(output => output.path);
  };
  assert.equal(at(['install', 'example.com/tool/v2@latest']), ['/home/x/go/bin/tool']);
  assert.equal(at(['install', 'example.com/tool/cmd/a@v1.0.0', 'example.com/tool/cmd/b@v1.0.0'], { GOBIN: '/bin' }), [
    '/bin/a',
    '/bin/b',
  ]);
  assert.equal(at(['install', 'example.com/tool@v1'], { GOARCH: 'arm64' }), ['/home/x/go/bin/linux_arm64/tool']);
  assert.is(at(['install', 'example.com/tool/...@v1']), undefined);
  assert.is.not(listQuestion(opened(['build', './a@b'])), null);
  assert.is.not(listQuestion(opened(['install', './a@b'])), null);
});

test("a user's own -debug-actiongraph is seen, wherever it stands", () => {
  assert.is(userActionGraph(opened(['build', '-debug-actiongraph', 'g.json', '.'])), 'g.json');
  assert.is(
    userActionGraph(opened(['build', '.'], { environment: { GOFLAGS: '-debug-actiongraph=g.json' } })),
    'g.json',
  );
  assert.is(userActionGraph(opened(['build', '-debug-actiongraph=', '.'])), null);
  assert.is(userActionGraph(opened(['build', '.'])), null);
});

test('an action graph is read whole where it is not written as go writes it', () => {
  const link = { Mode: 'link', Package: 'p', Cmd: ['link'] };
  const install = { Mode: 'link-install', Package: 'p', Target: 'a\n\t},\n\t{b' };
  const nodes = [{ Mode: 'build', Cmd: ['"Mode": "link'] }, install, link];
  assert.equal(readActionGraph(JSON.stringify(nodes, null, '\t')), [install, link]);
  for (const indent of ['', '  ']) assert.equal(readActionGraph(JSON.stringify(nodes, null, indent)), nodes);
  assert.equal(readActionGraph(`${JSON.stringify(nodes, null, '\t')}\n`), nodes);
  const other = [...nodes, { Kind: 'link' }];
  assert.equal(readActionGraph(JSON.stringify(other, null, '\t')), other);
  assert.equal(readActionGraph('[]'), []);
  assert.throws(() => readActionGraph('[\n\t{\n\t\t"Mode": "link'), SyntaxError);
});

test('what is no action graph has no outputs, and no exception', () => {
  for (const found of [null, 1, 'x', {}, [null], [1], [{ Mode: 1 }], { nodes: [] }]) {
    assert.not(isActionGraph(found));
    assert.equal(outputsOf(found, '/'), []);
  }
  assert.equal(outputsOf([{ Mode: 'link-install', Target: 7 }, { Mode: 'link-install' }], '/'), []);
  assert.is(readListed('go: no such thing'), null);
  assert.equal(readListed(''), []);
});

test.run();

function openReal(argv: readonly string[], go: ReleaseName): Build {
  const env = { GOBIN: bin };
  const { stdout } = runGo(['env', '-json', ...variablesToAsk], { go, cwd: module, env });
  const answers = JSON.parse(stdout) as Record<string, string>;
  const environment = goEnvironment({ go, env });
  const build = openBuild(readLine(argv), layerEnv({ answers, environment, goenvText: null, gorootEnvText: null }));
  if ('untouched' in build) throw new Error(build.untouched);
  return build;
}

function list(build: Build, go: ReleaseName, cwd: string): readonly ListedPackage[] {
  const { stdout, stderr } = runGo(listQuestion(build) ?? [], { go, cwd, env: { GOBIN: bin } });
  const listed = readListed(stdout);
  if (listed === null) throw new Error(stderr);
  return listed;
}
