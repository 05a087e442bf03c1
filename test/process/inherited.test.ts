import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Found, fakeGo, readFound } from '../support/fake-go.ts';
import { need } from '../support/need.ts';
import { inDirectory, plainEnvironment, type Ran, realGo, run, shim, shimDirectory } from '../support/side-by-side.ts';

const test = suite('what go inherits');
const it = need(test, 'gcc');

/** `go build` by this shell text, in which "$@" is go and its words, as `program` sees it. */
function found(
  program: string,
  shellText: string,
  options: { cwd: string; env?: Readonly<Record<string, string | undefined>>; words?: readonly string[] },
): { ran: Ran; found: Found } {
  const out = join(options.cwd, 'found');
  rmSync(out, { force: true });
  const ran = run('/bin/bash', ['-c', shellText, 'bash', program, ...(options.words ?? ['build', '-n'])], {
    cwd: options.cwd,
    env: {
      PATH: `${shimDirectory}:${dirname(fakeGo())}:${process.env['PATH']}`,
      FAKE_DO: 'exit 0',
      FAKE_OUT: out,
      FAKE_REAL: realGo,
      GOSHIM_LOG: 'quiet',
      ...options.env,
    },
  });
  return { ran, found: asked(readFound(out)) };
}

/** Without the words that the shim puts into every build. */
function asked({ args, ...found }: Found): Found {
  return { ...found, args: args.filter(word => !/^-(ldflags=all=|debug-actiongraph=)/.test(word)) };
}

function same(shellText: string, options: Parameters<typeof found>[2]): Found {
  const bare = found(fakeGo(), shellText, options);
  const ours = found(shim, shellText, options);
  assert.equal(ours.found, bare.found, shellText);
  assert.equal(ours.ran, bare.ran, shellText);
  return ours.found;
}

const states: Readonly<Record<string, string>> = {
  'nothing special': 'exec "$@"',
  'called by a shell that waits': '"$@"; exit $?',
  'stdin closed': 'exec "$@" <&-',
  'stdout closed': 'exec "$@" >&-',
  'stderr closed': 'exec "$@" 2>&-',
  'everything closed': 'exec "$@" <&- >&- 2>&-',
  'descriptors 5, 9 and 12 open': 'exec 5</dev/null 9</dev/zero 12</etc/passwd; exec "$@"',
  'a soft limit on open files': 'ulimit -Sn 512; exec "$@"',
  'a hard limit on open files': 'ulimit -n 777; exec "$@"',
  'a umask': 'umask 077; exec "$@"',
  'HUP ignored': 'trap "" HUP; exec "$@"',
  'PIPE and XFSZ ignored': 'trap "" PIPE XFSZ; exec "$@"',
  'INT and QUIT ignored, as for a background job': 'trap "" INT QUIT; exec "$@"',
  'QUIT alone ignored': 'trap "" QUIT; exec "$@"',
  'many ignored': 'trap "" 1 2 3 10 12 13 14 15 25 31; exec "$@"',
  'a nice value': 'exec nice -n 5 "$@"',
  'variables that a shell would change, and all of that':
    'ulimit -Sn 300; trap "" HUP; exec env -u SHLVL -u OLDPWD IFS=/ a.b=1 PS1=x OPTIND=5 PWD=/none "$@" <&-',
  'all at once': 'exec 7</dev/null <&-; ulimit -Sn 300; trap "" HUP PIPE; umask 027; exec nice "$@"',
};

for (const [name, text] of Object.entries(states)) {
  it(`${name}: the same for go behind the shim`, () =>
    inDirectory(cwd => {
      same(text, { cwd });
      // What is not intercepted never meets Node, and is exact all the more.
      same(text, { cwd, words: ['test', '-n'] });
    }));
}

