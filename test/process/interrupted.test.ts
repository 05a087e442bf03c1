import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  watch,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { need } from '../support/need.ts';
import { inDirectory, plainEnvironment, realGo, run, shim, shimDirectory } from '../support/side-by-side.ts';
import { start } from '../support/started.ts';

const test = suite('interrupted and at the same time');
const it = need(test, 'gcc');
const withMake = need(test, 'gcc', 'make');

/** A module, a TMPDIR of its own and the environment for it. */
function place(cwd: string): { source: string; temporary: string; env: Record<string, string> } {
  const source = join(cwd, 'source');
  const temporary = join(cwd, 'temporary');
  mkdirSync(source);
  mkdirSync(temporary);
  writeFileSync(join(source, 'go.mod'), 'module example.org/app\n\ngo 1.19\n');
  writeFileSync(join(source, 'main.go'), 'package main\n\nvar version = "none"\n\nfunc main() { println(version) }\n');
  return { source, temporary, env: { TMPDIR: temporary } };
}

it('six builds of one output at the same time: it is whole, and nothing else is left', () =>
  inDirectory(async cwd => {
    const { source, temporary, env } = place(cwd);
    const jobs = Array.from({ length: 6 }, (_, index) =>
      start(shim, ['build', '-ldflags', `-s -X main.version=${index % 2}`, '-o', 'app', '.'], {
        cwd: source,
        env: plainEnvironment(env),
      }),
    );
    for (const { status, signal, stderr } of await Promise.all(jobs.map(({ ended }) => ended)))
      assert.equal([status, signal], [0, null], stderr);
    assert.match(run(join(source, 'app'), []).stderr, /^[01]\n$/);
    assert.is(run(join(shimDirectory, 'goshim'), ['verify', join(source, 'app')]).status, 0);
    assert.equal(readdirSync(source).sort(), ['app', 'go.mod', 'main.go']);
    assert.equal(readdirSync(temporary), []);
  }));

withMake('make -j: every recipe has the job server, and all outputs are good', () =>
  inDirectory(cwd => {
    const { source, temporary, env } = place(cwd);
    const names = ['a', 'b', 'c', 'd'];
    writeFileSync(
      join(source, 'Makefile'),
      `all: ${names.join(' ')}\n${names.map(name => `${name}:\n\t+@go build -s 2>/dev/null; go build -ldflags=-s -o $@ .\n\t+@go run . 2>&1 | sed s/none/$@/\n`).join('')}`,
    );
    const ran = run('make', ['-j4'], { cwd: source, env });
    assert.is(ran.status, 0, ran.stderr);
    assert.not.match(ran.stderr, /jobserver/);
    assert.equal(ran.stdout.trimEnd().split('\n').sort(), names);
    for (const name of names) assert.is(run(join(source, name), []).stderr, 'none\n');
    assert.equal(readdirSync(temporary), []);
  }),
);

withMake('a recipe that calls go sees the job server’s descriptors open, as with bare go', () =>
  inDirectory(cwd => {
    const { source, env } = place(cwd);
    const tool = join(cwd, 'tool');
    // A -toolexec is a child of go: what it has is what go had.
    writeFileSync(
      tool,
      `#!/bin/sh\n[ -e ${cwd}/fds ] || echo "$MAKEFLAGS" "$(ls /proc/self/fd)" >${cwd}/fds\nexec "$@"\n`,
    );
    chmodSync(tool, 0o755);
    const seen = [realGo, shim].map(go => {
      writeFileSync(join(source, 'Makefile'), `all:\n\t+@rm -f ${cwd}/fds; ${go} build -toolexec ${tool} -o app .\n`);
      const ran = run('make', ['-j3'], { cwd: source, env });
      assert.is(ran.status, 0, ran.stderr);
      return readFileSync(join(cwd, 'fds'), 'utf8').replace(/\d+\n$/, '');
    });
    assert.is(seen[1], seen[0]);
  }),
);

// Whatever came, and wherever go was: nothing of ours is left. (go itself leaves its work directory when it dies of a signal.)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  it(`${signal} while go compiles or links`, () =>
    inDirectory(async cwd => {
      const { source, temporary, env } = place(cwd);
      const [gate, bell] = [join(cwd, 'gate'), join(cwd, 'bell')];
      assert.is(spawnSync('mkfifo', [gate, bell]).status, 0);
      for (const where of ['compile', 'link']) {
        // The tool of this name says that it was reached, and waits at the gate.
        const tool = join(cwd, `at-${where}`);
        writeFileSync(
          tool,
          `#!/bin/sh\ncase $1,$2 in *,-V=full) ;; */${where},*) echo reached >${bell}; read x <${gate}; exit 1 ;; esac\nexec "$@"\n`,
        );
        chmodSync(tool, 0o755);
        writeFileSync(join(source, 'other.go'), `package main\n\nconst other = "${where} ${cwd}"\n`);
        const words = ['build', '-toolexec', tool, '-o', 'app', '.'];
        const job = start(shim, words, { cwd: source, env: plainEnvironment(env) });
        // go keeps a tool's output to itself.
        await start('/bin/cat', [bell], { env: plainEnvironment() }).ended;
        const exited = new Promise(resolve => job.child.once('exit', (code, name) => resolve([code, name])));
        job.child.kill(signal);
        assert.equal(await exited, [null, signal], where);
        assert.equal(ours(temporary), [], where);
        assert.equal(readdirSync(source).sort(), ['go.mod', 'main.go', 'other.go'], where);
        // The tool outlives go, here as behind bare go.
        const opened = openSync(gate, 'r+');
        writeSync(opened, '\n');
        await job.ended;
        closeSync(opened);
      }
    }));
}

it('a signal at any moment of a cached build leaves nothing behind', () =>
  inDirectory(async cwd => {
    const { source, temporary, env } = place(cwd);
    const words = ['build', '-o', 'app', '.'];
    assert.is(run(shim, words, { cwd: source, env }).status, 0);
    // The moments are those at which the work can be seen from outside: each new state of TMPDIR.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      for (let moment = 1; moment < 6; moment++) {
        const job = start(shim, words, { cwd: source, env: plainEnvironment(env) });
        let left = moment;
        const watcher = watch(temporary, () => {
          if (--left === 0) job.child.kill(signal);
        });
        const { status, signal: died } = await job.ended;
        watcher.close();
        assert.ok(died === signal || status === 0, `${moment}: ${status} ${died}`);
        assert.equal(ours(temporary), []);
        assert.equal(readdirSync(source).sort(), ['app', 'go.mod', 'main.go']);
      }
  }));

const ours = (directory: string) => readdirSync(directory).filter(name => !name.startsWith('go-build'));

test.run();
