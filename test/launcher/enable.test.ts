import {
  chmodSync,
  copyFileSync,
  cpSync,
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
import which from 'which';
import { fakeGo, readFound } from '../support/fake-go.ts';
import { need } from '../support/need.ts';
import { inDirectory, type Ran, realGo, run, shimDirectory } from '../support/side-by-side.ts';

const test = suite('goshim enable');
const it = need(test, 'gcc');
const system = '/usr/bin:/bin';
const version = run(realGo, ['version']).stdout;
const goshim = (words: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Ran =>
  run(join(shimDirectory, 'goshim'), words, options);

test('a new directory has a go that is goshim, and one command takes it away', () =>
  inDirectory(cwd => {
    const place = join(cwd, "a b'c");
    const made = goshim(['enable', "a b'c"], {
      cwd,
      env: { PATH: `${place}:${dirname(realGo)}:${process.env['PATH']}` },
    });
    assert.equal(made, { status: 0, signal: null, stdout: `${place}/go is goshim now\n`, stderr: '' });
    assert.equal(readdirSync(place), ['go']);
    assert.is(statSync(join(place, 'go')).mode & 0o777, 0o755);
    const env = { PATH: `${place}:${dirname(realGo)}:${system}` };
    assert.is(run('/bin/sh', ['-c', 'go version'], { env }).stdout, version);
    // Node is remembered: there is none on this PATH.
    const built = run('/bin/sh', ['-c', 'go build -race -o out .'], {
      cwd: program(cwd),
      env: { ...env, PATH: `${place}:${dirname(realGo)}:${bare(cwd)}` },
    });
    assert.is(built.status, 0, built.stderr);
    assert.match(built.stderr, /^goshim: no-race: [^\n]*\n$/);
    assert.equal(goshim(['enable', place], { env }).status, 0);
    assert.equal(goshim(['disable', "a b'c"], { cwd }).status, 0);
    assert.equal(readdirSync(place), []);
    assert.is(goshim(['disable', place]).status, 2);
  }));

/** A PATH entry with the system's programs and no node. */
function bare(cwd: string): string {
  const place = join(cwd, 'bare');
  if (!existsSync(place)) {
    mkdirSync(place);
    for (const name of ['gcc', 'as', 'ld', 'collect2', 'sh', 'env', 'readlink', 'git']) {
      const found = which.sync(name, { nothrow: true });
      if (found !== null) symlinkSync(found, join(place, name));
    }
  }
  return place;
}

function program(cwd: string): string {
  const place = join(cwd, 'program');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'go.mod'), 'module example.org/app\n\ngo 1.19\n');
  writeFileSync(join(place, 'main.go'), 'package main\n\nfunc main() { println("hello") }\n');
  return place;
}

test('it says what keeps a plain go from reaching it', () =>
  inDirectory(cwd => {
    assert.match(
      goshim(['enable', cwd], { env: { PATH: `${dirname(realGo)}:${process.env['PATH']}` } }).stderr,
      /^goshim: .* is not on PATH: export PATH='[^\n]*\n$/,
    );
    assert.match(
      goshim(['enable', cwd], { env: { PATH: `${dirname(realGo)}:${cwd}:${process.env['PATH']}` } }).stderr,
      /^goshim: .*\/go comes first on PATH: put [^\n]*\n$/,
    );
  }));

test('nothing of anybody else’s is written over or taken away', () =>
  inDirectory(cwd => {
    const others: Readonly<Record<string, (file: string) => void>> = {
      file: file => writeFileSync(file, '#!/bin/sh\n'),
      empty: file => writeFileSync(file, ''),
      copy: file => copyFileSync(join(shimDirectory, 'go'), file),
      link: file => symlinkSync(realGo, file),
      'link to the shim': file => symlinkSync(join(shimDirectory, 'go'), file),
      'dangling link': file => symlinkSync('nowhere', file),
      directory: file => void mkdirSync(file),
    };
    for (const [name, make] of Object.entries(others)) {
      const place = join(cwd, name);
      mkdirSync(place);
      make(join(place, 'go'));
      const state = () => JSON.stringify(run('ls', ['-lniR', '--time-style=full-iso', place]));
      const before = state();
      for (const words of [
        ['enable', place],
        ['enable', '--strip', place],
        ['disable', place],
      ]) {
        const refused = goshim(words);
        assert.is(refused.status, 2, `${name}: ${words}`);
        assert.match(refused.stderr, /^goshim: (enable|disable): [^\n]*\n$/);
      }
      assert.is(state(), before, name);
    }
    mkdirSync(join(cwd, 'half'));
    writeFileSync(join(cwd, 'half', 'strip'), '');
    assert.is(goshim(['enable', '--strip', join(cwd, 'half')]).status, 2);
    assert.equal(readdirSync(join(cwd, 'half')), ['strip']);
  }));

