// The seed's own Alpine example, each of its parts left out, and the patch that brings it back.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fixDockerfile } from '../../src/image/fix/fix.ts';
import { loadProfile } from '../../src/profiles.ts';
import { inDirectory } from '../commands/goshim.ts';
import { said, vector } from './checked.ts';

const seed = vector('V01');

const omissions: readonly (readonly [string, readonly [string, string], readonly string[]])[] = [
  [
    'external linking',
    ["-ldflags '-linkmode=external' ", ''],
    ['dynamic-linking unknown @4', 'musl-internal-link fail @4'],
  ],
  ['gcc', ['add gcc libc-dev', 'add libc-dev'], ['cgo-enabled fail @4', 'dynamic-linking fail @4']],
  ['libc-dev', ['add gcc libc-dev', 'add gcc'], ['musl fail @2']],
  [
    'the whole toolchain',
    ['RUN apk update && apk add gcc libc-dev\n', ''],
    ['cgo-enabled fail @3', 'dynamic-linking fail @3'],
  ],
  [
    'the runtime image',
    ['FROM alpine:3.11\nRUN apk add --no-cache ca-certificates libc6-compat\n', 'FROM scratch\n'],
    ['libc-in-image fail @5'],
  ],
  ['the musl toolchain', ['golang:1.13.5-alpine', 'golang:1.13.5'], ['libc-in-image fail @5']],
];

const spellings: readonly (readonly [string, string])[] = [
  ["-ldflags '-linkmode=external'", "-ldflags '-linkmode external'"],
  ["-ldflags '-linkmode=external'", '-ldflags=-linkmode=external'],
  ["-ldflags '-linkmode=external'", '-ldflags="-linkmode=external"'],
  ['libc-dev', 'musl-dev'],
  ['gcc libc-dev', 'build-base'],
];

test('the example passes, in every spelling', async () => {
  assert.equal(await said(seed), []);
  for (const [from, to] of spellings) assert.equal(await said(seed.replace(from, to)), [], to);
});

for (const [part, [from, to], expected] of omissions) {
  const text = seed.replace(from, to);
  test(`without ${part}`, async () => {
    assert.is.not(text, seed);
    assert.equal(await said(text), [...expected].sort());
  });

  test(`without ${part}: the patch mends it`, async () => {
    assert.equal(await said(await fixed(text)), []);
  });
}

test('link flags that go on over several lines are mended where they stand', async () => {
  const text =
    'FROM golang:1.22-bookworm AS b\nWORKDIR /src\nCOPY . .\nRUN go build -ldflags="-s \\\n      -X a/b.v=$V \\\n      -X a/b.w=$W" \\\n    -o /app ./cmd/app\n' +
    'FROM debian:bookworm-slim\nCOPY --from=b /app /app\nCMD ["/app"]\n';
  const mended = text.replace('"-s ', '"-w ').replace('w=$W"', 'w=$W -linkmode=external"');
  assert.is(await fixed(text), mended);
  assert.is(await fixed(text.replaceAll('\n', '\r\n')), mended.replaceAll('\n', '\r\n'));
});

test('an image is not changed under the packages that are installed in it', async () => {
  const text =
    'FROM golang:1.22-bookworm AS b\nWORKDIR /src\nCOPY . .\nRUN go build -ldflags=-linkmode=external -o /app ./cmd/app\n' +
    'FROM alpine:3.20\nRUN apk add --no-cache git\nCOPY --from=b /app /app\nCMD ["/app"]\n';
  assert.is(
    await fixed(text),
    text.replace('golang:1.22-bookworm AS b\n', 'golang:1.22-alpine AS b\nRUN apk add --no-cache gcc musl-dev\n'),
  );
  const bound = text.replace('WORKDIR', 'RUN apt-get update && apt-get install -y protobuf-compiler\nWORKDIR');
  assert.is(await fixed(bound), bound);
});

