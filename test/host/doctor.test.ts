// @slow
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import which from 'which';
import { type Bench, run } from '../../src/commands/doctor.ts';
import { checkIds } from '../../src/host/checks/ids.ts';
import { checks } from '../../src/host/checks/index.ts';
import { UsageError } from '../../src/usage-error.ts';
import { need } from '../support/need.ts';
import { start, staticGo, stopAll } from './running.ts';

interface World {
  /** Stands before /proc, /etc and the like; a healthy Debian. */
  root: string;
  /** Where a build would be started; empty. */
  cwd: string;
  env: NodeJS.ProcessEnv;
}

interface Row {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
}

const launcher = join(dirname(fileURLToPath(import.meta.url)), '../../bin/go');
const realGo = which.sync('go', { all: true }).find(path => path !== launcher) ?? '';

const test = suite<World>('goshim doctor');

test.before.each(world => {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-doctor-'));
  world.root = join(directory, 'root');
  world.cwd = join(directory, 'cwd');
  mkdirSync(world.cwd);
  mkdirSync(join(directory, 'home'));
  healthy(world.root);
  world.env = {
    PATH: `${dirname(launcher)}:${dirname(realGo)}:/usr/bin:/bin`,
    HOME: join(directory, 'home'),
    GOTOOLCHAIN: 'local',
  };
});
test.after.each(async ({ root }) => {
  await stopAll();
  rmSync(dirname(root), { recursive: true });
});

test('the ids that help and completion know are those of the checks', () => {
  assert.equal(
    checks.map(({ id }) => id),
    [...checkIds],
  );
});

test('on a healthy machine every check is ok; nothing is written, and it is quick', async world => {
  put(world.root, '/opt/dynatrace/oneagent/agent/installer.version', '1.341.20.20260601-101010\n');
  const before = everything(world);
  const started = performance.now();
  const { code, rows } = await doctor(world);
  assert.ok(performance.now() - started < 1500, `${(performance.now() - started).toFixed(0)} ms`);
  assert.equal(
    rows.filter(({ status, id }) => status !== 'ok' && id !== 'parent-chain'),
    [],
  );
  assert.is(code, 0);
  assert.equal(
    rows.map(({ id }) => id),
    checkIds.filter(id => id !== 'login-shell'),
  );
  assert.ok(rows.every(({ message, why }) => message !== '' && why !== '' && !/\n/.test(message)));
  assert.equal(everything(world), before);
});

/** Each check, and a change of the machine that makes it leave `ok`. */
const leaves: readonly {
  readonly id: string;
  readonly what: string;
  readonly status: string;
  readonly message: RegExp;
  readonly fix?: RegExp;
  readonly bench?: Bench;
  change(world: World): unknown;
}[] = [
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
  {
    id: 'host-libc',
    what: 'none, as in scratch',
    status: 'warn',
    message: /no C library/,
    change: ({ root }) => rmSync(join(root, 'lib'), { recursive: true }),
  },
  {
    id: 'kernel',
    what: 'an old one',
    status: 'warn',
    message: /Linux 3\.10\.0-1160\.el7 has no memfd_create/,
    change: ({ root }) => {
      put(root, '/proc/sys/kernel/osrelease', '3.10.0-1160.el7\n');
      put(root, '/proc/kallsyms', '0000000000000000 T sys_read\n');
    },
  },
  {
    id: 'kernel',
    what: 'no /proc',
    status: 'unknown',
    message: /osrelease cannot be read \(ENOENT\)/,
    change: ({ root }) => rmSync(join(root, 'proc'), { recursive: true }),
  },
  {
    id: 'container',
    what: 'no /proc',
    status: 'unknown',
    message: /not known/,
    change: ({ root }) => rmSync(join(root, 'proc'), { recursive: true }),
  },
  {
    id: 'sys-ptrace',
    what: 'a container of an old kernel without the capability',
    status: 'problem',
    message: /Linux before 4\.8/,
    fix: /--cap-add=SYS_PTRACE/,
    change: world => {
      inDocker(world, '4.4.0', 2);
      world.env['GOSHIM_PROFILE'] = 'oneagent-static';
    },
  },
  {
    id: 'sys-ptrace',
    what: "Docker's default on a new kernel: bit 19 is not the whole answer",
    status: 'unknown',
    message: /no SYS_PTRACE; from Docker 19\.03/,
    change: world => {
      inDocker(world, '6.1.0', 2);
      world.env['GOSHIM_PROFILE'] = 'oneagent-static';
    },
  },
  {
    id: 'parent-chain',
    what: 'no /proc',
    status: 'unknown',
    message: /cannot be read/,
    change: ({ root }) => rmSync(join(root, 'proc'), { recursive: true }),
  },
  {
    id: 'cpus',
    what: 'musl on 64 CPUs',
    status: 'warn',
    message: /64 CPUs, quota 2, with musl/,
    change: ({ root }) => {
      put(root, '/sys/devices/system/cpu/online', '0-31,32-63\n');
      put(root, '/sys/fs/cgroup/cpu.max', '200000 100000\n');
      rmSync(join(root, 'lib'), { recursive: true });
      put(root, '/lib/ld-musl-x86_64.so.1', '\0musl libc (x86_64)\0\x001.2.5\0');
    },
  },
  {
    id: 'memory',
    what: 'little of it',
    status: 'warn',
    message: /0\.3 GiB, by the control group is little/,
    change: ({ root }) => put(root, '/sys/fs/cgroup/memory.max', '268435456\n'),
  },
  { id: 'agent', what: 'none', status: 'unknown', message: /no agent in the known places/, change: () => {} },
  {
    id: 'agent',
    what: 'an unreadable version',
    status: 'unknown',
    message: /an agent in \/opt\/dynatrace\/oneagent, of unknown version/,
    change: ({ root }) => put(root, '/opt/dynatrace/oneagent/agent/installer.version', 'latest\n'),
  },
  {
    id: 'agent',
    what: 'the settings say another version',
    status: 'warn',
    message: /agent 1\.333\.55\.20260317-092136 in \/opt\/dynatrace\/oneagent .*; the settings say 1\.300/,
    change: ({ root, env }) => {
      mkdirSync(join(root, 'opt/dynatrace/oneagent/agent/bin'), { recursive: true });
      symlinkSync('1.333.55.20260317-092136', join(root, 'opt/dynatrace/oneagent/agent/bin/current'));
      env['GOSHIM_AGENT_VERSION'] = '1.300';
    },
  },
  {
    id: 'agent-release',
    what: 'an agent too old for this Go',
    status: 'problem',
    message: /needs agent 1\.\d+ or later, this one is 1\.203/,
    change: ({ env }) => {
      env['GOSHIM_AGENT_VERSION'] = '1.203';
    },
  },
  {
    id: 'preload',
    what: 'a library that is not there',
    status: 'warn',
    message: /\$LIB\/liboneagentproc\.so is preloaded by \/etc\/ld\.so\.preload and is not there/,
    change: ({ root }) => put(root, '/etc/ld.so.preload', '/$LIB/liboneagentproc.so\n'),
  },
  {
    id: 'kubernetes',
    what: 'a pod without the agent',
    status: 'warn',
    message: /^no sign of the agent in this pod; variables DT_API_TOKEN$/,
    change: ({ env }) => {
      env['KUBERNETES_SERVICE_HOST'] = '10.0.0.1';
      env['DT_API_TOKEN'] = 'hunter2';
    },
  },
];