test('a Go installation’s own bin, a file, and no directory at all are refused', () =>
  inDirectory(cwd => {
    mkdirSync(join(cwd, 'goroot', 'bin'), { recursive: true });
    mkdirSync(join(cwd, 'goroot', 'pkg', 'tool'), { recursive: true });
    symlinkSync('goroot/bin', join(cwd, 'linked'));
    writeFileSync(join(cwd, 'file'), '');
    for (const words of [
      [join(cwd, 'goroot', 'bin')],
      [join(cwd, 'linked')],
      [dirname(realGo)],
      ['file'],
      ['file/below'],
      ['/dev/null'],
      [],
      ['a', 'b'],
      ['--no-such', 'a'],
    ]) {
      const refused = goshim(['enable', ...words], { cwd });
      assert.is(refused.status, 2, words.join(' '));
      assert.match(refused.stderr, /^goshim: enable: [^\n]*\n$/);
    }
    assert.equal(readdirSync(join(cwd, 'goroot', 'bin')), []);
    assert.is(statSync(join(cwd, 'a'), { throwIfNoEntry: false }), undefined);
  }));

test('--strip puts strip beside it, and disable takes both', () =>
  inDirectory(cwd => {
    assert.is(goshim(['enable', '--strip', cwd]).status, 0);
    assert.equal(readdirSync(cwd).sort(), ['go', 'strip']);
    const env = { PATH: `${cwd}:${system}` };
    assert.match(run('/bin/sh', ['-c', 'strip -V'], { env }).stdout, 'strip');
    assert.is(goshim(['disable', cwd]).status, 0);
    assert.equal(readdirSync(cwd), []);
  }));

it('its environment, arguments and descriptors are exact', () =>
  inDirectory(cwd => {
    const place = join(cwd, 'bin');
    goshim(['enable', place]);
    const found = (go: string, words: string[], out: string) => {
      const ran = run('/bin/bash', ['-c', 'exec 5</dev/null; export IFS=/; "$@"; exit $?', 'bash', go, ...words], {
        cwd,
        env: {
          PATH: `${place}:${dirname(fakeGo())}:${process.env['PATH']}`,
          'a.b': '1',
          FAKE_DO: 'exit 0',
          FAKE_OUT: join(cwd, out),
          FAKE_REAL: realGo,
          GOSHIM_LOG: 'quiet',
        },
      });
      assert.is(ran.status, 0, ran.stderr);
      const { args, ...rest } = readFound(join(cwd, out));
      return { ...rest, args: args.filter(word => !/^-(ldflags=all=|debug-actiongraph=)/.test(word)) };
    };
    for (const words of [
      ['build', '-n'],
      ['test', 'x y', ''],
    ])
      assert.equal(found(join(place, 'go'), words, 'ours'), found(fakeGo(), words, 'bare'), words[0]);
  }));

test('two enabled directories and the package beside them are all goshim', () =>
  inDirectory(cwd => {
    for (const name of ['one', 'two']) goshim(['enable', name], { cwd });
    const [one, two] = [join(cwd, 'one'), join(cwd, 'two')];
    for (const path of [`${one}:${two}:${shimDirectory}`, `${shimDirectory}:${two}:${one}`, `${two}:${two}`]) {
      assert.is(
        run('/bin/sh', ['-c', 'go version'], { env: { PATH: `${path}:${dirname(realGo)}:${system}` } }).stdout,
        version,
      );
      const lost = run('/bin/sh', ['-c', 'go version'], { env: { PATH: `${path}:${system}` } });
      assert.equal([lost.status, lost.stderr.split('\n').length], [127, 2]);
    }
    const refused = run(join(one, 'go'), ['version'], { env: { GOSHIM_GO: join(two, 'go') } });
    assert.match(refused.stderr, /^goshim: GOSHIM_GO=.* is goshim itself/);
  }));

