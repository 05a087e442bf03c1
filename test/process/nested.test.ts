// docs/nested-go.md: which go a program finds that was started by go.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { need } from '../support/need.ts';
import { inDirectory, realGo, run, shim, shimDirectory, sideBySide } from '../support/side-by-side.ts';

const test = suite('nested go');
const it = need(test, 'gcc');
const withMake = need(test, 'gcc', 'make');
const ofGoroot = join(run(realGo, ['env', 'GOROOT']).stdout.trim(), 'bin', 'go');

function module(cwd: string): void {
  writeFileSync(join(cwd, 'go.mod'), 'module example.org/app\n\ngo 1.19\n');
  writeFileSync(join(cwd, 'main.go'), 'package main\n\n//go:generate sh -c "command -v go"\n\nfunc main() {}\n');
}

it('go generate and go test put GOROOT/bin first: the real go, as bare', () =>
  inDirectory(cwd => {
    module(cwd);
    const generated = sideBySide(['generate', '.'], { cwd });
    assert.equal(generated.shim, generated.bare);
    assert.is(generated.shim.stdout, `${ofGoroot}\n`);
    writeFileSync(
      join(cwd, 'app_test.go'),
      'package main\n\nimport (\n\t"os/exec"\n\t"testing"\n)\n\nfunc TestGo(t *testing.T) {\n\tpath, err := exec.LookPath("go")\n\tt.Log(path, err)\n}\n',
    );
    for (const { stdout } of Object.values(sideBySide(['test', '-count=1', '-v', '.'], { cwd })))
      assert.match(stdout, `${ofGoroot} <nil>`);
  }));

withMake('make finds the shim on PATH, in $(GO) and in recipes below recipes', () =>
  inDirectory(cwd => {
    module(cwd);
    writeFileSync(
      join(cwd, 'Makefile'),
      'GO ?= go\nall:\n\t$(GO) build -ldflags "-s -w" -o one .\n\t$(MAKE) below\nbelow:\n\t+sh -c \'$(GO) build -race -o two .\'\n',
    );
    for (const options of [
      {},
      { words: ['GO=goshim go'] },
      { words: [`GO=${shim}`], env: { PATH: `${dirname(realGo)}:${process.env['PATH']}` } },
    ] as {
      words?: string[];
      env?: Record<string, string>;
    }[]) {
      const ran = run('make', ['-s', ...(options.words ?? [])], {
        cwd,
        ...(options.env === undefined ? {} : { env: options.env }),
      });
      assert.is(ran.status, 0, ran.stderr);
      assert.match(ran.stderr, /^goshim: symbol-table: .*-s /m);
      assert.match(ran.stderr, /^goshim: no-race: /m);
      for (const name of ['one', 'two'])
        assert.is(run(join(shimDirectory, 'goshim'), ['verify', name], { cwd }).status, 0);
    }
  }),
);

it('a build driver under go run, two deep, reaches the shim', () =>
  inDirectory(cwd => {
    module(cwd);
    mkdirSync(join(cwd, 'driver'));
    writeFileSync(
      join(cwd, 'driver', 'build.go'),
      `package main

import (
	"os"
	"os/exec"
)

func main() {
	words := []string{"build", "-ldflags=-s", "-o", "out", "."}
	if len(os.Args) > 1 {
		words = []string{"run", "driver/build.go"}
	}
	command := exec.Command("go", words...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if command.Run() != nil {
		os.Exit(1)
	}
}
`,
    );
    const ran = run(shim, ['run', 'driver/build.go', 'again'], { cwd });
    assert.is(ran.status, 0, ran.stderr);
    assert.match(ran.stderr, /^goshim: symbol-table: -s [^\n]*\n$/);
    assert.is(run(join(shimDirectory, 'goshim'), ['verify', 'out'], { cwd }).status, 0);
  }));

it('a wrapper that is given as the go of a tool passes everything on', () =>
  inDirectory(cwd => {
    module(cwd);
    // mage's and GoReleaser's way: a path to go in a variable of theirs.
    const ran = run('/bin/sh', ['-c', '"$GOCMD" build -o out . && "$GOCMD" version'], {
      cwd,
      env: { GOCMD: shim, PATH: `${dirname(realGo)}:${process.env['PATH']}` },
    });
    assert.equal([ran.status, ran.stdout, ran.stderr], [0, run(realGo, ['version']).stdout, '']);
  }));

test.run();