for (const { id, what, status, message, fix, bench = {}, change } of leaves)
  test(`${id}: ${what}`, async world => {
    change(world);
    const { code, rows, stdout } = await doctor(world, ['--only', id], bench);
    const [row] = rows;
    assert.equal([row?.id, row?.status], [id, status], row?.message);
    assert.match(row?.message ?? '', message);
    if (fix !== undefined) assert.match(row?.fix ?? '', fix);
    assert.is(code, status === 'problem' ? 1 : 0);
    assert.not.match(stdout, /hunter2/);
  });

test('every check is in that table', () => {
  assert.equal(
    checkIds.filter(id => !leaves.some(leave => leave.id === id)),
    [],
  );
});

need(test, 'go-12')("real-go: gccgo's go", async world => {
  world.env['GOSHIM_GO'] = which.sync('go-12');
  const { rows } = await doctor(world, ['--only', 'real-go']);
  assert.is(rows[0]?.status, 'problem');
  assert.match(rows[0]?.message ?? '', /is gccgo's go, not gc's/);
});

test('node: the one that goshim enable wrote down comes before PATH', async world => {
  program(world, 'old', 'echo v16.0.0');
  const go = `#!/bin/bash -p\n# goshim launcher, enabled\ngoshim_home='/x' goshim_node='${join(world.cwd, 'old')}'\n`;
  put(world.cwd, '/bin/go', go);
  chmodSync(join(world.cwd, 'bin/go'), 0o755);
  world.env['PATH'] = `${world.cwd}/bin:${world.env['PATH']}`;
  const { rows } = await doctor(world, ['--only', 'node']);
  assert.match(rows[0]?.message ?? '', /\/old is v16\.0\.0/);
  rmSync(join(world.cwd, 'old'));
  assert.is((await doctor(world, ['--only', 'node'])).rows[0]?.status, 'ok');
});

test('parent-chain: a static parent', async world => {
  const app = join(world.cwd, 'app');
  copyFileSync(staticGo(), app);
  const { pid } = await start(app, ['start', app]);
  const { rows } = await doctor(world, ['--only', 'parent-chain'], { root: '', pid });
  assert.is(rows[0]?.status, 'warn');
  assert.match(rows[0]?.message ?? '', /the parent is static: \d+ \S+\/app \(static\), \d+ \S+ \(dynamic\)/);
});

test('kubernetes: the agent is injected', async world => {
  world.env['KUBERNETES_SERVICE_HOST'] = '10.0.0.1';
  const library = '/opt/dynatrace/oneagent-paas/agent/lib64/liboneagentproc.so';
  put(world.root, library, '');
  world.env['LD_PRELOAD'] = library;
  const { rows } = await doctor(world, ['--only', 'kubernetes,preload']);
  assert.equal(
    rows.map(({ status }) => status),
    ['ok', 'ok'],
  );
});

