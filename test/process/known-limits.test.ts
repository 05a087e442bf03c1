// @slow
// docs/known-limits.md, line by line. A test that fails because something got better takes its line with it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fakeGo, readFound } from '../support/fake-go.ts';
import { need } from '../support/need.ts';
import { inDirectory, plainEnvironment, realGo, run, shim, shimDirectory } from '../support/side-by-side.ts';
import { gone, start } from '../support/started.ts';

const test = suite('known limits');
const it = need(test, 'gcc');
const withPython = need(test, 'gcc', 'python3');
const page = readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../../docs/known-limits.md'), 'utf8');
const documented = (text: string) => assert.ok(page.includes(text), `docs/known-limits.md has no ${text}`);

const fakeEnvironment = (cwd: string, job: string) => ({
  PATH: `${shimDirectory}:${dirname(fakeGo())}:${process.env['PATH']}`,
  FAKE_DO: job,
  FAKE_OUT: join(cwd, 'found'),
  FAKE_REAL: realGo,
  GOSHIM_LOG: 'quiet',
});

test('a locale that is not there makes bash say a line', () => {
  documented('setlocale: LC_ALL: cannot change locale');
  const env = { LC_ALL: 'xx_YY.UTF-8' };
  assert.is(run(realGo, ['version'], { env }).stderr, '');
  const ours = run(shim, ['version'], { env });
  assert.is(ours.status, 0);
  assert.match(ours.stderr, /^[^\n]*setlocale: LC_ALL: cannot change locale[^\n]*\n$/);
});

test('a deleted directory makes bash say a line', () =>
  inDirectory(cwd => {
    documented('shell-init: error retrieving current directory');
    mkdirSync(join(cwd, 'gone'));
    const ours = run('/bin/sh', ['-c', 'cd gone && rmdir ../gone && exec "$0" env GOROOT', shim], { cwd });
    assert.match(ours.stderr, /^shell-init: error retrieving current directory/);
  }));

withPython('entries without a name or `=` are dropped, of two with one name the last counts', () =>
  inDirectory(cwd => {
    documented('environment entries without `=`');
    // execve takes any strings: Python's own exec does not, the C library's does.
    const script = `
import ctypes, json, sys
words, entries = json.loads(sys.argv[1])
c = lambda texts: (ctypes.c_char_p * (len(texts) + 1))(*[text.encode() for text in texts], None)
ctypes.CDLL(None).execve(words[0].encode(), c(words), c(entries))
`;
    const entries = Object.entries(plainEnvironment(fakeEnvironment(cwd, 'exit 0'))).map(
      ([name, value]) => `${name}=${value}`,
    );
    const seen = (go: string) => {
      const ran = run('python3', [
        '-c',
        script,
        JSON.stringify([
          [go, 'test'],
          [...entries, 'none', '=empty', 'TWICE=1', 'TWICE=2', 'PPID=1'],
        ]),
      ]);
      assert.is(ran.status, 0, ran.stderr);
      return readFound(join(cwd, 'found')).env.filter(entry => /none|empty|TWICE|PPID/.test(entry));
    };
    assert.equal(seen(fakeGo()), ['=empty', 'PPID=1', 'TWICE=1', 'TWICE=2', 'none']);
    assert.equal(seen(shim), ['TWICE=2']);
  }),
);

it('behind a wrapper the guard is in the environment, behind go run it is not', () =>
  inDirectory(cwd => {
    documented('GOSHIM_VIA');
    const place = join(cwd, 'shims');
    mkdirSync(place);
    writeFileSync(join(place, 'go'), `#!/bin/sh\nexec ${fakeGo()} "$@"\n`, { mode: 0o755 });
    const env = { ...fakeEnvironment(cwd, 'exit 0'), PATH: `${shimDirectory}:${place}:${process.env['PATH']}` };
    assert.is(run(shim, ['test'], { cwd, env }).status, 0);
    assert.is(readFound(join(cwd, 'found')).env.filter(entry => entry.startsWith('GOSHIM_VIA=')).length, 1);
    writeFileSync(join(place, 'go'), `#!/bin/sh\nexec ${realGo} "$@"\n`);
    writeFileSync(join(cwd, 'go.mod'), 'module example.org/app\n\ngo 1.19\n');
    writeFileSync(
      join(cwd, 'main.go'),
      'package main\n\nimport ("os"; "fmt")\n\nfunc main() { fmt.Print(os.Getenv("GOSHIM_VIA")) }\n',
    );
    assert.is(run(shim, ['run', '.'], { cwd, env }).stdout, '');
  }));

it('argv[0] of go is its path', () => {
  documented('argv[0] of go');
  const command = `exec -a go "$0" -c 'echo $0'`;
  assert.is(run('/bin/bash', ['-c', command, '/bin/bash']).stdout, 'go\n');
  inDirectory(cwd => {
    const job = start(shim, ['test'], { cwd, env: plainEnvironment(fakeEnvironment(cwd, 'wait-die')) });
    return job.seen(/ready (\d+)/).then(async ([, pid]) => {
      assert.is(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), `${fakeGo()}\0test\0`);
      job.child.stdin?.end();
      await job.ended;
    });
  });
});

