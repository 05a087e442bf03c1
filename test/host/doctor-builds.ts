import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Leave } from './doctor-leave.ts';
import { fakeGo, goenvFile, launcher, pathOf, program, put, realGo } from './doctor-world.ts';

/** What a build needs, and what is said to it. */
export const buildLeaves: readonly Leave[] = [
  {
    id: 'go-on-path',
    what: 'the real go comes first',
    status: 'problem',
    message: /\/go comes before goshim: 1\. \/.+\/go \(go\), 2\. \/.+\/bin\/go \(goshim\)/,
    fix: /^export PATH="\/.+\/bin:\$PATH"$/,
    change: ({ env }) => {
      env['PATH'] = `${dirname(realGo)}:${dirname(launcher)}:/usr/bin:/bin`;
    },
  },
  {
    id: 'go-on-path',
    what: 'goshim is not there',
    status: 'warn',
    message: /goshim does not stand on PATH as go: 1\. /,
    fix: /goshim enable/,
    change: ({ env }) => {
      env['PATH'] = `${dirname(realGo)}:/usr/bin:/bin`;
    },
  },
  {
    id: 'go-on-path',
    what: 'a version manager comes first',
    status: 'problem',
    message: /1\. \S+\.asdf\/shims\/go \(the version manager asdf\)/,
    change: world => {
      program(world, '.asdf/shims/go', 'exit 0');
      world.env['PATH'] = `${world.cwd}/.asdf/shims:${world.env['PATH']}`;
    },
  },
  {
    id: 'real-go',
    what: 'no go at all',
    status: 'problem',
    message: /no other go on PATH/,
    change: ({ env }) => {
      env['PATH'] = dirname(launcher);
    },
  },
  {
    id: 'real-go',
    what: 'GOSHIM_GO names nothing',
    status: 'problem',
    message: /GOSHIM_GO=\/nowhere\/go is not an executable file/,
    change: ({ env }) => {
      env['GOSHIM_GO'] = '/nowhere/go';
    },
  },
  {
    id: 'real-go',
    what: 'TinyGo poses as go',
    status: 'problem',
    message: /is TinyGo, not gc's go: tinygo version 0\.33\.0/,
    change: world => {
      program(
        world,
        'go',
        'case $1 in version) echo "tinygo version 0.33.0 linux/amd64 (using go version go1.23.1 and LLVM version 18.1.2)";; env) echo; echo;; esac',
      );
      world.env['GOSHIM_GO'] = join(world.cwd, 'go');
    },
  },
  {
    id: 'real-go',
    what: 'a go that hangs',
    status: 'problem',
    message: /did not answer within 0\.7 s/,
    bench: { timeLimit: 700 },
    change: world => {
      program(world, 'go', 'sleep 600');
      world.env['GOSHIM_GO'] = join(world.cwd, 'go');
    },
  },
  {
    id: 'toolchain',
    what: 'a release candidate',
    status: 'warn',
    message: /go1\.27rc1\b.*: .*candidate/,
    change: world => fakeGo(world, { GOVERSION: 'go1.27rc1' }),
  },
  {
    id: 'toolchain',
    what: 'an experiment',
    status: 'warn',
    message: /go1\.26\.8-X:boringcrypto/,
    change: world => fakeGo(world, { GOVERSION: 'go1.26.8-X:boringcrypto' }),
  },
  {
    id: 'toolchain',
    what: 'GOEXPERIMENT, which GOVERSION does not show',
    status: 'warn',
    message: /^go1\.\S+;.* GOEXPERIMENT=jsonv2 \(environment\): experiments switched on$/,
    fix: /^unset GOEXPERIMENT$/,
    change: ({ env }) => {
      env['GOEXPERIMENT'] = 'jsonv2';
    },
  },
  {
    id: 'node',
    what: 'the node on PATH is too old',
    status: 'problem',
    message: /v18\.20\.0, goshim needs 20/,
    change: world => {
      program(world, 'node', 'echo v18.20.0');
      world.env['PATH'] = `${world.cwd}:${world.env['PATH']}`;
    },
  },
  {
    id: 'node',
    what: 'no node on PATH',
    status: 'problem',
    message: /no node on PATH/,
    fix: /^export GOSHIM_NODE=\//,
    change: ({ env }) => {
      env['PATH'] = dirname(launcher);
    },
  },
  {
    id: 'settings',
    what: 'a malformed .goshim.json',
    status: 'problem',
    message: /\.goshim\.json: .*profile/,
    change: ({ cwd }) => {
      writeFileSync(join(cwd, 'go.mod'), 'module m\n');
      writeFileSync(join(cwd, '.goshim.json'), '{"profile": 7}');
    },
  },
  {
    id: 'settings',
    what: 'a malformed agent version',
    status: 'problem',
    message: /GOSHIM_AGENT_VERSION/,
    change: ({ env }) => {
      env['GOSHIM_AGENT_VERSION'] = 'latest';
    },
  },
  {
    id: 'settings',
    what: 'GOSHIM=off',
    status: 'warn',
    message: /every build is go's own/,
    fix: /^unset GOSHIM$/,
    change: ({ env }) => {
      env['GOSHIM'] = 'off';
    },
  },
  {
    id: 'c-compiler',
    what: 'none on PATH',
    status: 'problem',
    message: /a C compiler \(gcc\) is missing/,
    fix: /^apt-get install gcc libc6-dev$/,
    change: world => pathOf(world, []),
  },
  {
    id: 'c-compiler',
    what: 'one that hangs',
    status: 'unknown',
    message: /its libc is not known: \S+\/slow did not answer within 0\.7 s/,
    bench: { timeLimit: 700 },
    change: world => {
      program(world, 'slow', 'sleep 600');
      world.env['CC'] = join(world.cwd, 'slow');
    },
  },
  {
    id: 'c-compiler',
    what: 'a relative one',
    status: 'problem',
    message: /^CC is relative \(\.\/gcc\): go wants an absolute path or a name on PATH$/,
    change: ({ env }) => {
      env['CC'] = './gcc';
    },
  },
  {
    id: 'c-compiler',
    what: 'a directory',
    status: 'problem',
    message: /is not an executable file\) is missing/,
    change: world => {
      world.env['CC'] = world.cwd;
    },
  },
  {
    id: 'c-compiler',
    what: 'zig for a musl target, which links statically',
    status: 'problem',
    message: /zig cc -target x86_64-linux-musl links statically against musl/,
    change: world => {
      program(world, 'zig', 'exit 1');
      world.env['PATH'] = `${world.env['PATH']}:${world.cwd}`;
      world.env['CC'] = 'zig cc -target x86_64-linux-musl';
    },
  },
  {
    id: 'cross-compilers',
    what: 'a CC that makes code for this machine only',
    status: 'problem',
    message: /^s390x: none: CC is set to \S+\/mine, which makes code for \w+$/,
    fix: /^unset CC$/,
    change: world => {
      program(world, 'mine', 'exec gcc "$@"');
      world.env['CC'] = join(world.cwd, 'mine');
      writeFileSync(join(world.cwd, '.goshim.json'), '{"targets": ["linux/s390x"]}');
    },
  },
  {
    id: 'cross-compilers',
    what: 'a target without one',
    status: 'problem',
    message: /s390x: none/,
    fix: /^apt-get install gcc-s390x-linux-gnu$/,
    change: world => {
      pathOf(world, []);
      writeFileSync(join(world.cwd, 'go.mod'), 'module m\n');
      writeFileSync(join(world.cwd, '.goshim.json'), '{"targets": ["linux/s390x"]}');
    },
  },
  {
    id: 'linker',
    what: 'one is asked for and is not there',
    status: 'problem',
    message: /-fuse-ld=mold is asked for by CGO_LDFLAGS \(environment\) and mold is not there/,
    change: world => {
      pathOf(world, ['ld']);
      world.env['CGO_LDFLAGS'] = '-fuse-ld=mold';
    },
  },
  {
    id: 'linker',
    what: 'none at all',
    status: 'problem',
    message: /no linker on PATH/,
    fix: /^apt-get install binutils$/,
    change: world => pathOf(world, []),
  },
  {
    id: 'strip',
    what: "binutils' comes first",
    status: 'warn',
    message: /\/first\/strip comes before goshim's strip/,
    fix: /^export PATH="\/.+:\$PATH"$/,
    change: world => {
      program(world, 'first/strip', 'exit 0');
      put(world.cwd, '/second/strip', '#!/bin/bash -p\n# goshim launcher: strip\n');
      chmodSync(join(world.cwd, 'second/strip'), 0o755);
      world.env['PATH'] = `${world.cwd}/first:${world.cwd}/second:${world.env['PATH']}`;
    },
  },
  {
    id: 'cgo-enabled',
    what: 'the environment says 0',
    status: 'warn',
    message: /CGO_ENABLED=0 \(environment\)/,
    fix: /^unset CGO_ENABLED$/,
    change: ({ env }) => {
      env['CGO_ENABLED'] = '0';
    },
  },
  {
    id: 'cgo-enabled',
    what: 'go env -w says 0',
    status: 'warn',
    message: /CGO_ENABLED=0 \(go env -w\)/,
    fix: /^go env -u CGO_ENABLED$/,
    change: world => goenvFile(world, 'CGO_ENABLED=0\n'),
  },
  {
    id: 'goflags',
    what: 'flags that the agent refuses, and a secret beside them',
    status: 'warn',
    message: /^GOFLAGS \(environment\): -race -ldflags=… -tags=a; the agent refuses -race, -ldflags=-s$/,
    fix: /^unset GOFLAGS$/,
    change: ({ env }) => {
      env['GOFLAGS'] = "-race '-ldflags=-s -X main.token=hunter2' -tags=a";
    },
  },
  {
    id: 'goflags',
    what: 'a word that is no flag',
    status: 'warn',
    message: /^GOFLAGS \(environment\) holds a word that is no flag: go refuses it$/,
    change: ({ env }) => {
      env['GOFLAGS'] = '-trimpath hunter2';
    },
  },
  {
    id: 'goflags',
    what: 'one that cannot be parsed',
    status: 'warn',
    message: /cannot be parsed/,
    change: ({ env }) => {
      env['GOFLAGS'] = "'-ldflags=-s";
    },
  },
  {
    id: 'goenv',
    what: 'every build is for another machine',
    status: 'warn',
    message: /sets GOOS: every build is for plan9\/|sets GOARCH, GOOS/,
    fix: /^go env -u GOOS$/,
    change: world => goenvFile(world, 'GOOS=plan9\n'),
  },
  {
    id: 'bypasses',
    what: 'an editor that knows where go is',
    status: 'warn',
    message: /\.vscode\/settings\.json names \/usr\/local\/go/,
    change: ({ cwd }) => put(cwd, '/.vscode/settings.json', '{\n  // as said\n  "go.goroot": "/usr/local/go",\n}'),
  },
  {
    id: 'bypasses',
    what: 'a Makefile with an absolute go',
    status: 'warn',
    message: /Makefile names \/opt\/go\/bin\/go/,
    fix: /^make GO=go$/,
    change: ({ cwd }) => put(cwd, '/Makefile', 'GO ?= /opt/go/bin/go\nall:\n\t$(GO) build\n'),
  },
  {
    id: 'login-shell',
    what: 'a profile that replaces PATH',
    status: 'warn',
    message: /not goshim: sh -lc: /,
    change: ({ env }) => put(env['HOME'] ?? '', '/.profile', `echo noise\nPATH=${dirname(realGo)}:/usr/bin:/bin\n`),
  },
];