test('with only node, sh, bash, env, dirname, readlink, uname and cat on PATH it still answers', async world => {
  pathOf(world, ['node', 'sh', 'bash', 'env', 'dirname', 'readlink', 'uname', 'cat']);
  world.env['PATH'] = join(world.cwd, 'only');
  const { code, rows } = await doctor(world);
  assert.is(code, 1);
  assert.is(rows.find(({ id }) => id === 'node')?.status, 'ok');
  assert.not.ok(rows.some(({ message }) => message.startsWith('could not be examined')));
});

test('text: a line a check, why and fix below what is not ok, and a count', async world => {
  world.env['CGO_ENABLED'] = '0';
  const { stdout } = await doctor(world, ['--format', 'text', '--only', 'cgo-enabled', '--only', 'cpus']);
  assert.match(
    stdout,
    /^warn {5}cgo-enabled: CGO_ENABLED=0 \(environment\)\n {9}why: .+\n {9}fix: unset CGO_ENABLED\nok {7}cpus: .+\n1 warn, 1 ok\n$/,
  );
});

for (const [words, message] of [
  [['--only', 'nosuch'], /there is no check "nosuch"; there are go-on-path, /],
  [['--format', 'xml'], /text, json/],
  [['word'], /no words wanted/],
  [['--profile', 'nosuch'], /oneagent/],
] as const)
  test(`doctor ${words.join(' ')} is a usage error`, async world => {
    try {
      await doctor(world, words);
      assert.unreachable();
    } catch (error) {
      assert.ok(error instanceof UsageError);
      assert.match((error as Error).message, message);
    }
  });

test.run();

async function doctor(world: World, words: readonly string[] = [], bench: Bench = {}) {
  let stdout = '';
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => assert.unreachable(text) },
    env: world.env,
    cwd: world.cwd,
    today: '2026-01-01',
  };
  const argv = words.includes('--format') ? words : ['--format', 'json', ...words];
  const code = await run(argv, io, { root: world.root, ...bench });
  const rows = stdout.startsWith('{') ? (JSON.parse(stdout) as { checks: readonly Row[] }).checks : [];
  return { code, stdout, rows };
}

/** What the checks read of a machine, of a good one. */
function healthy(root: string): void {
  put(root, '/etc/os-release', 'ID=debian\nPRETTY_NAME="Debian"\n');
  put(root, '/usr/include/stdlib.h', '');
  put(root, '/lib/x86_64-linux-gnu/libc.so.6', 'GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n');
  put(root, '/proc/sys/kernel/osrelease', '6.1.0-18-amd64\n');
  put(root, '/proc/meminfo', 'MemTotal:       16000000 kB\n');
  put(root, '/proc/self/status', 'CapBnd:\t000001ffffffffff\nSeccomp:\t0\n');
  put(root, '/sys/devices/system/cpu/online', '0-7\n');
  mkdirSync(join(root, 'proc/self/ns'));
  for (const [name, number] of Object.entries({
    pid: 4026531836,
    uts: 4026531838,
    ipc: 4026531839,
    cgroup: 4026531835,
  }))
    symlinkSync(`${name}:[${number}]`, join(root, 'proc/self/ns', name));
}

function inDocker({ root }: World, kernel: string, seccomp: number): void {
  put(root, '/.dockerenv', '');
  put(root, '/proc/sys/kernel/osrelease', `${kernel}\n`);
  put(root, '/proc/self/status', `CapBnd:\t00000000a80425fb\nSeccomp:\t${seccomp}\n`);
  rmSync(join(root, 'proc/self/ns/pid'));
  symlinkSync('pid:[4026532999]', join(root, 'proc/self/ns/pid'));
}

/** A PATH that holds these programs, the launcher and the real go, and nothing else. */
function pathOf(world: World, programs: readonly string[]): void {
  const only = join(world.cwd, 'only');
  mkdirSync(only);
  for (const name of programs) symlinkSync(which.sync(name), join(only, name));
  world.env['PATH'] = `${only}:${dirname(launcher)}:${dirname(realGo)}`;
}

/** A go that answers `go env -json` as the real one does, but for these. */
function fakeGo(world: World, changes: Readonly<Record<string, string>>): void {
  const sed = Object.entries(changes).map(([name, value]) => `-e 's|"${name}": ".*"|"${name}": "${value}"|'`);
  program(world, 'go', `'${realGo}' "$@" | sed ${sed.join(' ')}`);
  world.env['GOSHIM_GO'] = join(world.cwd, 'go');
}

function goenvFile(world: World, text: string): void {
  put(world.env['HOME'] ?? '', '/.config/go/env', text);
}

function program({ cwd }: World, name: string, script: string): void {
  put(cwd, `/${name}`, `#!/bin/sh\n${script}\n`);
  chmodSync(join(cwd, name), 0o755);
}

function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function everything({ root }: World): readonly string[] {
  return readdirSync(dirname(root), { recursive: true, encoding: 'utf8' }).sort();
}