test('when the package is gone, one line says so', () =>
  inDirectory(cwd => {
    const copy = join(cwd, 'package');
    for (const name of ['bin', 'dist', 'package.json', 'profiles', 'schema'])
      cpSync(join(dirname(shimDirectory), name), join(copy, name), { recursive: true });
    assert.is(run(join(copy, 'bin', 'goshim'), ['enable', join(cwd, 'here')]).status, 0);
    assert.is(run(join(cwd, 'here', 'go'), ['version']).stdout, version);
    rmSync(join(copy, 'dist'), { recursive: true });
    const unbuilt = run(join(cwd, 'here', 'go'), ['build']);
    assert.equal([unbuilt.status, unbuilt.stderr.split('\n').length], [3, 2]);
    assert.match(unbuilt.stderr, /npm ci/);
    rmSync(copy, { recursive: true });
    const gone = run(join(cwd, 'here', 'go'), ['version']);
    assert.equal([gone.status, gone.stdout, gone.stderr.split('\n').length], [3, '', 2]);
    assert.match(gone.stderr, /is gone/);
    assert.is(goshim(['disable', join(cwd, 'here')]).status, 0);
  }));

it('the package may lie in a directory with blanks, quotes and dollars', () =>
  inDirectory(cwd => {
    const directory = program(cwd);
    for (const name of ["it's $HOME `x`", 'both "kinds\' of quotes']) {
      const copy = join(cwd, name);
      for (const part of ['bin', 'dist', 'package.json', 'profiles', 'schema'])
        cpSync(join(dirname(shimDirectory), part), join(copy, part), { recursive: true });
      const place = join(cwd, `${name} enabled`);
      assert.is(run(join(copy, 'bin', 'goshim'), ['enable', place]).status, 0);
      for (const entry of [join(copy, 'bin'), place]) {
        const env = { PATH: `${entry}:${dirname(realGo)}:${process.env['PATH']}` };
        // A soft limit below the hard one: go is started by bin/goshim-child.
        const built = run('/bin/bash', ['-c', 'ulimit -Sn 300; go build -race -o out .'], { cwd: directory, env });
        assert.equal([built.status, /^goshim: no-race: [^\n]*\n$/.test(built.stderr)], [0, true], built.stderr);
        assert.equal(
          run('/bin/sh', ['-c', 'go run -race . 2>&1 | tail -n 1'], { cwd: directory, env }).stdout,
          'hello\n',
        );
      }
    }
  }));

// What `goshim enable` writes where there is no bash: the same launcher, read by /bin/sh.
for (const shell of ['dash', 'busybox']) {
  need(
    test,
    'gcc',
    shell,
  )(`read by ${shell}, it serves version, build and run`, () =>
    inDirectory(cwd => {
      const place = join(cwd, 'bin');
      goshim(['enable', place]);
      const sh = join(cwd, 'sh');
      writeFileSync(sh, `#!/bin/sh\nexec ${which.sync(shell)} ${shell === 'busybox' ? 'ash ' : ''}"$@"\n`);
      chmodSync(sh, 0o755);
      const text = readFileSync(join(place, 'go'), 'utf8').replace(
        /^#!.*\n/,
        `#!${which.sync(shell)}${shell === 'busybox' ? ' ash' : ''}\n`,
      );
      writeFileSync(join(place, 'go'), text);
      const directory = program(cwd);
      const go = (...words: string[]) =>
        run(join(place, 'go'), words, {
          cwd: directory,
          env: { PATH: `${place}:${dirname(realGo)}:${process.env['PATH']}`, CGO_ENABLED: '0', IFS: '/' },
        });
      assert.is(go('version').stdout, version);
      assert.equal([go('build', '-o', 'out').status, run(join(directory, 'out'), []).stderr], [0, 'hello\n']);
      const ran = go('run', '.');
      assert.equal([ran.status, /hello\n$/.test(ran.stderr)], [0, true], ran.stderr);
      assert.is(go('build', './none').status, 1);
      const state = run(join(place, 'go'), ['build', '-n'], {
        cwd,
        env: {
          PATH: `${place}:${dirname(fakeGo())}:${process.env['PATH']}`,
          FAKE_DO: 'exit 5',
          FAKE_OUT: join(cwd, 'out'),
          FAKE_REAL: realGo,
          GOSHIM_LOG: 'quiet',
        },
      });
      assert.is(state.status, 5);
      const lost = run(join(place, 'go'), ['version'], { env: { PATH: `${place}:${system}` } });
      assert.equal([lost.status, lost.stderr.split('\n').length], [127, 2]);
    }),
  );
}

test.run();
