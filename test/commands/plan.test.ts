import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdAgainst } from '../report/schemas.ts';
import { need } from '../support/need.ts';
import { cleanEnvironment, goshim, inDirectory } from './goshim.ts';

const compiled = need(test, 'gcc');
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

function inModule(body: (directory: string) => void): () => Promise<void> {
  return () =>
    inDirectory(directory => {
      writeFileSync(join(directory, 'go.mod'), 'module example.com/app\n\ngo 1.19\n');
      writeFileSync(join(directory, 'main.go'), 'package main\n\nfunc main() {}\n');
      body(directory);
    });
}

function planned(cwd: string, words: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = goshim(['plan', '--format', 'json', ...words], { cwd, env });
  assert.is(stderr, '');
  const document = JSON.parse(stdout);
  holdAgainst('plan', document);
  assert.ok(stdout.startsWith('{\n  "schema": "goshim.plan/1"'));
  return { code, ...document };
}

compiled(
  'what would be run, what changes, and where each wish stood',
  inModule(cwd => {
    const { code, argv, env, changes } = planned(cwd, ['build', '-race', '-ldflags', '-s -w', '-o', 'a b', '.'], {
      CGO_ENABLED: '0',
    });
    assert.is(code, 0);
    assert.is(argv[0], 'build');
    assert.is(argv.at(-1), '.');
    assert.not(argv.includes('-race'));
    assert.equal(env, { CGO_ENABLED: '1' });
    const overruled = changes.filter((change: { overruled: boolean }) => change.overruled);
    assert.equal(
      overruled.map(({ rule, what, from }: Record<string, string>) => [rule, what, from]),
      [
        ['cgo-enabled', 'CGO_ENABLED=0 overruled', 'environment'],
        ['no-race', '-race dropped', 'argument'],
        ['symbol-table', '-s dropped, -w kept', 'argument'],
      ],
    );
    assert.equal(readdirSync(cwd).sort(), ['go.mod', 'main.go']);
  }),
);

compiled(
  "everything from the first word that is not goshim's own is go's",
  inModule(cwd => {
    const { argv } = planned(cwd, ['build', '-o', '-race', '-race', '.']);
    assert.equal(argv.slice(argv.indexOf('-o')), ['-o', '-race', '.']);
    assert.equal(planned(cwd, ['go', 'build', '.']), planned(cwd, ['build', '.']));
    assert.match(planned(cwd, ['build', '--format', 'json']).untouched, 'unknown flag');
    assert.equal(planned(cwd, ['-C', cwd, 'build', '.']).argv.slice(0, 3), ['build', '-C', cwd]);
    assert.equal(planned(cwd, ['--profile=oneagent-static', 'build', '.'], { CGO_ENABLED: '0' }).env, {});
  }),
);

test(
  'a line that passes through plans as itself',
  inModule(cwd => {
    for (const words of [['test', '-race'], ['build', '-nosuch'], ['version'], ['-C'], ['--', 'vet']]) {
      const { code, argv, env, changes } = planned(cwd, words);
      assert.equal({ code, argv, env, changes }, { code: 0, argv: words, env: {}, changes: [] });
    }
    assert.is(planned(cwd, ['build', '-race', '.'], { GOSHIM: 'off' }).untouched, 'GOSHIM=off');
    assert.is(planned(cwd, ['build', '-race', '.'], { GOSHIM: 'observe' }).untouched, 'GOSHIM=observe');
    assert.match(planned(cwd, ['build', '.'], { GOOS: 'darwin' }).untouched, 'darwin');
    assert.is(
      goshim(['plan', 'test', '-race'], { cwd }).stdout,
      'go test -race\n  as it stands: test is not intercepted\n',
    );
  }),
);

compiled(
  'text is a line for a shell, then why',
  inModule(cwd => {
    const { code, stdout, stderr } = goshim(['plan', 'build', '-race', '-o', "it's\n", '.'], {
      cwd,
      env: { CGO_ENABLED: '0' },
    });
    assert.is(code, 0);
    assert.is(stderr, '');
    const [line = '', ...why] = stdout.trimEnd().split('\n');
    assert.ok(
      why.includes('  no-race: -race (argument) dropped: the agent refuses race builds; GOSHIM=off keeps it'),
      stdout,
    );
    assert.ok(why.every(text => text.startsWith('  ')));
    const show = `go() { printf '%s\\0' "$CGO_ENABLED" "$@"; }; ${line}`;
    const words = execaSync('bash', ['-c', show], { env: cleanEnvironment(), extendEnv: false }).stdout.split('\0');
    const { argv } = planned(cwd, ['build', '-race', '-o', "it's\n", '.'], { CGO_ENABLED: '0' });
    assert.equal(words.slice(0, -1), ['1', ...argv]);
  }),
);

test(
  'a build that would be stopped is exit 3 with the reason',
  inModule(cwd => {
    const { code, argv, refusals } = planned(cwd, ['build', '.'], { CC: 'no-such-compiler' });
    assert.is(code, 3);
    assert.equal(argv, ['build', '.']);
    assert.match(refusals[0].message, 'no-such-compiler');
    assert.is(planned(cwd, ['build', '.'], { CC: 'no-such-compiler', GOSHIM_ON_FAIL: 'warn' }).code, 0);
    assert.is(planned(cwd, ['build', '-o', '/dev/null', '.'], { CC: 'no-such-compiler' }).code, 0);
    assert.match(
      goshim(['plan', 'build', '.'], { cwd, env: { CC: 'no-such-compiler' } }).stdout,
      /^not run:\ngo build \.\n {2}cgo-enabled: /,
    );
  }),
);

test(
  'the real go is found past every goshim; where there is none, one line',
  inModule(cwd => {
    const { PATH = '' } = cleanEnvironment();
    const bin = join(cwd, 'bin');
    mkdirSync(bin);
    symlinkSync(join(root, 'bin', 'go'), join(bin, 'go'));
    assert.is(goshim(['plan', 'version'], { cwd, env: { PATH: `${bin}:${PATH}` } }).code, 0);
    copyFileSync(join(root, 'bin', 'go'), join(cwd, 'copy'));
    chmodSync(join(cwd, 'copy'), 0o755);
    for (const [env, message] of [
      [{ PATH: bin }, 'no other go on PATH: install Go, or set GOSHIM_GO to its absolute path'],
      [{ GOSHIM_GO: join(root, 'bin', 'go') }, `GOSHIM_GO=${root}/bin/go is goshim itself, not the real go`],
      [{ GOSHIM_GO: join(cwd, 'copy') }, `GOSHIM_GO=${cwd}/copy is goshim itself, not the real go`],
      [{ GOSHIM_GO: 'go' }, 'GOSHIM_GO=go is not an absolute path'],
      [{ GOSHIM_GO: cwd }, `GOSHIM_GO=${cwd} is not an executable file`],
    ] as const)
      assert.equal(goshim(['plan', 'build', '.'], { cwd, env }), {
        code: 2,
        stdout: '',
        stderr: `goshim: ${message}\n`,
      });
    assert.not(existsSync(join(cwd, 'app')));
  }),
);

test('usage', () => {
  assert.equal(goshim(['plan']), { code: 2, stdout: '', stderr: 'goshim: plan: which build? goshim plan build …\n' });
  assert.equal(goshim(['plan', '--format', 'xml', 'build']), {
    code: 2,
    stdout: '',
    stderr: 'goshim: --format: there is no "xml"; there are text, json\n',
  });
});

test.run();