test('CRLF, comments, heredocs and blanks stay as they are', async () => {
  const text = [
    '# syntax=docker/dockerfile:1',
    'FROM golang:1.22-bookworm  AS build   # not a comment',
    'COPY <<EOF /etc/motd',
    '  CGO_ENABLED=0 go build -race',
    'EOF',
    'WORKDIR\t/src',
    'COPY . .',
    '# the build',
    'RUN CGO_ENABLED=0 \\',
    '    # no C here',
    '    go   build -trimpath  -race \\',
    "      -ldflags='-s -w  -X main.v=1' -o /app . ",
    'FROM debian:bookworm-slim',
    'COPY --from=build /app /app',
    'CMD ["/app"]   ',
    '',
  ]
    .join('\r\n')
    .replace('  # not a comment', '');
  const mended = await fixed(text);
  assert.equal(await said(mended), []);
  const before = text.split('\n');
  const after = mended.split('\n');
  assert.is(after.length, before.length);
  const changed = before.flatMap((line, index) => (line === after[index] ? [] : [index + 1]));
  assert.equal(changed, [9, 11, 12]);
  assert.ok(after.slice(0, -1).every(line => line.endsWith('\r')));
});

test('a patch applies with patch and with git, and --write gives the same', () =>
  inDirectory(async directory => {
    const file = join(directory, 'Dockerfile');
    const { goshim } = await import('../commands/goshim.ts');
    const text = vector('V05').replaceAll('\n', '\r\n');
    writeFileSync(file, text);
    const { stdout, code } = goshim(['check', '--fix', 'Dockerfile'], { cwd: directory });
    assert.is(code, 1);
    assert.match(stdout, /^--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@ /);
    assert.is(readFileSync(file, 'utf8'), text);
    writeFileSync(join(directory, 'p.diff'), stdout);
    execFileSync('patch', ['--binary', '-p1', '-s', '-i', 'p.diff'], { cwd: directory });
    const patched = readFileSync(file, 'utf8');
    assert.equal(await said(patched), []);

    writeFileSync(file, text);
    execFileSync('git', ['apply', 'p.diff'], { cwd: directory });
    assert.is(readFileSync(file, 'utf8'), patched);

    writeFileSync(file, text);
    goshim(['check', '--fix', '--write', 'Dockerfile'], { cwd: directory });
    assert.is(readFileSync(file, 'utf8'), patched);
    assert.is(goshim(['check', 'Dockerfile'], { cwd: directory }).code, 0);
  }));

test('a patch never makes it worse, and leaves alone what has nothing wrong', async () => {
  const count = (found: readonly string[], verdict: string): number =>
    found.filter(each => each.includes(verdict)).length;
  for (const name of ['V01', 'V07', 'V09', 'V11']) assert.is(await fixed(vector(name)), vector(name), name);
  for (const name of [
    'V02',
    'V03',
    'V04',
    'V06',
    'V08',
    'V10',
    'V13',
    'V14',
    'V16',
    'V17',
    'V18',
    'V21',
    'V24',
    'V26',
    'V27',
  ]) {
    const [before, after] = [await said(vector(name)), await said(await fixed(vector(name)))];
    assert.ok(
      count(after, ' fail ') < count(before, ' fail ') || count(before, ' fail ') === 0,
      `${name}: ${after.join()}`,
    );
  }
  assert.is(await fixed(vector('V28')), vector('V28'), 'what a comment accepts stays');
});

test('a flag alone on a continued line goes with its line', async () => {
  const text = vector('V14')
    .replace('RUN go build --race=1', 'RUN go build \\\n    -race \\\n   ')
    .replace(/RUN go build -race.*\n/, '')
    .replace('/a /b /', '/a /');
  assert.equal(await said(text), ['no-race fail @4']);
  assert.is(await fixed(text), text.replace('    -race \\\n', ''));
});

async function fixed(text: string): Promise<string> {
  return fixDockerfile(text, '/nowhere/Dockerfile', {
    profile: loadProfile('oneagent', '/'),
    agentVersion: null,
    buildArgs: new Map(),
    platform: null,
    target: null,
    contexts: new Map(),
    context: null,
  });
}

test.run();