const odd: Readonly<Record<string, string>> = {
  'a.b': '1',
  'INPUT_my-in': '2',
  'x y': 'z',
  EMPTY: '',
  LINES2: 'one\ntwo\n',
  BASH_ENV: '/nonexistent/file',
  ENV: '/nonexistent/file',
  'BASH_FUNC_x%%': '() {  echo function\n}',
  IFS: '/',
  OPTIND: '7',
  OPTERR: '0',
  PS1: '> ',
  PS2: '>> ',
  PS4: 'q',
  UID: '4711',
  EUID: '4712',
  LINENO: '99',
  RANDOM: '4',
  SECONDS: '5',
  SHELLOPTS: 'xtrace',
  BASHOPTS: 'nullglob',
  BASH: '/bin/zsh',
  BASH_VERSION: '1',
  BASHPID: '3',
  BASH_SUBSHELL: '9',
  BASH_COMMAND: 'c',
  BASH_ARGV0: 'a',
  HISTCMD: '1',
  COMP_WORDBREAKS: 'w',
  EPOCHSECONDS: '1',
  POSIXLY_CORRECT: '',
  GLOBIGNORE: '*',
  CDPATH: '/usr',
  TMOUT: '1',
  FUNCNEST: '1',
  LC_ALL: 'C.UTF-8',
  LANG: 'xx_YY',
  PWD: '/nonexistent',
  OLDPWD: '/nonexistent',
  SHLVL: '7',
  _: '/some/program',
  MAILCHECK: '1',
  COLUMNS: '3',
  TERM: 'dumb',
  HOSTNAME: 'h',
  HOME: '/proc/nowhere',
  NODE_OPTIONS: '--no-such-option',
  NODE_EXTRA_CA_CERTS: '/nonexistent.pem',
  NODE_DEBUG: 'fs,child_process',
  NODE_CHANNEL_FD: '3',
  NODE_PATH: '/nonexistent',
  NODE_REDIRECT_WARNINGS: '/nonexistent/x',
  OPENSSL_CONF: '/etc/passwd',
  goshim: 'lower',
  path: '/lower',
};

for (const words of [
  ['build', '-n'],
  ['test', '-n'],
]) {
  it(`variables keep name and value: go ${words[0]}`, () =>
    inDirectory(cwd => {
      // By env(1) and not by a shell, which would change some of them before the shim could.
      for (const [name, value] of Object.entries(odd)) {
        if (words[0] === 'build' && !/^(NODE_|OPENSSL|IFS|a\.b|PWD)/.test(name)) continue;
        const options = { cwd, words, env: { [name]: value } };
        const bare = straight(fakeGo(), options);
        assert.ok(
          bare.env.some(entry => entry.startsWith(`${name}=`)),
          name,
        );
        assert.equal(straight(shim, options), bare, name);
      }
      const all = { cwd, words, env: odd };
      assert.equal(straight(shim, all), straight(fakeGo(), all));
    }));

  it(`a bare environment stays bare: go ${words[0]}`, () =>
    inDirectory(cwd => {
      const kept = new Set(['PATH', 'FAKE_DO', 'FAKE_OUT', 'FAKE_REAL', 'GOSHIM_NODE', 'GOSHIM_LOG']);
      const env = Object.fromEntries(
        Object.keys(plainEnvironment())
          .filter(name => !kept.has(name))
          .map(name => [name, undefined]),
      );
      const options = { cwd, words, env: { ...env, GOSHIM_NODE: process.execPath } };
      const bare = straight(fakeGo(), options);
      assert.equal(bare.env.map(entry => entry.replace(/=.*/, '')).sort(), ['GOSHIM_LOG', 'GOSHIM_NODE', 'PATH']);
      assert.equal(straight(shim, options), bare);
    }));
}

/** Node starts the program: no shell of ours in between. */
function straight(
  program: string,
  { cwd, words, env }: { cwd: string; words: readonly string[]; env: Readonly<Record<string, string | undefined>> },
): Found {
  const out = join(cwd, 'found');
  rmSync(out, { force: true });
  const ran = run(program, words, {
    cwd,
    env: {
      PATH: `${shimDirectory}:${dirname(fakeGo())}:${dirname(process.execPath)}:/usr/bin:/bin`,
      FAKE_DO: 'exit 0',
      FAKE_OUT: out,
      FAKE_REAL: realGo,
      GOSHIM_LOG: 'quiet',
      ...env,
    },
  });
  assert.equal([ran.status, ran.stderr], [0, '']);
  return asked(readFound(out));
}

