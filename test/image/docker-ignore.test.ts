import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readDockerIgnore } from '../../src/image/docker-ignore.ts';
import { type Asked, reportOf, said } from './checked.ts';

/** After moby/patternmatcher's own table (patternmatcher_test.go). */
for (const [patterns, ignored, kept] of [
  ['vendor', ['vendor', 'vendor/a/b'], ['a/vendor', 'vendors']],
  ['/vendor/', ['vendor/x'], ['a/vendor']],
  ['**/vendor', ['vendor', 'a/b/vendor/x'], ['vendored']],
  ['*.md\n!README.md', ['a.md'], ['README.md', 'x/a.md']],
  ['**\n!**/*.go\n!go.mod', ['Makefile', 'a/b.txt'], ['main.go', 'a/b.go', 'go.mod']],
  ['a/**/b', ['a/b', 'a/x/y/b', 'a/x/b/c'], ['a/bc', 'b']],
  ['a?c', ['abc'], ['a/c', 'ac']],
  ['[a-b]x', ['ax', 'bx/y'], ['cx']],
  ['# vendor\n\n  vendor  ', ['vendor'], ['# vendor']],
  ['./a/../vendor', ['vendor'], ['a']],
  ['!vendor\nvendor', ['vendor'], []],
  ['vendor\n!vendor/keep', ['vendor/x'], ['vendor/keep', 'vendor/keep/y']],
  ['a\\*b', ['a*b'], ['axb']],
  ['a.b', ['a.b'], ['axb']],
  ['.', [], ['a']],
] as const)
  test(`.dockerignore ${JSON.stringify(patterns)}`, () => {
    const ignore = readDockerIgnore(patterns);
    for (const path of ignored) assert.ok(ignore.isIgnored(path), path);
    for (const path of kept) assert.not.ok(ignore.isIgnored(path), path);
  });

test('patterns made to keep a matcher busy do not', () => {
  const ignore = readDockerIgnore(`${'**/a'.repeat(300)}\n${'*a'.repeat(400)}b\n${'x\n'.repeat(100_000)}`);
  const before = process.cpuUsage();
  for (let index = 0; index < 20; index++) ignore.isIgnored('a/'.repeat(50));
  const { user } = process.cpuUsage(before);
  assert.ok(user < 2_000_000, String(user));
});

async function withContext(
  files: Readonly<Record<string, string>>,
  body: (asked: Asked) => Promise<void>,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'goshim-ignore-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    await body({ context: root });
  } finally {
    rmSync(root, { recursive: true });
  }
}

const vendored = {
  'go.mod': 'module a.b/c\n',
  'main.go': 'package main\n',
  'vendor/modules.txt': '# x.y/z v1.0.0\nx.y/z\n',
};
const dockerfile =
  'FROM golang:1.22-bookworm AS build\nWORKDIR /src\nCOPY . .\nRUN go build -ldflags=-linkmode=external -o /app .\nFROM debian:bookworm-slim\nCOPY --from=build /src/entry /app /\nENTRYPOINT ["/app"]\n';

test('a vendor directory that the build does not get is none', async () => {
  await withContext(vendored, async asked => assert.equal(await said(dockerfile, asked), ['no-vendor warn @4']));
  await withContext({ ...vendored, '.dockerignore': 'vendor\n' }, async asked =>
    assert.equal(await said(dockerfile, asked), []),
  );
  await withContext({ ...vendored, '.dockerignore': '*\n!vendor/**\n!go.mod' }, async asked =>
    assert.equal(await said(dockerfile, asked), ['no-vendor warn @4']),
  );
});

test('a file that is ignored replaces nothing', async () => {
  const over = (ignore: string): Readonly<Record<string, string>> => ({ 'out/app': 'other', '.dockerignore': ignore });
  const text =
    'FROM golang:1.22-bookworm\nRUN go build -ldflags=-linkmode=external -o /out/app .\nCOPY out /out\nCMD ["/out/app"]\n';
  await withContext(over('x'), async asked => assert.is((await reportOf(text, asked)).verdict, 'unknown'));
  await withContext({ ...over('out/app'), 'out/y': '' }, async asked =>
    assert.is((await reportOf(text, asked)).verdict, 'pass'),
  );
});

test('the .dockerignore of a Dockerfile wins', async () => {
  const files = { ...vendored, '.dockerignore': 'vendor\n', 'Dockerfile.dockerignore': 'x\n' };
  const { checkText } = await import('../../src/image/check-text.ts');
  const { loadProfile } = await import('../../src/profiles.ts');
  await withContext(files, async ({ context = null }) => {
    const options = {
      ...{ buildArgs: new Map(), platform: null, target: null, contexts: new Map(), agentVersion: null, context: null },
      profile: loadProfile('oneagent', '/'),
    };
    const rules = async (name: string): Promise<string[]> => {
      const [report] = await checkText({ path: name, text: dockerfile, directory: context }, options);
      return report?.findings.map(({ rule }) => rule) ?? [];
    };
    assert.equal(await rules('Dockerfile'), ['no-vendor']);
    assert.equal(await rules('Dockerfile.dev'), []);
  });
});

test.run();
