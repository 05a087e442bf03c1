import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { need } from '../support/need.ts';
import { inDirectory, type Ran, realGo, run, shim, shimDirectory } from '../support/side-by-side.ts';

const version = run(realGo, ['version']).stdout;
const realDirectory = dirname(realGo);
const system = '/usr/bin:/bin';

/** `go version` found through this PATH, as a shell finds it. */
function through(path: string, options: { cwd?: string; env?: Record<string, string>; words?: string[] } = {}): Ran {
  return run('/bin/sh', ['-c', 'exec go "$@"', 'sh', ...(options.words ?? ['version'])], {
    ...options,
    env: { ...options.env, PATH: path },
  });
}

function script(file: string, body: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}

function isOneLine({ status, stdout, stderr }: Ran, pattern: RegExp): void {
  assert.is.not(status, 0);
  assert.is.not(status, null);
  assert.is(stdout, '');
  assert.match(stderr, pattern);
  assert.is(stderr.trimEnd().split('\n').length, 1, stderr);
}

test('the next go is found and its version is printed', () => {
  assert.equal(through(`${shimDirectory}:${realDirectory}:${system}`), {
    status: 0,
    signal: null,
    stdout: version,
    stderr: '',
  });
});

test('relative and empty entries are not followed to a planted go', () =>
  inDirectory(directory => {
    script(join(directory, 'go'), 'echo planted');
    script(join(directory, 'bin', 'go'), 'echo planted');
    script(join(directory, 'node'), 'echo planted node');
    for (const path of [':', '::', '.:', 'bin:', '../x:./bin:']) {
      const ran = run(shim, ['version'], {
        cwd: directory,
        env: { PATH: `${path}${shimDirectory}:${path}${realDirectory}:${path}` },
      });
      assert.is(ran.stdout, version, path);
      const built = run(shim, ['build', '-n', '-o', 'x', 'cmd/gofmt'], {
        cwd: directory,
        env: { PATH: `${path}${shimDirectory}:${realDirectory}:${path}${dirname(process.execPath)}:${system}` },
      });
      assert.is(built.status, 0, built.stderr);
      assert.not.match(built.stdout + built.stderr, 'planted');
    }
    isOneLine(
      run(shim, ['version'], { cwd: directory, env: { PATH: `:.:bin:${shimDirectory}` } }),
      /no other go on PATH/,
    );
    isOneLine(
      run(shim, ['build'], { cwd: directory, env: { PATH: `:.:${shimDirectory}:${realDirectory}` } }),
      /no node on PATH/,
    );
  }));

test('directories, unreadable and unexecutable files named go are passed over', () =>
  inDirectory(directory => {
    mkdirSync(join(directory, 'a', 'go'), { recursive: true });
    script(join(directory, 'b', 'go'), 'echo planted');
    chmodSync(join(directory, 'b', 'go'), 0o644);
    symlinkSync('nowhere', join(directory, 'a', 'gofmt'));
    mkdirSync(join(directory, 'c'));
    symlinkSync('nowhere', join(directory, 'c', 'go'));
    symlinkSync('go', join(directory, 'c', 'gofmt'));
    const path = ['a', 'b', 'c', 'none', 'with blank', 'st*r'].map(name => join(directory, name)).join(':');
    assert.is(through(`${shimDirectory}:${path}:${realDirectory}:${system}`).stdout, version);
  }));

test('entries with blanks, stars and newlines are entries', () =>
  inDirectory(directory => {
    for (const name of ['a b', '*', 'new\nline', "quo'te", '$(touch x)', '-n']) {
      mkdirSync(join(directory, name));
      symlinkSync(shim, join(directory, name, 'go'));
      assert.is(
        through(`${join(directory, name)}:${realDirectory}:${system}`, { cwd: directory }).stdout,
        version,
        name,
      );
    }
    assert.is(statSync(join(directory, 'x'), { throwIfNoEntry: false }), undefined);
  }));