it('bytes that are no UTF-8 reach go as they are, with one line about it', () =>
  inDirectory(cwd => {
    const raw: Readonly<Record<string, readonly [string, string[]]>> = {
      'an argument': [
        'exec "$@" $\'a\\377\\376b\' "" "two words" "new\nline" \'q"uo\\te\'',
        ['a\\xff\\xfeb', '', 'two words'],
      ],
      'a value': ['X=$\'\\377\' exec "$@"', []],
      'a value beside odd names': ["exec env $'a.b=\\377' IFS=/ $'n\\376me=x' \"$@\"", []],
    };
    for (const [name, [text, args]] of Object.entries(raw))
      for (const prefix of ['', 'trap "" HUP; ulimit -Sn 400; exec <&-; ']) {
        const bare = found(fakeGo(), prefix + text, { cwd, words: ['build', '-n'] });
        const ours = found(shim, prefix + text, { cwd, words: ['build', '-n'] });
        assert.equal(ours.found, bare.found, name);
        for (const arg of args) assert.ok(ours.found.args.includes(arg), arg);
        assert.match(ours.ran.stderr, /^goshim: [^\n]*UTF-8[^\n]*\n$/);
      }
  }));

it('the longest argument goes through, one longer is refused by the caller alike', () =>
  inDirectory(cwd => {
    const length = (program: string, count: number) =>
      run('/bin/bash', ['-c', '"$0" build -n "$(head -c "$1" /dev/zero | tr "\\0" x)"', program, String(count)], {
        cwd,
        env: {
          PATH: `${shimDirectory}:${dirname(fakeGo())}:${process.env['PATH']}`,
          FAKE_DO: 'exit 0',
          FAKE_REAL: realGo,
          GOSHIM_LOG: 'quiet',
        },
      });
    for (const count of [131_071, 131_072]) {
      const bare = length(fakeGo(), count);
      const ours = length(shim, count);
      assert.equal([ours.status, ours.signal], [bare.status, bare.signal], String(count));
    }
  }));

it('an environment too large for go is an error of one line', () =>
  inDirectory(cwd => {
    const env: Record<string, string> = {};
    for (let index = 0; index < 20; index++) env[`BIG${index}`] = 'x'.repeat(100_000);
    const program = (path: string) =>
      run(path, ['build', '-n'], {
        cwd,
        env: {
          PATH: `${shimDirectory}:${dirname(fakeGo())}:${process.env['PATH']}`,
          FAKE_DO: 'exit 0',
          FAKE_REAL: realGo,
          GOSHIM_LOG: 'quiet',
          ...env,
        },
      });
    assert.is(program(fakeGo()).status, 0);
    const ours = program(shim);
    assert.is(ours.status, 0, ours.stderr);
  }));

it('the working directory: deleted, and behind a link', () =>
  inDirectory(cwd => {
    mkdirSync(join(cwd, 'real'));
    symlinkSync('real', join(cwd, 'link'));
    const text = 'cd link && exec "$@"';
    const logical = same(text, { cwd });
    assert.ok(logical.env.includes(`PWD=${cwd}/link`));
    assert.ok(logical.rest.includes(`cwd ${cwd}/real`));
    for (const word of ['build', 'run', 'version']) {
      const lost = (program: string) => {
        mkdirSync(join(cwd, 'lost'), { recursive: true });
        return run('/bin/sh', ['-c', 'cd lost && rmdir ../lost && exec "$@"', 'sh', program, word], { cwd });
      };
      const bare = lost(realGo);
      const ours = lost(shim);
      assert.equal([ours.status, ours.stdout], [bare.status, bare.stdout], word);
      // bash says a line of its own before the launcher is read.
      assert.is(ours.stderr.replace(/^shell-init: .*\n/, ''), bare.stderr);
    }
  }));

test.run();
