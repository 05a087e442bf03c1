// @slow `goshim check` as a user types it: what a path may be, options, formats, exit codes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cleanEnvironment, cli, goshim, inDirectory } from '../commands/goshim.ts';
import { holdAgainst } from '../report/schemas.ts';
import { said, vector } from './checked.ts';

const good = vector('V07');
const bad = vector('V05');
const unseen = vector('V19');
const warned = vector('V07').replace('RUN go build', 'RUN go mod vendor && go build -mod=vendor');
const python = 'FROM python:3\nCOPY app.py /\nCMD ["python", "/app.py"]\n';

function withFiles(files: Readonly<Record<string, string>>, body: (cwd: string) => void): () => Promise<void> {
  return () =>
    inDirectory(cwd => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(cwd, name)), { recursive: true });
        writeFileSync(join(cwd, name), text);
      }
      body(cwd);
    });
}

function piped(input: string, cwd: string, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'check', ...words, '-'], {
    input,
    cwd,
    env: cleanEnvironment(),
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

const all = { 'go.mod': 'module example.com/shop\n', good, bad, unseen, warned, python };

test(
  'exit codes: a fail before what is unknown, the same in every format',
  withFiles(all, cwd => {
    const formats = ['text', 'json', 'sarif', 'github', 'junit', 'gitlab', 'markdown', 'in-toto'];
    for (const [code, ...words] of [
      [0, 'good'],
      [0, 'warned'],
      [1, '--strict', 'warned'],
      [1, 'bad'],
      [1, 'good', 'unseen', 'bad'],
      [3, 'unseen'],
      [3, 'python'],
      [3, 'missing'],
      [3, 'go.mod'],
      [2, '--nonsense'],
      [2, '--format', 'nonsense', 'good'],
      [2, '--profile', 'nonsense', 'good'],
      [2, '--write', 'good'],
      [2, '--target', 'nonsense', 'good'],
      [2, '--platform', 'nonsense', 'good'],
      [2, '--build-context', 'nonsense', 'good'],
      [2],
    ] as const) {
      const { code: got, stderr } = goshim(['check', ...words.map(String)], { cwd });
      assert.is(got, code, `${words}: ${stderr}`);
      if (code === 2) assert.is(stderr.trimEnd().split('\n').length, 1, stderr);
    }
    for (const format of formats)
      for (const [code, name] of [
        [0, 'good'],
        [1, 'bad'],
        [3, 'unseen'],
      ] as const)
        assert.is(goshim(['check', '--format', format, name], { cwd }).code, code, `${format} ${name}`);
  }),
);

test(
  'JSON holds against its schema, with lines',
  withFiles(all, cwd => {
    const { stdout } = goshim(['check', '--format', 'json', 'good', 'bad', 'unseen', 'python', 'missing'], { cwd });
    const document = JSON.parse(stdout);
    holdAgainst('check', document);
    assert.is(document.schema, 'goshim.check/1');
    assert.equal(
      document.files.map(({ path, verdict }: { path: string; verdict: string }) => [path, verdict]),
      [
        ['good', 'pass'],
        ['bad', 'fail'],
        ['unseen', 'unknown'],
        ['python', 'not-go'],
        ['missing', 'unknown'],
      ],
    );
    assert.equal(
      document.files[1].findings.map(({ line }: { line: number }) => line),
      [4, 4, 5],
    );
  }),
);

test(
  'SARIF points at the command inside the RUN and keeps what a comment accepts',
  withFiles({ Dockerfile: vector('V28'), other: vector('V21') }, cwd => {
    const { results } = JSON.parse(goshim(['check', '--format', 'sarif', 'Dockerfile', 'other'], { cwd }).stdout)
      .runs[0];
    const accepted = results.find(({ suppressions }: { suppressions?: unknown }) => suppressions !== undefined);
    assert.is(accepted.suppressions[0].kind, 'inSource');
    const region = results.find(({ ruleId }: { ruleId: string }) => ruleId === 'cgo-enabled').locations[0]
      .physicalLocation.region;
    assert.equal([region.startLine, region.endLine, region.sourceLanguage], [7, 7, 'dockerfile']);
  }),
);

test(
  'a build nobody can see is said once',
  withFiles({ Dockerfile: unseen }, cwd => {
    const { stdout } = goshim(['check', 'Dockerfile'], { cwd });
    assert.is(stdout.trimEnd().split('\n').length, 2, stdout);
    assert.match(stdout, /unknown gc-compiler, .*symbol-table \(line 4\): \/app is built by make/);
  }),
);

test(
  'standard input is told apart by what is in it',
  withFiles({ 'go.mod': 'module example.com/shop\n' }, cwd => {
    assert.is(piped(bad, cwd).code, 1);
    assert.match(piped(bad, cwd).stdout, /^-: fail\n/);
    assert.is(piped(good, cwd).code, 0);
    assert.is(piped('services: {a: {image: b, privileged: true}}', cwd, '--profile', 'oneagent-static').code, 0);
    assert.is(
      piped('apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}\n', cwd, '--profile', 'oneagent-static').code,
      3,
    );
    assert.match(piped('', cwd).stdout, /^-: unknown: empty\n/);
  }),
);

test(
  'a directory gives the Dockerfiles with Go and the manifests in it',
  withFiles(
    {
      'a/Dockerfile': good,
      'b/prod.Dockerfile': bad,
      'c/Containerfile': good,
      'd/Dockerfile': python,
      'e/compose.yaml': 'services: {web: {image: a}}\n',
      'f/values.yaml': 'a: 1\n',
      'node_modules/x/Dockerfile': bad,
      'g/pod.yaml': 'apiVersion: v1\nkind: Pod\nspec:\n  containers: [{name: a}]\n',
    },
    cwd => {
      const { stdout, code } = goshim(['check', '--format', 'json', '.'], { cwd });
      assert.is(code, 1);
      assert.equal(
        JSON.parse(stdout).files.map(({ path }: { path: string }) => path),
        ['./a/Dockerfile', './b/prod.Dockerfile', './c/Containerfile', './e/compose.yaml', './g/pod.yaml'],
      );
      assert.is(goshim(['check', 'f'], { cwd }).code, 3);
      assert.match(goshim(['check', 'f'], { cwd }).stderr, /no Dockerfile with Go and no manifest found in f/);
    },
  ),
);

test('build arguments, target, platform and named contexts', async () => {
  const text =
    'ARG BASE=scratch\nARG CGO=0\nFROM golang:1.22-bookworm AS build\nARG CGO\nENV CGO_ENABLED=$CGO\nCOPY . .\nRUN go build -ldflags=-linkmode=external -o /app .\nFROM $BASE AS run\nCOPY --from=build /app /app\nCMD ["/app"]\nFROM run AS extra\n';
  const off = ['cgo-enabled fail @7', 'dynamic-linking fail @7'];
  assert.equal(await said(text), [...off, 'libc-in-image fail @8']);
  const buildArgs = new Map([
    ['BASE', 'debian:bookworm-slim'],
    ['CGO', '1'],
  ]);
  assert.equal(await said(text, { buildArgs }), []);
  assert.equal(await said(text, { target: 'RUN' }), [...off, 'libc-in-image fail @8']);
  assert.equal(await said(text, { target: 'build', buildArgs }), []);
  const contexts = new Map([['run', 'docker-image://debian:bookworm-slim']]);
  assert.equal(await said(text, { contexts }), []);

  const cross =
    'FROM golang:1.22-bookworm\nARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build -ldflags=-linkmode=external -o /app .\nCMD ["/app"]\n';
  assert.equal(await said(cross), []);
  assert.equal(await said(cross, { platform: 'linux/arm64' }), []);
  const fixed = cross.replace('$TARGETARCH', 'arm64');
  assert.equal(await said(fixed), ['cgo-enabled fail @3', 'dynamic-linking fail @3']);
  assert.equal(await said(fixed, { platform: 'linux/arm64' }), []);
  const compiler = fixed.replace(
    'RUN ',
    'RUN apt-get update && apt-get install -y gcc-aarch64-linux-gnu\nRUN CGO_ENABLED=1 CC=aarch64-linux-gnu-gcc ',
  );
  assert.equal(await said(compiler), ['readable unknown @4']);
  assert.equal(await said(compiler, { platform: 'linux/arm64' }), []);
});

test('where goshim stands before go, the rewritten line is judged', async () => {
  for (const how of ['ENV PATH=/opt/goshim/bin:$PATH\n', 'RUN goshim enable /go/bin\n']) {
    const text = vector('V05').replace('WORKDIR', `${how}WORKDIR`).replace('scratch', 'debian:trixie-slim');
    assert.equal(await said(text), [], how);
    assert.equal(await said(text.replace('debian:trixie-slim', 'scratch')), ['libc-in-image fail @6'], how);
  }
  // In golang images /usr/local/go/bin comes before it.
  const late = vector('V05')
    .replace('WORKDIR', 'RUN goshim enable /usr/local/sbin\nWORKDIR')
    .replace('scratch', 'debian:trixie-slim');
  assert.ok((await said(late)).includes('cgo-enabled fail @5'));
  const direct = vector('V10').replace('go build', 'goshim go build -race -ldflags=-s');
  assert.equal(await said(direct), []);
  const alpine = vector('V03').replace('RUN go', 'RUN goshim go');
  assert.equal(await said(alpine), ['cgo-enabled fail @4', 'dynamic-linking fail @4']);
});

test('a comment with a rule there is not is an error', () =>
  inDirectory(cwd => {
    writeFileSync(join(cwd, 'Dockerfile'), `FROM golang:1.22\n# goshim ignore=no-rase # x\nRUN go build -o /a .\n`);
    const { code, stderr } = goshim(['check', 'Dockerfile'], { cwd });
    assert.is(code, 2);
    assert.match(stderr, /^goshim: Dockerfile:2: there is no rule "no-rase"; there are .*no-race/);
  }));

test('a comment for the whole file', async () => {
  const text = `# goshim global ignore=cgo-enabled,dynamic-linking,libc-in-image # static on purpose\n${bad}`;
  assert.equal(await said(text), [
    'cgo-enabled fail @5 accepted',
    'dynamic-linking fail @5 accepted',
    'libc-in-image fail @6 accepted',
  ]);
});

test(
  ".goshim.json accepts too, and profiles of one's own are taken",
  withFiles(
    {
      Dockerfile: bad,
      '.goshim.json': JSON.stringify({
        accept: ['cgo-enabled', 'dynamic-linking', 'libc-in-image'].map(rule => ({
          rule,
          path: 'Dockerfile',
          reason: 'x',
        })),
      }),
      'ours.json': JSON.stringify({ rules: { 'no-race': 'fix' } }),
    },
    cwd => {
      assert.is(goshim(['check', 'Dockerfile'], { cwd }).code, 0);
      assert.is(goshim(['check', '--profile', './ours.json', 'Dockerfile'], { cwd }).code, 0);
    },
  ),
);

test('a Dockerfile takes no longer than 150 ms of process time', () =>
  inDirectory(cwd => {
    writeFileSync(join(cwd, 'Dockerfile'), vector('V21'));
    const times = Array.from({ length: 5 }, () => {
      const ended = spawnSync(
        'bash',
        ['-c', `TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>&1`, 'x', process.execPath, cli, 'check', 'Dockerfile'],
        {
          cwd,
          encoding: 'utf8',
          env: cleanEnvironment(),
        },
      );
      return ended.stderr
        .trim()
        .split(' ')
        .reduce((sum, each) => sum + Number(each), 0);
    });
    // Other work on the machine makes a process slower, never faster.
    assert.ok(Math.min(...times) <= 0.25, times.join(' '));
  }));

test.run();