/** Every way in which the shim may lie about: in each the real go must be found, wherever it stands. */
const disguises: Readonly<Record<string, (directory: string) => string>> = {
  'a link to the file': directory => {
    symlinkSync(shim, join(directory, 'go'));
    return directory;
  },
  'a link to a link': directory => {
    symlinkSync(shim, join(directory, 'one'));
    symlinkSync('one', join(directory, 'go'));
    return directory;
  },
  'a linked directory': directory => {
    symlinkSync(shimDirectory, join(directory, 'bin'));
    return join(directory, 'bin');
  },
  'a copy': directory => {
    copyFileSync(shim, join(directory, 'go'));
    return directory;
  },
  'a copy of the package': directory => {
    cpSync(shimDirectory, join(directory, 'bin'), { recursive: true });
    return join(directory, 'bin');
  },
};

for (const [name, disguise] of Object.entries(disguises)) {
  test(`${name} is goshim and not the real go`, () =>
    inDirectory(directory => {
      const place = disguise(directory);
      for (const path of [
        `${place}:${realDirectory}`,
        `${place}:${shimDirectory}:${realDirectory}`,
        `${shimDirectory}:${place}:${realDirectory}`,
        `${shimDirectory}:${place}:${shimDirectory}:${place}:${realDirectory}`,
      ])
        assert.is(through(`${path}:${system}`).stdout, version, path);
      isOneLine(through(`${place}:${shimDirectory}:${system}`), /no other go on PATH/);
      isOneLine(through(`${shimDirectory}:${place}:${system}`), /no other go on PATH/);
      isOneLine(
        through(`${shimDirectory}:${realDirectory}:${system}`, { env: { GOSHIM_GO: join(place, 'go') } }),
        /GOSHIM_GO=.*goshim/,
      );
    }));
}

test('a hard link is goshim too', () =>
  inDirectory(directory => {
    copyFileSync(shim, join(directory, 'original'));
    chmodSync(join(directory, 'original'), 0o755);
    mkdirSync(join(directory, 'bin'));
    linkSync(join(directory, 'original'), join(directory, 'bin', 'go'));
    assert.is(through(`${shimDirectory}:${directory}/bin:${realDirectory}:${system}`).stdout, version);
    assert.is(through(`${directory}/bin:${shimDirectory}:${realDirectory}:${system}`).stdout, version);
  }));

test('a copy outside of its package says so where Node is needed', () =>
  inDirectory(directory => {
    copyFileSync(shim, join(directory, 'go'));
    isOneLine(
      through(`${directory}:${realDirectory}:${system}`, { words: ['build'] }),
      /copied out of its package.*goshim enable/,
    );
  }));

test('GOSHIM_GO must be an absolute, executable file that is not goshim', () =>
  inDirectory(directory => {
    script(join(directory, 'plain'), '');
    chmodSync(join(directory, 'plain'), 0o644);
    symlinkSync(shim, join(directory, 'alias'));
    for (const value of [
      'go',
      './go',
      'bin/go',
      directory,
      join(directory, 'none'),
      join(directory, 'plain'),
      shim,
      join(directory, 'alias'),
      join(shimDirectory, 'goshim'),
      '/dev/null',
    ])
      for (const words of [['version'], ['build'], ['run', '.'], []]) {
        const ran = run(shim, words, { cwd: directory, env: { GOSHIM_GO: value } });
        isOneLine(ran, /^goshim: GOSHIM_GO=/);
        assert.ok(ran.stderr.includes(value), value);
      }
    assert.is(run(shim, ['version'], { env: { GOSHIM_GO: '' } }).stdout, version);
    assert.is(run(shim, ['version'], { env: { GOSHIM_GO: realGo, PATH: system } }).stdout, version);
  }));

test("a version manager's script before or behind the shim has its turn", () =>
  inDirectory(directory => {
    // asdf's shape: the shim asks a manager, which puts the chosen version first on PATH and runs it.
    script(join(directory, 'shims', 'go'), `echo asked >&2; PATH=${realDirectory}:$PATH exec go "$@"`);
    const shims = join(directory, 'shims');
    for (const path of [`${shims}:${shimDirectory}`, `${shimDirectory}:${shims}`])
      assert.equal(through(`${path}:${system}`), { status: 0, signal: null, stdout: version, stderr: 'asked\n' });
  }));