withPython('SIGCHLD ignored on entry has its default action for go build', () =>
  inDirectory(cwd => {
    documented('SIGCHLD ignored on entry');
    const script =
      'import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])';
    const ignored = (go: string, word: string) => {
      run('python3', ['-c', script, go, word, '-n'], { cwd, env: fakeEnvironment(cwd, 'exit 0') });
      return readFound(join(cwd, 'found')).rest.find(line => line.startsWith('SigIgn'));
    };
    assert.is(ignored(shim, 'test'), ignored(fakeGo(), 'test'));
    assert.is.not(ignored(shim, 'build'), ignored(fakeGo(), 'build'));
  }),
);

it('goshim go is read by sh, which drops names that are no identifiers; bin/go keeps them', () =>
  inDirectory(cwd => {
    documented('goshim go');
    const env = { ...fakeEnvironment(cwd, 'exit 0'), PLAIN_NAME: '1', 'a.b': '2' };
    const names = (program: string, words: readonly string[]) => {
      assert.is(run(program, words, { cwd, env }).status, 0);
      return readFound(join(cwd, 'found')).env.filter(entry => /^(PLAIN_NAME|a\.b)=/.test(entry));
    };
    assert.equal(names(shim, ['test']), ['PLAIN_NAME=1', 'a.b=2']);
    const isDash = spawnSync('/bin/sh', ['-c', 'echo "$BASH_VERSION"'], { encoding: 'utf8' }).stdout === '\n';
    assert.equal(
      names(join(shimDirectory, 'goshim'), ['go', 'test']),
      isDash ? ['PLAIN_NAME=1'] : ['PLAIN_NAME=1', 'a.b=2'],
    );
  }));

it('death by a real-time signal reads as 0, and is never a pass', () =>
  inDirectory(cwd => {
    documented('real-time signal');
    const env = { ...fakeEnvironment(cwd, 'die 34'), GOSHIM_LOG: 'changes' };
    writeFileSync(join(cwd, 'go.mod'), 'module example.org/app\n\ngo 1.19\n');
    writeFileSync(join(cwd, 'main.go'), 'package main\n\nfunc main() {}\n');
    const ours = run(shim, ['build', '-o', 'app', '.'], { cwd, env });
    assert.equal([ours.status, ours.signal], [0, null]);
    assert.match(ours.stderr, /unknown/);
  }));

it('after SIGKILL to goshim alone go goes on', () =>
  inDirectory(async cwd => {
    documented('SIGKILL, or SIGSTOP, to goshim alone');
    const job = start(shim, ['build', '-n'], { cwd, env: plainEnvironment(fakeEnvironment(cwd, 'wait-die')) });
    const pid = Number((await job.seen(/ready (\d+)/))[1]);
    job.child.kill('SIGKILL');
    await new Promise(resolve => job.child.once('exit', resolve));
    process.kill(pid, 0);
    job.child.stdin?.end();
    await gone(pid);
  }));

withPython('blocked signals are unblocked for go build', () =>
  inDirectory(cwd => {
    documented('mask of blocked signals');
    const script =
      'import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]); os.execv(sys.argv[1], sys.argv[1:])';
    const blocked = (go: string, word: string) => {
      run('python3', ['-c', script, go, word, '-n'], { cwd, env: fakeEnvironment(cwd, 'exit 0') });
      return readFound(join(cwd, 'found')).rest.find(line => line.startsWith('SigBlk'));
    };
    assert.is(blocked(shim, 'test'), blocked(fakeGo(), 'test'));
    assert.is.not(blocked(shim, 'build'), blocked(fakeGo(), 'build'));
  }),
);

it('at the very limit of arguments and environment it is one line and exit 126', () =>
  inDirectory(cwd => {
    documented('Argument list too long');
    const env = fakeEnvironment(cwd, 'exit 0');
    const fill = (words: number, rest: number, go: string) =>
      run(
        '/bin/bash',
        [
          '-c',
          'w=$(printf %0900d 0); set -- "$0" build -n "$(printf %0"$2"d 0)" $(yes $w | head -n "$1"); exec "$@"',
          go,
          String(words),
          String(rest),
        ],
        { cwd, env },
      );
    // Words, then the length of one, until bare go just starts: what is left then is less than the hand-over takes.
    const words = most(5000, count => fill(count, 1, fakeGo()).status === 0);
    const rest = most(2000, length => fill(words, length, fakeGo()).status === 0);
    const ours = fill(words, rest, shim);
    assert.is(ours.status, 126);
    assert.match(ours.stderr, /Argument list too long/);
    assert.not.match(ours.stderr, /\n {4}at /);
  }));

/** The largest number below `limit` that is good. */
function most(limit: number, isGood: (number: number) => boolean): number {
  let low = 0;
  let high = limit;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isGood(middle)) low = middle;
    else high = middle;
  }
  return low;
}

test.run();
