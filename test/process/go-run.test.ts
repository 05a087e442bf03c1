// @slow
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { need } from '../support/need.ts';
import {
  inDirectory,
  type Options,
  plainEnvironment,
  type Ran,
  realGo,
  run,
  shim,
  shimDirectory,
  sideBySide,
} from '../support/side-by-side.ts';
import { gone, start } from '../support/started.ts';
import { atTerminal } from '../support/terminal.ts';

const test = suite('go run');
const it = need(test, 'gcc');
const atPty = need(test, 'gcc', 'python3');

const program = String.raw`package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Println("ran")
		return
	}
	number := 0
	if len(os.Args) > 2 {
		number, _ = strconv.Atoi(os.Args[2])
	}
	switch os.Args[1] {
	case "exit":
		os.Exit(number)
	case "die":
		signal.Reset()
		syscall.Kill(os.Getpid(), syscall.Signal(number))
		time.Sleep(time.Minute)
	case "panic":
		panic("the end")
	case "env":
		entries := os.Environ()
		sort.Strings(entries)
		fmt.Println(strings.Join(entries, "\n"))
	case "args":
		fmt.Printf("%q\n", os.Args[1:])
	case "cat":
		io.Copy(os.Stdout, os.Stdin)
	case "fd":
		file := os.NewFile(uintptr(number), "fd")
		text, err := io.ReadAll(file)
		fmt.Printf("%q %v\n", text, err)
	case "sh":
		command := exec.Command("/bin/sh", "-c", os.Args[2])
		command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
		fmt.Println(command.Run())
	case "yes":
		for {
			if _, err := fmt.Println("y"); err != nil {
				os.Exit(3)
			}
		}
	case "wait":
		got := make(chan os.Signal, 4)
		signal.Notify(got, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP)
		fmt.Println("ready", os.Getpid())
		end := make(chan int, 1)
		go func() { io.ReadAll(os.Stdin); end <- 0 }()
		select {
		case sig := <-got:
			fmt.Println("got", int(sig.(syscall.Signal)))
			<-end
		case <-end:
		}
		fmt.Println("end")
	}
}
`;

// One module for all tests: go keeps the linked program of a package, and need not link again for each line.
const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'goshim-test-')));
mkdirSync(join(cwd, 'below'));
writeFileSync(join(cwd, 'go.mod'), 'module example.org/app\n\ngo 1.19\n');
writeFileSync(join(cwd, 'main.go'), program);
test.after(() => rmSync(cwd, { recursive: true, force: true }));

/** Both, with what differs by nature evened out: go's own temporary and cache paths. */
function same(words: readonly string[], options: Options): Ran {
  const { bare, shim } = sideBySide(words, options);
  const even = (text: string) => text.replace(/\/tmp\/go-build\d+|0x[0-9a-f]+|\+0x[0-9a-f]+/g, 'X');
  assert.equal(
    { ...shim, stderr: even(shim.stderr), stdout: even(shim.stdout) },
    { ...bare, stderr: even(bare.stderr), stdout: even(bare.stdout) },
    words.join(' '),
  );
  return shim;
}

it('exit codes and deaths of the program', () => {
  const options = { cwd };
  assert.is(same(['run', '.', 'exit', '0'], options).status, 0);
  const seven = same(['run', '.', 'exit', '7'], options);
  assert.equal([seven.status, seven.stderr], [1, 'exit status 7\n']);
  same(['run', '.', 'exit', '255'], options);
  assert.is(same(['run', 'main.go', 'die', '9'], options).stderr, 'signal: killed\n');
  same(['run', '.', 'die', '15'], options);
  assert.match(same(['run', '.', 'panic'], options).stderr, /panic: the end[\s\S]*exit status 2\n$/);
});

it('arguments, stdin, the directory', () => {
  same(['run', '.', 'args', '', 'a b', "it's", '"', '-race', '-o', '--', '$HOME', '*', 'new\nline', '\\'], { cwd });
  same(['run', '-C', 'below', '..', 'args', 'x'], { cwd });
  same(['-C', 'below', 'run', '../main.go', 'args', 'x'], { cwd });
  assert.is(same(['run', '.', 'cat'], { cwd, input: 'one\ntwo\0three' }).stdout, 'one\ntwo\0three');
  same(['run', 'main.go', 'sh', 'pwd; pwd -P; umask; ls -l /proc/self/fd/0 >/dev/null && echo open'], {
    cwd,
    input: '',
  });
});

it("go's own errors come through", () => {
  writeFileSync(join(cwd, 'below', 'bad.go'), 'package main\n\nfunc main() { undefined() }\n');
  for (const words of [
    ['run'],
    ['run', '-nosuch', '.'],
    ['run', './none'],
    ['run', 'below/bad.go'],
    ['run', '-o', 'x', '.'],
    ['run', '-h'],
    ['run', '-exec'],
    ['run', '-C'],
    ['run', 'none.go'],
  ])
    assert.is.not(same(words, { cwd }).status, 0);
});