test('a wrapper that calls go through PATH is passed over when it comes back', () =>
  inDirectory(directory => {
    const counter = join(directory, 'calls');
    const turns = () => readFileSync(counter, 'utf8').length;
    for (const call of [
      'exec go "$@"',
      'go "$@"',
      'go version >/dev/null && go "$@"',
      'sh -c \'go "$@"; exit $?\' sh "$@"',
    ]) {
      writeFileSync(counter, '');
      script(join(directory, 'wrap', 'go'), `printf x >>${counter}; ${call}`);
      const wrap = join(directory, 'wrap');
      assert.is(through(`${shimDirectory}:${wrap}:${realDirectory}:${system}`).stdout, version, call);
      assert.ok(turns() <= 12, `${call}: ${turns()} turns`);
      writeFileSync(counter, '');
      const lost = through(`${shimDirectory}:${wrap}:${system}`);
      assert.is(lost.status, 126, call);
      assert.match(lost.stderr, /^goshim: .*wrap\/go calls go, which is goshim again: set GOSHIM_GO/);
      assert.ok(turns() <= 12, `${call}: ${turns()} turns`);
      writeFileSync(counter, '');
      assert.is(through(`${shimDirectory}:${system}`, { env: { GOSHIM_GO: join(wrap, 'go') } }).status, 126, call);
      assert.ok(turns() <= 12, `${call}: ${turns()} turns`);
    }
  }));

test('a wrapper that comes back ends for build and run as well', () =>
  inDirectory(directory => {
    script(join(directory, 'go'), 'go "$@"');
    for (const word of ['build', 'install', 'run'])
      assert.is(
        through(`${shimDirectory}:${directory}:${dirname(process.execPath)}:${system}`, {
          words: [word, 'x.go'],
          cwd: directory,
        }).status,
        126,
      );
  }));

test('two shims that call each other through PATH end in one line', () =>
  inDirectory(directory => {
    for (const name of ['one', 'two']) script(join(directory, name, 'go'), 'exec go "$@"');
    const path = `${directory}/one:${shimDirectory}:${directory}/two:${system}`;
    // Started behind the first wrapper, which would otherwise only ever call itself.
    const ran = run(shim, ['version'], { env: { PATH: `${path.slice(path.indexOf(':') + 1)}:${directory}/one` } });
    assert.is(ran.status, 126);
    assert.is(ran.stderr.trimEnd().split('\n').length, 1);
  }));

need(test, 'gcc')('a compiled wrapper, linked or not, that calls go through PATH ends in one line', () =>
  inDirectory(directory => {
    const source = join(directory, 'w.c');
    writeFileSync(source, '#include <unistd.h>\nint main(int c, char **v) { execvp("go", v); return 1; }\n');
    mkdirSync(join(directory, 'plain'));
    mkdirSync(join(directory, 'linked'));
    assert.is(spawnSync('gcc', ['-o', join(directory, 'plain', 'go'), source]).status, 0);
    symlinkSync('../plain/go', join(directory, 'linked', 'go'));
    for (const name of ['plain', 'linked']) {
      const wrap = join(directory, name);
      isOneLine(through(`${shimDirectory}:${wrap}:${system}`), /calls go, which is goshim again/);
      assert.is(through(`${shimDirectory}:${wrap}:${realDirectory}:${system}`).stdout, version);
    }
  }),
);

test('the guard against loops does not reach what a real go starts', () =>
  inDirectory(directory => {
    symlinkSync(realGo, join(directory, 'go'));
    for (const path of [`${shimDirectory}:${realDirectory}`, `${shimDirectory}:${directory}`]) {
      // Into a file: what a tool prints is kept in go's cache, and said again to whoever builds that package next.
      const seen = join(directory, 'seen');
      through(`${path}:${system}`, { words: ['vet', '-toolexec', `sh -c 'env >>${seen}; exec $0 $@'`, 'errors'] });
      const environment = readFileSync(seen, 'utf8');
      assert.match(environment, /^PATH=/m);
      assert.not.match(environment, /^GOSHIM/m);
    }
  }));

test.run();
