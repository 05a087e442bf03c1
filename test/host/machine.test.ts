import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { installCommand, type Missing } from '../../src/host/advice.ts';
import { agentOnHost } from '../../src/host/agent.ts';
import { readContainer } from '../../src/host/container.ts';
import { cpuQuota, memoryLimit, onlineCpus } from '../../src/host/cpus.ts';
import { goesOnPath } from '../../src/host/goes.ts';
import { systemLibc } from '../../src/host/headers.ts';
import { hostLibcs } from '../../src/host/host-libc.ts';
import { hasMemfd, isAtLeast, readKernel } from '../../src/host/kernel.ts';
import { preloads } from '../../src/host/preload.ts';
import { makerFromVersion, makerOf } from '../../src/host/toolchain.ts';
import { loadProfile } from '../../src/profiles.ts';
import type { Tracing } from '../../src/rules/shared/process.ts';
import { judgeTracing } from '../../src/rules/shared/tracing.ts';

interface World {
  root: string;
}

const test = suite<World>('this machine');

test.before.each(world => {
  world.root = mkdtempSync(join(tmpdir(), 'goshim-machine-'));
});
test.after.each(({ root }) => rmSync(root, { recursive: true }));

const cross: Missing = { kind: 'cross compiler', goarch: 'arm64' };
for (const [release, missing, command] of [
  ['ID=debian', { kind: 'compiler' }, 'apt-get install gcc libc6-dev'],
  ['ID="ubuntu"\nID_LIKE=debian', { kind: 'libc headers' }, 'apt-get install libc6-dev'],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"', cross, 'apt-get install gcc-aarch64-linux-gnu'],
  ['ID=debian', { kind: 'cross compiler', goarch: 'arm', goarm: '5' }, 'apt-get install gcc-arm-linux-gnueabi'],
  ['ID=debian', { kind: 'cross compiler', goarch: 'amd64' }, 'apt-get install gcc-x86-64-linux-gnu'],
  ['ID=debian', { kind: 'musl compiler' }, 'apt-get install musl-tools'],
  ['ID=alpine', { kind: 'compiler' }, 'apk add gcc libc-dev'],
  ['ID=alpine', { kind: 'libc headers' }, 'apk add libc-dev'],
  ["ID='fedora'", { kind: 'compiler' }, 'dnf install gcc glibc-devel'],
  ['ID=fedora', cross, 'dnf install zig'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"', { kind: 'compiler' }, 'microdnf install gcc glibc-devel'],
  ['ID="amzn"\nID_LIKE="fedora"', { kind: 'libc headers' }, 'yum install glibc-devel'],
  ['ID=sles\nID_LIKE=suse', { kind: 'compiler' }, 'zypper install gcc glibc-devel'],
  ['ID=opensuse-tumbleweed', { kind: 'compiler' }, 'zypper install gcc glibc-devel'],
  ['ID=arch', cross, 'pacman -S aarch64-linux-gnu-gcc aarch64-linux-gnu-glibc'],
  ['ID=manjaro', { kind: 'compiler' }, 'pacman -S gcc'],
  ['ID=plan9', { kind: 'compiler' }, ''],
  ['', { kind: 'compiler' }, ''],
  [null, { kind: 'compiler' }, ''],
] as const)
  test(`${release?.split('\n')[0] ?? 'no os-release'}: ${missing.kind} → ${command || 'no advice'}`, ({ root }) => {
    if (release !== null) put(root, '/etc/os-release', `NAME=x\n${release}\n`);
    const manager = command.split(' ')[0] ?? '';
    if (manager !== '') program(root, `/bin/${manager}`);
    assert.is(installCommand(missing, { root, path: join(root, 'bin') }), command);
  });

test('/usr/lib/os-release serves where /etc has none', ({ root }) => {
  put(root, '/usr/lib/os-release', 'ID=alpine\n');
  assert.is(installCommand({ kind: 'compiler' }, { root }), 'apk add gcc libc-dev');
});

test('the agent, its version from a link or a file, whatever is written there', ({ root }) => {
  assert.equal([agentOnHost(root).directory, agentOnHost(root).version], [null, null]);
  const agent = join(root, 'opt/dynatrace/oneagent/agent');
  mkdirSync(join(agent, 'bin'), { recursive: true });
  assert.match(agentOnHost(root).why, /agent\/bin\/current: ENOENT, agent\/installer\.version: ENOENT/);
  for (const rubbish of ['', 'latest', '2.1', '1.x', '1.333; rm -rf /', 'a'.repeat(100_000)]) {
    put(agent, '/installer.version', rubbish);
    assert.equal([agentOnHost(root).directory, agentOnHost(root).version], ['/opt/dynatrace/oneagent', null], rubbish);
  }
  put(agent, '/installer.version', '1.331.12.20260101-120000\n');
  assert.is(agentOnHost(root).version, '1.331');
  symlinkSync('1.333.55.20260317-092136', join(agent, 'bin/current'));
  const { version, fullVersion, source } = agentOnHost(root);
  assert.equal(
    [version, fullVersion, source],
    ['1.333', '1.333.55.20260317-092136', '/opt/dynatrace/oneagent/agent/bin/current'],
  );
});

test('whose go it is', ({ root }) => {
  program(root, '/tinygo');
  symlinkSync('tinygo', join(root, 'go'));
  put(root, '/goroot/pkg/tool/linux_amd64/compile', '');
  const answers = { GOROOT: join(root, 'goroot'), GOHOSTOS: 'linux', GOHOSTARCH: 'amd64', GOVERSION: 'go1.26.8' };
  assert.is(makerOf('/usr/bin/go', answers).kind, 'gc');
  assert.is(makerOf('/usr/bin/go', { ...answers, GOTOOLDIR: '/usr/lib/gcc/x86_64-linux-gnu/12' }).kind, 'gccgo');
  assert.is(makerOf('/usr/bin/go', { GOVERSION: 'go1.18 gccgo (Debian 12.2.0-14) 12.2.0 linux/amd64' }).kind, 'gccgo');
  assert.is(makerOf(join(root, 'go'), {}).kind, 'tinygo');
  assert.is(makerOf('/usr/bin/go', { ...answers, GOROOT: root }).kind, 'unknown');
  assert.is(makerOf('/nowhere/go', {}).kind, 'unknown');
  for (const [text, kind] of [
    ['go version go1.26.8 linux/amd64', 'gc'],
    ['go version devel go1.27-abc linux/amd64', 'gc'],
    ['go version go1.18 gccgo (GCC) 12.2.0 linux/amd64', 'gccgo'],
    ['tinygo version 0.33.0 linux/amd64 (using go version go1.23.1 and LLVM version 18)', 'tinygo'],
    ['rubbish', 'unknown'],
  ] as const)
    assert.is(makerFromVersion(text), kind, text);
});

test('every go on PATH, in order, each told apart', ({ root }) => {
  program(root, '/shims/.asdf/shims/go');
  program(root, '/own/go', '#!/bin/bash -p\n# goshim launcher: a copy\n');
  program(root, '/goroot/bin/go', '\x7fELF');
  mkdirSync(join(root, 'goroot/pkg/tool'), { recursive: true });
  program(root, '/script/go', '#!/bin/sh\nexec something\n');
  mkdirSync(join(root, 'linked'));
  symlinkSync('../goroot/bin/go', join(root, 'linked/go'));
  mkdirSync(join(root, 'directory/go'), { recursive: true });
  const path = ['shims/.asdf/shims', 'own', 'linked', 'directory', 'script', 'goroot/bin', 'own'];
  const found = goesOnPath(`relative:${path.map(each => join(root, each)).join(':')}::`);
  assert.equal(
    found.map(({ path: each, kind }) => [each.slice(root.length), kind]),
    [
      ['/shims/.asdf/shims/go', 'version manager'],
      ['/own/go', 'goshim'],
      ['/linked/go', 'go'],
      ['/script/go', 'script'],
      ['/goroot/bin/go', 'go'],
    ],
  );
  assert.is(found[2]?.real, join(root, 'goroot/bin/go'));
});

test('kernel versions as vendors write them; memfd_create by version or by backport', ({ root }) => {
  for (const [text, major, minor, memfd] of [
    ['4.18.0-553.el8_10.x86_64', 4, 18, true],
    ['5.10.102.1-microsoft-standard-WSL2', 5, 10, true],
    ['6.1.0-rc3+', 6, 1, true],
    ['3.17.0', 3, 17, true],
    ['3.10.0-1160.el7', 3, 10, false],
  ] as const) {
    put(root, '/proc/sys/kernel/osrelease', `${text}\n`);
    const kernel = readKernel(root);
    assert.ok(kernel.ok);
    assert.equal([kernel.value.text, kernel.value.major, kernel.value.minor], [text, major, minor]);
    assert.is(hasMemfd(root), memfd);
  }
  put(root, '/proc/kallsyms', '0000000000000000 T __x64_sys_memfd_create_x\n0000000000000000 T memfd_create\n');
  assert.is(hasMemfd(root), true);
  put(root, '/proc/sys/kernel/osrelease', 'Darwin');
  assert.is(readKernel(root).ok, false);
  assert.ok(isAtLeast({ major: 5, minor: 0 }, 4, 8) && !isAtLeast({ major: 4, minor: 7 }, 4, 8));
});

test('containers: the signs that are hard to leave behind come first', ({ root }) => {
  const ask = (env = {}) => readContainer(env, root);
  assert.is(ask().inside, null);
  const ns = (pid: number) => {
    rmSync(join(root, 'proc'), { recursive: true, force: true });
    mkdirSync(join(root, 'proc/self/ns'), { recursive: true });
    for (const [name, number] of Object.entries({ pid, uts: 4026531838, ipc: 4026531839, cgroup: 4026531835 }))
      symlinkSync(`${name}:[${number}]`, join(root, 'proc/self/ns', name));
  };
  ns(4026531836);
  put(root, '/.dockerenv', '');
  assert.is(ask().inside, false, 'a virtual machine made from an image');
  ns(4026532000);
  assert.equal([ask().inside, ask().engine], [true, 'docker']);
  put(root, '/run/.containerenv', '');
  assert.is(ask().engine, 'podman');
  put(root, '/run/systemd/container', 'systemd-nspawn\n');
  assert.is(ask().engine, 'systemd-nspawn');
  assert.is(ask({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }).engine, 'Kubernetes');
});

test('bit 19 is not the whole answer about ptrace', () => {
  const profile = loadProfile('oneagent-static', '/');
  const docker: Tracing = {
    capability: { ok: true, value: false },
    seccomp: 2,
    kernel: { major: 6, minor: 1 },
    memfd: true,
    container: true,
    yama: null,
  };
  for (const [what, changes, agent, verdict] of [
    ["Docker's default", {}, null, 'unknown'],
    ['an agent that has memfd_create', {}, '1.337', 'pass'],
    ['an older agent', {}, '1.335', 'unknown'],
    ['a kernel before 4.8', { kernel: { major: 4, minor: 4 } }, null, 'fail'],
    ['the capability', { capability: { ok: true, value: true } }, null, 'pass'],
    ['no seccomp filter', { seccomp: 0 }, null, 'pass'],
    ['no container', { container: false }, null, 'pass'],
    ['yama forbids it', { container: false, yama: 3 }, null, 'fail'],
    ['unreadable', { capability: { ok: false, why: 'EACCES' } }, null, 'unknown'],
  ] as const)
    assert.is(judgeTracing({ ...docker, ...changes }, profile, agent).verdict, verdict, what);
});

test('the C libraries of a system, with their versions', ({ root }) => {
  assert.equal(hostLibcs(root), []);
  put(root, '/lib/ld-musl-x86_64.so.1', '\0/etc/ld-musl-x86_64.path\x001.2.5\0musl libc (x86_64)\0');
  assert.equal(hostLibcs(root), [{ kind: 'musl', version: '1.2.5', path: '/lib/ld-musl-x86_64.so.1' }]);
  assert.is(systemLibc(root), 'musl');
  put(root, '/usr/lib64/libc.so.6', 'GNU C Library (GNU libc) stable release version 2.34.\nCopyright');
  put(root, '/lib64/ld-linux-x86-64.so.2', '');
  assert.equal(
    hostLibcs(root).map(({ kind, version }) => [kind, version]),
    [
      ['glibc', '2.34'],
      ['musl', '1.2.5'],
    ],
  );
  assert.is(systemLibc(root), 'glibc');
});

test('CPUs, quotas and memory', ({ root }) => {
  assert.is(onlineCpus(root).ok, false);
  for (const [text, count] of [
    ['0\n', 1],
    ['0-63\n', 64],
    ['0-3,8,10-11\n', 7],
  ] as const) {
    put(root, '/sys/devices/system/cpu/online', text);
    const online = onlineCpus(root);
    assert.is(online.ok && online.value, count);
  }
  put(root, '/sys/devices/system/cpu/online', 'all\n');
  assert.is(onlineCpus(root).ok, false);
  put(root, '/sys/fs/cgroup/cpu.max', 'max 100000\n');
  assert.is(cpuQuota(root), null);
  put(root, '/sys/fs/cgroup/cpu.max', '150000 100000\n');
  assert.is(cpuQuota(root), 1.5);
  rmSync(join(root, 'sys/fs/cgroup/cpu.max'));
  put(root, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us', '-1\n');
  put(root, '/sys/fs/cgroup/cpu/cpu.cfs_period_us', '100000\n');
  assert.is(cpuQuota(root), null);
  put(root, '/proc/meminfo', 'MemTotal:        2097152 kB\n');
  put(root, '/sys/fs/cgroup/memory/memory.limit_in_bytes', '9223372036854771712\n');
  assert.equal(memoryLimit(root), { ok: true, value: { bytes: 2 ** 31, limited: false } });
  put(root, '/sys/fs/cgroup/memory.max', '1048576\n');
  assert.equal(memoryLimit(root), { ok: true, value: { bytes: 2 ** 20, limited: true } });
  put(root, '/sys/fs/cgroup/memory.max', 'max\n');
  put(root, '/sys/fs/cgroup/memory/memory.limit_in_bytes', '9223372036854771712\n');
  put(root, '/proc/meminfo', '');
  assert.equal(memoryLimit(root), { ok: false, why: 'no MemTotal' });
});

test('what is preloaded, with $LIB expanded', ({ root }) => {
  put(root, '/etc/ld.so.preload', '/$LIB/liboneagentproc.so # comment\n/gone.so\n');
  put(root, '/lib/x86_64-linux-gnu/liboneagentproc.so', '');
  assert.equal(
    preloads({ LD_PRELOAD: 'libx.so:/gone.so' }, root).map(({ entry, exists }) => [entry, exists]),
    [
      ['/$LIB/liboneagentproc.so', true],
      ['/gone.so', false],
      ['libx.so', false],
      ['/gone.so', false],
    ],
  );
});

test.run();

function program(root: string, path: string, text = '#!/bin/sh\n'): void {
  put(root, path, text);
  chmodSync(join(root, path), 0o755);
}

function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
