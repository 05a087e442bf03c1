import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Document } from '../../src/report/document.ts';
import { addToReports } from '../../src/report/files.ts';
import type { Format } from '../../src/report/formats.ts';
import { inDirectory } from '../commands/goshim.ts';
import { documentOf, fail, file, pass, warn } from './samples.ts';
import { holdAgainst } from './schemas.ts';

const build = (document: Document): Document => ({ ...document, kind: 'build' });

async function add(
  directory: string,
  format: Format,
  document: Document,
  { cwd = directory, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  return addToReports([{ format, path: join(directory, 'report') }], build(document), { cwd, root: directory }, env);
}

const contents = (directory: string) => readFileSync(join(directory, 'report'), 'utf8');

test('JSON: a line a build', () =>
  inDirectory(async directory => {
    mkdirSync(join(directory, 'sub'));
    await add(directory, 'json', documentOf([file('app', fail)]));
    await add(directory, 'json', documentOf([file('app', pass)]), { cwd: join(directory, 'sub') });
    const lines = contents(directory)
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    for (const line of lines) holdAgainst('verify', line);
    assert.equal(
      lines.map(({ files }) => [files[0].path, files[0].verdict]),
      [
        ['app', 'fail'],
        ['sub/app', 'pass'],
      ],
    );
    assert.equal(readdirSync(directory).sort(), ['report', 'sub']);
  }));

test('SARIF: one run; what is built again replaces what was said of it, the rest stays', () =>
  inDirectory(async directory => {
    await add(directory, 'sarif', documentOf([file('a', fail), file('b', fail, warn)]));
    await add(directory, 'sarif', documentOf([file('c', fail)]));
    await add(directory, 'sarif', documentOf([file('b', warn)]));
    const { runs } = JSON.parse(contents(directory));
    assert.is(runs.length, 1);
    const found = runs[0].results.map(
      (result: { ruleId: string; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        [result.locations[0]?.physicalLocation.artifactLocation.uri, result.ruleId].join(' '),
    );
    assert.equal(found, ['a symbol-table', 'c symbol-table', 'b no-plugin']);
    await add(directory, 'sarif', documentOf([file('a', pass), file('b', pass), file('c', pass)]));
    assert.equal(JSON.parse(contents(directory)).runs[0].results, []);
  }));

test('JUnit, GitLab, in-toto-predicate: one document each', () =>
  inDirectory(async directory => {
    const first = documentOf([file('a', fail), file('b', fail)]);
    const second = documentOf([file('b', pass), file('c', warn)]);
    const both = async (format: Format) => {
      writeFileSync(join(directory, 'report'), '');
      await add(directory, format, first);
      await add(directory, format, second);
      return contents(directory);
    };
    const junit = await both('junit');
    assert.equal(
      [...junit.matchAll(/<testsuite name="(.)" tests="1" failures="(.)"/g)].map(found => found.slice(1).join()),
      ['a,1', 'b,0', 'c,0'],
    );
    assert.is(junit.match(/<\/testsuites>/g)?.length, 1);
    const gitlab = JSON.parse(await both('gitlab'));
    assert.equal(
      gitlab.map((issue: { location: { path: string } }) => issue.location.path),
      ['a', 'c'],
    );
    const predicate = JSON.parse(await both('in-toto-predicate'));
    assert.is(predicate.result, 'FAILED');
    assert.equal(predicate.failedTests, ['symbol-table']);
    assert.equal(predicate.warnedTests, ['no-plugin']);
    for (const format of ['text', 'markdown', 'github'] as const) assert.match(await both(format), /a[\s\S]*b[\s\S]*c/);
    writeFileSync(join(directory, 'a'), 'bytes');
    const statement = JSON.parse(await both('in-toto'));
    assert.match(statement.subject[0].digest.sha256, /^[0-9a-f]{64}$/);
  }));

test("somebody else's file stays as it is, and the problem is one line", () =>
  inDirectory(async directory => {
    for (const format of ['sarif', 'junit', 'gitlab', 'in-toto-predicate'] as const)
      for (const text of ['precious', '{"runs": []}', '{"a": 1}', '<html></html>']) {
        writeFileSync(join(directory, 'report'), text);
        const { problems } = await add(directory, format, documentOf([file('a', fail)]));
        assert.equal(problems, [
          `report ${join(directory, 'report')} not written: it holds something that is no report of goshim`,
        ]);
        assert.is(contents(directory), text);
      }
    assert.equal(readdirSync(directory), ['report']);
  }));

test('a place that cannot be written is a problem; missing directories are made', () =>
  inDirectory(async directory => {
    mkdirSync(join(directory, 'report'));
    assert.match((await add(directory, 'json', documentOf([file('a', fail)]))).problems.join(), /not written: EISDIR/);
    const path = join(directory, 'report', 'deep', 'er', 'x.jsonl');
    const { problems } = await addToReports(
      [
        { format: 'json', path },
        { format: 'json', path: join(path, 'below') },
      ],
      documentOf([file('a', fail)]),
      { cwd: directory, root: directory },
      {},
    );
    assert.ok(existsSync(path));
    assert.match(problems.join(), /ENOTDIR|EEXIST/);
  }));

test('a link is written through, and the mode stays', () =>
  inDirectory(async directory => {
    writeFileSync(join(directory, 'real'), '');
    chmodSync(join(directory, 'real'), 0o640);
    symlinkSync('real', join(directory, 'report'));
    await add(directory, 'json', documentOf([file('a', fail)]));
    assert.match(readFileSync(join(directory, 'real'), 'utf8'), 'symbol-table');
    assert.is(statSync(join(directory, 'real')).mode & 0o777, 0o640);
    assert.equal(readdirSync(directory).sort(), ['real', 'report']);
  }));

test('github annotates and adds to the summary under GitHub Actions only', () =>
  inDirectory(async directory => {
    const summary = join(directory, 'summary');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const target = [{ format: 'github', path: null }] as const;
    const run = (environment: NodeJS.ProcessEnv) =>
      addToReports(target, build(documentOf([file('a', fail)])), { cwd: directory, root: directory }, environment);
    assert.is((await run({ GITHUB_STEP_SUMMARY: summary })).annotations, '');
    assert.not(existsSync(summary));
    writeFileSync(summary, 'before\n');
    assert.match((await run(env)).annotations, /^::error file=a,title=goshim symbol-table::/);
    await run(env);
    const text = readFileSync(summary, 'utf8');
    assert.ok(text.startsWith('before\n### goshim build: 1 fail'));
    assert.is(text.match(/### goshim/g)?.length, 2);
    writeFileSync(summary, 'x'.repeat(900 * 1024));
    await run(env);
    assert.is(statSync(summary).size, 900 * 1024);
    const { problems } = await run({ ...env, GITHUB_STEP_SUMMARY: join(directory, 'no', 'summary') });
    assert.match(problems.join(), 'ENOENT');
  }));

const writer = `
import { addToReports } from ${JSON.stringify(new URL('../../src/report/files.ts', import.meta.url).href)};
import { documentOf, fail, file } from ${JSON.stringify(new URL('./samples.ts', import.meta.url).href)};
const [directory, ...names] = process.argv.slice(1);
const formats = ['json', 'sarif', 'junit', 'gitlab'];
for (const name of names) {
  const targets = formats.map(format => ({ format, path: directory + '/report.' + format }));
  const { problems } = await addToReports(targets, documentOf([file(name, fail)], { kind: 'build' }), { cwd: directory, root: directory }, {});
  for (const problem of problems) console.log(problem);
}`;

/** Builds of their own processes, as make -j starts them. */
function start(directory: string, names: readonly string[]) {
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', writer, directory, ...names], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('several builds at once lose and tear nothing, and a lock of a dead one is broken', () =>
  inDirectory(async directory => {
    writeFileSync(join(directory, '.report.json.goshim-lock'), '999999999 elsewhere');
    const victim = start(
      directory,
      Array.from({ length: 400 }, (_, index) => `victim${index}`),
    );
    const processes = Array.from({ length: 6 }, (_, process) => {
      const names = Array.from({ length: 10 }, (_, index) => `p${process}-${index}`);
      return { names, child: start(directory, names) };
    });
    const said = processes.map(({ child }) => output(child));
    const [first] = said;
    await first;
    victim.kill('SIGKILL');
    assert.equal((await Promise.all(said)).join(''), '');
    const wanted = processes.flatMap(({ names }) => names);
    const json = readFileSync(join(directory, 'report.json'), 'utf8').trimEnd().split('\n');
    const names = json.map(line => JSON.parse(line).files[0].path as string);
    assert.equal(mine(names), [...wanted].sort());
    const sarif = JSON.parse(readFileSync(join(directory, 'report.sarif'), 'utf8'));
    assert.equal(
      mine(sarif.runs[0].artifacts.map((artifact: { location: { uri: string } }) => artifact.location.uri)),
      [...wanted].sort(),
    );
    const junit = readFileSync(join(directory, 'report.junit'), 'utf8');
    assert.equal(
      mine([...junit.matchAll(/<testsuite name="([^"]*)"/g)].map(found => found[1] ?? '')),
      [...wanted].sort(),
    );
    const gitlab = JSON.parse(readFileSync(join(directory, 'report.gitlab'), 'utf8'));
    assert.equal(mine(gitlab.map((issue: { location: { path: string } }) => issue.location.path)), [...wanted].sort());
  }));

function mine(names: readonly string[]): string[] {
  return names.filter(name => !name.startsWith('victim')).sort();
}

async function output(child: ReturnType<typeof start>): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return text;
}

test.run();
