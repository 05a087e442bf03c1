// @slow
// A build that was planned and passed before is run again without planning and judging: until something that either followed from
// changes, however it does.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { need } from '../support/need.ts';
import { inDirectory, plainEnvironment, realGo, run, shim, shimDirectory } from '../support/side-by-side.ts';

const test = suite('as before');
const it = need(test, 'gcc', 'strip');
const words = ['build', '-o', 'app', '.'];

// Prints the name of each bundle that a start reads.
const watch = `data:text/javascript,${encodeURIComponent(`
  import { createRequire } from 'node:module';
  const vm = createRequire('/')('node:vm');
  const names = [];
  vm.Script = class extends vm.Script {
    constructor(source, options) {
      super(source, options);
      names.push(options.filename.replace(/.*\\//, ''));
    }
  };
  process.on('exit', () => console.log(names.join(' ')));
`)}`;

type Env = Readonly<Record<string, string>>;

function bundles(cwd: string, env: Env): string {
  const argv = ['--import', watch, join(shimDirectory, 'goshim-start.cjs'), 'build', `go=${realGo}`, '--', ...words];
  const { stdout } = spawnSync(process.execPath, argv, { cwd, env: plainEnvironment(env), encoding: 'utf8' });
  return stdout.trim();
}

/** A module whose build is kept; `check` begins where a build that changes nothing reads one bundle. */
function kept(check: (cwd: string, env: Env) => void): void {
  inDirectory(cwd => {
    const env = {
      PWD: cwd,
      XDG_CACHE_HOME: join(cwd, 'cache'),
      GOCACHE: process.env['GOCACHE'] ?? '',
      HOME: process.env['HOME'] ?? '',
    };
    if (env.GOCACHE === '') env.GOCACHE = run(realGo, ['env', 'GOCACHE']).stdout.trim();
    writeFileSync(join(cwd, 'go.mod'), 'module example.org/app\n\ngo 1.19\n');
    writeFileSync(join(cwd, 'main.go'), program('one'));
    // Files younger than two seconds may change unseen: nothing is kept before that.
    const until = Date.now() + 20_000;
    while (!existsSync(join(cwd, 'cache', 'goshim', 'lines')) && Date.now() < until)
      silent(run(shim, words, { cwd, env }));
    assert.is(bundles(cwd, env), 'shim.cjs');
    check(cwd, env);
  });
}

function program(text: string): string {
  return `package main\n\nfunc main() { println("${text}") }\n`;
}

function silent({ status, stdout, stderr }: ReturnType<typeof run>): void {
  assert.equal([status, stdout, stderr], [0, '', '']);
}

it('a source that changes is built and judged, and the next build is as before again', () =>
  kept((cwd, env) => {
    writeFileSync(join(cwd, 'main.go'), program('two'));
    assert.is(bundles(cwd, env), 'shim.cjs full.cjs judge.cjs');
    assert.is(run(join(cwd, 'app'), []).stderr, 'two\n');
    assert.is(bundles(cwd, env), 'shim.cjs');
    writeFileSync(join(cwd, 'main.go'), 'package main\n\nfunc main() { none() }\n');
    const [bare, ours] = [realGo, shim].map(go => run(go, words, { cwd, env }));
    assert.equal(ours, bare);
    assert.is(ours?.status, 1);
  }));

it('an output that was stripped, cut, exchanged or taken away is made anew', () =>
  kept((cwd, env) => {
    const app = join(cwd, 'app');
    const whole = readFileSync(app);
    for (const spoil of [
      () => run('strip', [app], { env: { PATH: '/usr/bin:/bin' } }),
      () => run('strip', ['-K', 'runtime.main', app], { env: { PATH: '/usr/bin:/bin' } }),
      () => rmSync(app),
    ]) {
      spoil();
      silent(run(shim, words, { cwd, env }));
      assert.ok(readFileSync(app).equals(whole));
    }
    run(realGo, ['build', '-ldflags=-s', '-o', 'app', '.'], { cwd, env });
    silent(run(shim, words, { cwd, env }));
    assert.ok(readFileSync(app).equals(whole));
    rmSync(app);
    mkdirSync(app);
    silent(run(shim, words, { cwd, env }));
    assert.ok(existsSync(join(app, 'app')));
  }));

it('the environment is heard', () =>
  kept((cwd, env) => {
    const heard = (changes: Env) => run(shim, words, { cwd, env: { ...env, ...changes } }).stderr;
    assert.match(heard({ GOFLAGS: '-race' }), /^goshim: no-race: -race \(GOFLAGS/);
    assert.match(heard({ GOSHIM_PROFILE: 'none-such' }), /^goshim: .*none-such/);
    assert.match(heard({ GOSHIM_LOG: 'verbose' }), /^goshim: /);
    symlinkSync(cwd, join(cwd, 'link'));
    assert.match(bundles(cwd, { ...env, PWD: join(cwd, 'link') }), 'full.cjs');
    const compilers = join(cwd, 'bin');
    mkdirSync(compilers);
    writeFileSync(join(compilers, 'gcc'), '#!/bin/sh\nexec /usr/bin/gcc "$@"\n');
    chmodSync(join(compilers, 'gcc'), 0o755);
    const path = [shimDirectory, compilers, plainEnvironment()['PATH']].join(':');
    assert.match(bundles(cwd, { ...env, PATH: path }), 'full.cjs');
  }));

for (const [file, text, said] of [
  ['.goshim.json', '{"runtime": {"libc": "musl"}}', /^goshim: runtime-libc: /],
  ['go.mod', 'module example.org/app\n\ngo 1.19\n\nrequire (\n', /go\.mod:/],
  ['vendor/modules.txt', '# example.org/none v1.0.0\n', /inconsistent vendoring|^goshim: no-vendor/],
] as const)
  it(`${file} is heard`, () =>
    kept((cwd, env) => {
      mkdirSync(dirname(join(cwd, file)), { recursive: true });
      writeFileSync(join(cwd, file), text);
      assert.match(run(shim, words, { cwd, env }).stderr, said);
    }));

it('what changes while go runs is not taken for what was planned from', () =>
  kept((cwd, env) => {
    const settings = join(cwd, '.goshim.json');
    const slow = join(cwd, 'slow');
    // Behind go's first program the settings are gone.
    writeFileSync(slow, `#!/bin/sh\nrm -f '${settings}'\nexec "$@"\n`);
    chmodSync(slow, 0o755);
    writeFileSync(settings, '{"rules": {"symbol-table": "off"}}');
    writeFileSync(join(cwd, 'old'), '');
    const line = ['build', `-toolexec=${slow}`, '-ldflags=-s', '-o', 'app', '.'];
    const until = Date.now() + 20_000;
    const lines = () => readdirSync(join(cwd, 'cache', 'goshim', 'lines')).length;
    for (const before = lines(); lines() === before && Date.now() < until; ) {
      if (!existsSync(settings)) writeFileSync(settings, '{"rules": {"symbol-table": "off"}}');
      while (Date.now() - statSync(settings).ctimeMs < 2100) run('true', []);
      writeFileSync(join(cwd, 'main.go'), program(`${Date.now()}`));
      run(shim, line, { cwd, env });
    }
    assert.match(run(shim, line, { cwd, env }).stderr, /^goshim: symbol-table: -s /);
  }));

it('a link in the place of settings that are not there is heard', () =>
  kept((cwd, env) => {
    symlinkSync('nowhere', join(cwd, '.goshim.json'));
    const { status, stderr } = run(shim, words, { cwd, env });
    assert.is(status, 2, stderr);
  }));

it('no secret of the environment is kept', () =>
  kept((cwd, env) => {
    const secret = { MY_TOKEN: 's3cr3t-xyz', GOPROXY: 'https://user:s3cr3t-xyz@example.org' };
    rmSync(join(cwd, 'cache'), { recursive: true });
    const until = Date.now() + 20_000;
    while (!existsSync(join(cwd, 'cache', 'goshim', 'lines')) && Date.now() < until)
      run(shim, words, { cwd, env: { ...env, ...secret } });
    assert.ok(existsSync(join(cwd, 'cache', 'goshim', 'lines')));
    assert.is(run('grep', ['-rl', 's3cr3t-xyz', join(cwd, 'cache')]).stdout, '');
  }));

it("names that no file can have are go's to refuse", () =>
  kept((cwd, env) => {
    symlinkSync('loop', join(cwd, 'loop'));
    for (const name of ['main.go/x', 'a'.repeat(300), 'loop']) {
      const [bare, ours] = [realGo, shim].map(go => {
        const ran = run(go, ['build', '-o', name, '.'], { cwd, env });
        if (name === 'loop') rmSync(join(cwd, name));
        if (name === 'loop') symlinkSync('loop', join(cwd, 'loop'));
        return ran;
      });
      assert.equal([ours?.status, ours?.stdout], [bare?.status, bare?.stdout], name);
      assert.not.match(ours?.stderr ?? '', 'a bug in goshim');
    }
  }));

it('rubbish in the cache says nothing', () =>
  kept((cwd, env) => {
    const lines = join(cwd, 'cache', 'goshim', 'lines');
    const [name = ''] = spawnSync('ls', [lines], { encoding: 'utf8' }).stdout.split('\n');
    copyFileSync(join(lines, name), join(cwd, 'kept'));
    for (const rubbish of [
      '',
      '{',
      '{"key":1}\n',
      readFileSync(join(cwd, 'kept'), 'utf8').replace(/"line":\{[^}]*\}/, '"line":{'),
      'null\n',
      readFileSync(join(cwd, 'kept'), 'utf8').replace('"seen":"', '"seen":"1'),
    ]) {
      writeFileSync(join(lines, name), rubbish);
      silent(run(shim, words, { cwd, env }));
    }
    rmSync(join(lines, name));
    run('mkfifo', [join(lines, name)]);
    silent(run(shim, words, { cwd, env }));
  }));

test.run();