it('the program has the environment that bare go gives it', () => {
  for (const env of [
    {},
    { CGO_ENABLED: '0' },
    { CGO_ENABLED: '1' },
    { CGO_ENABLED: '' },
    { GOFLAGS: '-tags=x' },
    { NODE_OPTIONS: '--no-such', NODE_EXTRA_CA_CERTS: '' },
    {
      'a.b': '1',
      IFS: '/',
      PS1: '> ',
      BASH_ENV: '/none',
      'BASH_FUNC_f%%': '() { :; }',
      OPTIND: '9',
      EMPTY: '',
      LINES: 'a\nb',
    },
    { 'a.b': '1', CGO_ENABLED: '0', IFS: '/' },
    { PWD: undefined, SHLVL: undefined, OLDPWD: undefined, _: undefined },
    { PWD: '/nonexistent' },
    {
      GOSHIM_VIA: undefined,
      HOME: undefined,
      GOCACHE: join(process.env['HOME'] ?? '/root', '.cache', 'go-build'),
      GOPATH: join(cwd, 'gopath'),
    },
  ] as const) {
    // Without the changes that the shim makes known on stderr.
    const { bare, shim } = sideBySide(['run', '.', 'env'], { cwd, env });
    // Its own directory stands before GOROOT/bin there, as it stood before the real go's in PATH.
    const goroot = dirname(dirname(realGo));
    const moved = (text: string) =>
      text.replace(`\nPATH=${goroot}/bin:${shimDirectory}:`, `\nPATH=${shimDirectory}:${goroot}/bin:`);
    assert.is(shim.stdout, moved(bare.stdout), JSON.stringify(env));
    assert.is.not(moved(bare.stdout), bare.stdout);
    assert.not.match(shim.stdout, /goshim_|GOSHIM/);
  }
});

it('PATH stays as go makes it where the shim was not found through PATH', () => {
  for (const path of [
    `${dirname(realGo)}:${shimDirectory}:${process.env['PATH']}`,
    `${dirname(realGo)}:${process.env['PATH']}`,
  ])
    same(['run', '.', 'env'], { cwd, env: { PATH: path } });
  // In the middle of PATH, with empty entries about: the order of the user's entries is kept.
  const path = `/nonexistent::${shimDirectory}:${dirname(realGo)}:/usr/bin:/bin:${dirname(process.execPath)}:`;
  const shown = run(shim, ['run', '.', 'sh', 'echo "$PATH"'], { cwd, env: { PATH: path } });
  const goroot = join(dirname(dirname(realGo)), 'bin');
  assert.is(shown.stdout, `${path.replace(shimDirectory, `${shimDirectory}:${goroot}`)}\n<nil>\n`);
});

it('a build driver reaches the shim by the name go', () => {
  const nested = run(
    shim,
    ['run', '.', 'sh', 'command -v go; CGO_ENABLED=0 go build -o out . && go version -m out | grep CGO_ENABLED'],
    { cwd },
  );
  assert.match(nested.stdout, `${shim}\n`);
  assert.match(nested.stdout, /CGO_ENABLED=1/);
});

it("descriptors, limits and ignored signals are the caller's", () => {
  writeFileSync(join(cwd, 'five'), 'from five');
  const through = (text: string) => {
    const [bare, ours] = [realGo, shim].map(go => run('/bin/bash', ['-c', text, 'bash', go], { cwd }));
    assert.equal(ours, bare, text);
    return ours?.stdout ?? '';
  };
  assert.match(through('exec 5<five; exec "$1" run . fd 5'), /"from five"/);
  assert.match(through('ulimit -Sn 321; exec "$1" run . sh "ulimit -Sn"'), /^321\n/);
  assert.match(through('trap "" HUP; exec "$1" run . sh "grep SigIgn /proc/self/status"'), /1\n/);
  through('exec "$1" run . sh "ls /proc/self/fd" <&-');
  through('exec "$1" run . exit 3 >&-');
  through('"$1" run . yes | head -1');
  through('umask 077; exec nice -n 3 "$1" run . sh "umask; nice"');
});

