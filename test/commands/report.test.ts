// @slow
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdAgainst } from '../report/schemas.ts';
import { need } from '../support/need.ts';
import { cleanEnvironment, inDirectory } from './goshim.ts';

const bin = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'bin');
const names = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
// What only the output shows: the linker strips it, and no word on the command line said so.
const stripped = 'package main\n\n// #cgo LDFLAGS: -Wl,-s\nimport "C"\n\nfunc main() {}\n';
const plain = 'package main\n\nimport "C"\n\nfunc main() {}\n';
const makefile = `all: ${names.join(' ')}
p%:
\tcd cmd/$@ && go build -o $(OUT)$@ .
`;

const makes = need(test, 'make', 'gcc');

function inModule(body: (directory: string, make: (...words: string[]) => { stdout: string; stderr: string }) => void) {
  return () =>
    inDirectory(directory => {
      for (const [index, name] of names.entries()) {
        mkdirSync(join(directory, 'cmd', name), { recursive: true });
        writeFileSync(join(directory, 'cmd', name, 'main.go'), index % 2 === 0 ? stripped : plain);
      }
      writeFileSync(join(directory, 'go.mod'), 'module example.com/many\n\ngo 1.19\n');
      writeFileSync(join(directory, 'Makefile'), makefile);
      mkdirSync(join(directory, '.git'));
      const clean = cleanEnvironment();
      const env = {
        ...clean,
        GOFLAGS: '-buildvcs=false',
        GOTOOLCHAIN: 'local',
        PATH: `${bin}:${clean.PATH}`,
        GOSHIM_ON_FAIL: 'warn',
      };
      body(directory, (...words) => {
        const settings = Object.fromEntries(
          words.filter(word => /^G[A-Z_]+=/.test(word)).map(word => word.split(/=(.*)/s)),
        );
        const rest = words.filter(word => !/^G[A-Z_]+=/.test(word));
        return execaSync('make', ['-s', '-j4', ...rest], {
          cwd: directory,
          env: { ...env, ...settings },
          extendEnv: false,
        });
      });
    });
}

makes(
  'the builds of one make add up in one file of each format, seen from the checkout',
  inModule((directory, make) => {
    const { stdout } = make(`GOSHIM_REPORT=json=${join(directory, 'out.jsonl')},sarif=${join(directory, 'out.sarif')}`);
    assert.is(stdout, '');
    const lines = readFileSync(join(directory, 'out.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    for (const line of lines) holdAgainst('verify', line);
    assert.equal(lines.map(({ files }) => `${files[0].path} ${files[0].verdict}`).sort(), [
      'cmd/p1/p1 fail',
      'cmd/p2/p2 pass',
      'cmd/p3/p3 fail',
      'cmd/p4/p4 pass',
      'cmd/p5/p5 fail',
      'cmd/p6/p6 pass',
    ]);
    const { runs } = JSON.parse(readFileSync(join(directory, 'out.sarif'), 'utf8'));
    assert.is(runs.length, 1);
    const uris = runs[0].results.map(
      (result: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        result.locations[0]?.physicalLocation.artifactLocation.uri,
    );
    assert.equal(uris.sort(), ['cmd/p1/p1', 'cmd/p3/p3', 'cmd/p5/p5']);
    assert.equal(readdirSync(directory).sort(), ['.git', 'Makefile', 'cmd', 'go.mod', 'out.jsonl', 'out.sarif']);
  }),
);

makes(
  "the settings file's report is seen from where it stands; under GitHub Actions stderr is annotated",
  inModule((directory, make) => {
    writeFileSync(join(directory, '.goshim.json'), JSON.stringify({ report: 'junit=reports/goshim.xml,github' }));
    const summary = join(directory, 'summary.md');
    const { stdout, stderr } = make('GITHUB_ACTIONS=true', `GITHUB_STEP_SUMMARY=${summary}`, 'p1', 'p2', 'OUT=../');
    assert.is(stdout, '');
    const annotations = stderr.split('\n').filter(line => line.startsWith('::'));
    assert.is(annotations.length, 1);
    assert.match(annotations[0] ?? '', /^::error file=cmd\/p1\/p1,title=goshim symbol-table::/);
    assert.match(readFileSync(summary, 'utf8'), '### goshim build: 1 fail');
    const xml = readFileSync(join(directory, 'reports', 'goshim.xml'), 'utf8');
    assert.is(xml.match(/<testsuite /g)?.length, 2);
    assert.is(xml.match(/<failure /g)?.length, 1);
    const outside = make(`GITHUB_STEP_SUMMARY=${join(directory, 'other.md')}`, 'p1', 'OUT=../').stderr;
    assert.not.match(outside, '::error');
  }),
);

makes(
  'a report that cannot be written is one line and no reason to fail',
  inModule((directory, make) => {
    const { stderr } = make(`GOSHIM_REPORT=json=${join(directory, 'go.mod', 'x')}`, 'p2');
    assert.match(stderr, /^goshim: report \S+\/go\.mod\/x not written: (ENOTDIR|EEXIST)$/m);
    assert.is(readFileSync(join(directory, 'go.mod'), 'utf8'), 'module example.com/many\n\ngo 1.19\n');
  }),
);

test.run();