it("the user's own -exec runs inside ours", () => {
  mkdirSync(join(cwd, 'with blank'));
  const wrapper = join(cwd, 'with blank', 'wrap');
  writeFileSync(wrapper, '#!/bin/sh\necho "wrapped [$1]"; shift; exec "$@"\n');
  chmodSync(wrapper, 0o755);
  for (const words of [
    ['run', `-exec='${wrapper}' one`, '.', 'args', 'x'],
    ['run', '-exec', `'${wrapper}' "it's a quote"`, '.', 'args', 'x'],
    ['run', '-exec=env A=1', '.', 'sh', 'echo $A'],
    ['run', `-exec='${wrapper}' 'back\\slash \\0101'`, '.', 'args', 'x'],
    ['run', '-exec=/nonexistent/program', '.'],
    ['run', '-exec=', '.'],
  ]) {
    const { bare, shim } = sideBySide(words, { cwd });
    assert.equal([shim.status, shim.stdout], [bare.status, bare.stdout], words.join(' '));
  }
  same(['run', '.', 'args', 'x'], { cwd, env: { GOFLAGS: `'-exec=env A=1'` } });
});

it('a package at a version runs as it does bare', () => {
  same(['run', 'example.org/none@v1.0.0'], { cwd, env: { GOPROXY: 'off', GOFLAGS: '-mod=mod' } });
});

/** Until each thread of a process was found waiting, several times in a row. */
async function asleep(pid: number | undefined): Promise<void> {
  const threads = `/proc/${pid}/task`;
  for (let calm = 0; calm < 20; ) {
    const stats = readdirSync(threads).map(thread => readFileSync(join(threads, thread, 'stat'), 'utf8'));
    calm = stats.every(stat => stat.includes(') S ')) ? calm + 1 : 0;
    await new Promise(setImmediate);
  }
}

it('SIGINT to go alone: the program finishes, go exits 1', async () => {
  for (const go of [realGo, shim]) {
    const job = start(go, ['run', '.', 'wait'], { cwd, env: plainEnvironment() });
    await job.seen(/ready \d+\n/);
    job.child.kill('SIGINT');
    job.child.kill('SIGUSR1');
    // The program must not end before go has dealt with it.
    await asleep(job.child.pid);
    job.child.stdin?.end();
    const { status, signal, stdout, stderr } = await job.ended;
    assert.equal([status, signal, stderr], [1, null, ''], go);
    assert.match(stdout, /end\n$/);
  }
});

it('SIGTERM and SIGHUP to go alone end go, and the program lives', async () => {
  for (const go of [realGo, shim])
    for (const name of ['SIGTERM', 'SIGHUP'] as const) {
      const job = start(go, ['run', '.', 'wait'], { cwd, env: plainEnvironment() });
      const pid = Number((await job.seen(/ready (\d+)\n/))[1]);
      const exited = new Promise(resolve => job.child.once('exit', (code, signal) => resolve([code, signal])));
      job.child.kill(name);
      assert.equal(await exited, [null, name], go);
      process.kill(pid, 0);
      job.child.stdin?.end();
      assert.match((await job.ended).stdout, /end\n$/);
      await gone(pid);
    }
});

atPty('Ctrl-C, Ctrl-\\ and Ctrl-Z at a terminal', () => {
  const session = (go: string, steps: Parameters<typeof atTerminal>[0]['steps']) =>
    atTerminal({ argv: [go, 'run', '.', 'wait'], env: plainEnvironment(), cwd, steps });
  for (const steps of [
    [
      { wait: 'ready', send: '\u0003' },
      { wait: 'got', send: '\u0004' },
    ],
    [
      { wait: 'ready', send: '\u001c' },
      { wait: 'got', send: '\u0004' },
    ],
    [{ wait: 'ready', send: '\u001a' }, {}, { wait: '^Z', send: '\u0004' }],
  ]) {
    const both = () =>
      [realGo, shim].map(go => {
        const seen = session(go, steps);
        return { ...seen, output: seen.output.replace(/ready \d+/, 'ready') };
      });
    // On a busy machine go itself may end before its own handler has noted the signal, and exit 0: that race is not ours.
    let [bare, ours] = both();
    for (let again = 0; again < 3 && bare?.exit !== ours?.exit; again++) [bare, ours] = both();
    assert.equal(ours, bare);
    assert.match(ours?.output ?? '', 'end');
  }
});

it('a program that the agent would refuse is one warning, and it runs', () =>
  inDirectory(directory => {
    writeFileSync(join(directory, 'go.mod'), 'module example.org/app\n\ngo 1.19\n');
    writeFileSync(
      join(directory, 'main.go'),
      'package main\n\n// #cgo LDFLAGS: -Wl,-s\nimport "C"\nimport "os"\n\nfunc main() { os.Exit(4) }\n',
    );
    const env = { CGO_LDFLAGS_ALLOW: '-Wl,-s' };
    const ours = run(shim, ['run', '.'], { cwd: directory, env });
    assert.is(ours.status, 1);
    assert.match(ours.stderr, /^goshim: no-go-run: .*symbol-table.*\nexit status 4\n$/);
    assert.is(run(shim, ['run', '.'], { cwd: directory, env: { ...env, GOSHIM: 'off' } }).stderr, 'exit status 4\n');
  }));

test.run();
