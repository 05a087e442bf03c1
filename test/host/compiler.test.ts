import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Compiler, findCompiler } from '../../src/host/compiler.ts';

interface World {
  root: string;
}

const test = suite<World>('findCompiler');

test.before.each(world => {
  world.root = mkdtempSync(join(tmpdir(), 'goshim-host-'));
  file(world.root, '/etc/os-release', 'ID=debian\n');
});
test.after.each(world => rmSync(world.root, { recursive: true }));

test("go's default, where it and the C library's headers are there", ({ root }) => {
  program(root, 'gcc');
  file(root, '/usr/include/stdlib.h');
  const found = find(root, {});
  assert.ok(found.found);
  assert.equal(found.words, ['gcc']);
  assert.is(found.path, `${root}/usr/bin/gcc`);
  assert.is(found.setCC, false);
});

test('no compiler: what is missing, and how this distribution installs it', ({ root }) => {
  const found = find(root, {});
  assert.is(found.found, false);
  assert.equal(found, { found: false, what: 'a C compiler (gcc)', install: 'apt-get install gcc libc6-dev' });
});

test('clang serves where gcc is not', ({ root }) => {
  program(root, 'clang');
  const found = find(root, {});
  assert.ok(found.found);
  assert.equal([found.words, found.setCC], [['clang'], true]);
});

test('a directory, a file without an x bit, a relative PATH entry: none of them is a compiler', ({ root }) => {
  mkdirSync(join(root, 'usr/bin/gcc'), { recursive: true });
  file(root, '/opt/bin/gcc');
  program(root, 'gcc', '/here');
  assert.is(find(root, { path: `${root}/usr/bin:${root}/opt/bin:here:.::` }).found, false);
});

test("the user's CC of several words, quoted as go quotes, is passed on", ({ root }) => {
  program(root, 'ccache');
  const found = find(root, { cc: `ccache 'my gcc' "-DX=1 2"` });
  assert.ok(found.found);
  assert.equal(found.words, ['ccache', 'my gcc', '-DX=1 2']);
  assert.is(found.how, 'CC');
});

for (const cc of ['./gcc', 'bin/gcc', "'gcc"])
  test(`CC=${cc} is left for go to refuse`, ({ root }) => {
    program(root, 'gcc');
    const found = find(root, { cc });
    assert.ok(!found.found && found.refusedByGo);
  });

test('a CC that is not there names itself', ({ root }) => {
  program(root, 'gcc');
  const found = find(root, { cc: 'clang-99' });
  assert.ok(!found.found);
  assert.is(found.what, 'CC=clang-99 (clang-99 is not on PATH)');
  const absolute = find(root, { cc: '/nowhere/gcc' });
  assert.ok(!absolute.found);
  assert.is(absolute.what, 'CC=/nowhere/gcc (/nowhere/gcc is not an executable file)');
});

test('a CC that is not there, and what to do where another is', ({ root }) => {
  program(root, 'gcc');
  file(root, '/usr/include/stdlib.h');
  const advice = (cc: string) => {
    const found = find(root, { cc });
    return found.found ? '' : found.install;
  };
  assert.is(advice('clang-99'), 'unset CC (gcc is there)');
  assert.is(advice('ccache gcc'), 'unset CC (gcc is there)');
  assert.is(advice('musl-gcc'), 'apt-get install musl-tools');
});

for (const [goarch, goarm, name] of [
  ['arm64', undefined, 'aarch64-linux-gnu-gcc'],
  ['arm', '7', 'arm-linux-gnueabihf-gcc'],
  ['arm', '5', 'arm-linux-gnueabi-gcc'],
  ['arm', '7,softfloat', 'arm-linux-gnueabi-gcc'],
  ['386', undefined, 'i686-linux-gnu-gcc'],
  ['s390x', undefined, 's390x-linux-gnu-gcc'],
  ['ppc64le', undefined, 'powerpc64le-linux-gnu-gcc'],
  ['riscv64', undefined, 'riscv64-linux-gnu-gcc'],
  ['arm64', undefined, 'aarch64-linux-musl-gcc'],
] as const)
  test(`cross to ${goarch}${goarm ?? ''}: ${name}`, ({ root }) => {
    program(root, 'gcc');
    assert.is(find(root, { goarch, goarm }).found, false, 'the native gcc is none for it');
    program(root, name);
    const found = find(root, { goarch, goarm });
    assert.ok(found.found);
    assert.equal([found.words, found.setCC, found.how], [[name], true, 'cross compiler']);
  });

test('cross without a compiler: the package of this distribution', ({ root }) => {
  const debian = find(root, { goarch: 'arm64' });
  assert.ok(!debian.found);
  assert.match(debian.what, /a C compiler for linux\/arm64 \(aarch64-linux-gnu-gcc/);
  assert.is(debian.install, 'apt-get install gcc-aarch64-linux-gnu');
});

test("a distribution's cross compiler without a C library (Fedora's is for kernels) is none", ({ root }) => {
  // Only what lies in the system's own /usr/bin is judged by the system's own directories.
  const found = findCompiler({ ...question(root), goarch: 's390x', path: '/usr/bin', root });
  assert.is(found.found, false);
});

test('386 on amd64: gcc with its 32-bit libraries, else the cross compiler', ({ root }) => {
  program(root, 'gcc');
  program(root, 'i686-linux-gnu-gcc');
  const cross = find(root, { goarch: '386' });
  assert.ok(cross.found && cross.how === 'cross compiler');
  file(root, '/usr/lib32/crt1.o');
  file(root, '/usr/lib/gcc/x86_64-linux-gnu/12/32/libgcc.a');
  const halfway = find(root, { goarch: '386' });
  assert.ok(halfway.found && halfway.how === 'cross compiler', 'gcc-multilib gone, its libraries left');
  file(root, '/usr/include/asm/errno.h');
  const multilib = find(root, { goarch: '386' });
  assert.ok(multilib.found && multilib.how === 'default');
});

test('an exported CC=gcc that can only be native does not spoil a cross build', ({ root }) => {
  program(root, 'x86_64-linux-gnu-gcc-12');
  symlinkSync('x86_64-linux-gnu-gcc-12', join(root, 'usr/bin/gcc'));
  assert.is(find(root, { goarch: 'arm64', cc: 'gcc' }).found, false);
  program(root, 'aarch64-linux-gnu-gcc');
  const found = find(root, { goarch: 'arm64', cc: 'gcc' });
  assert.ok(found.found);
  assert.equal([found.words, found.setCC], [['aarch64-linux-gnu-gcc'], true]);
  const trusted = find(root, { goarch: 'arm64', cc: 'gcc --sysroot=/s' });
  assert.ok(trusted.found && trusted.how === 'CC');
});

test('clang with the target’s C library, with the linker that is there', ({ root }) => {
  program(root, 'clang');
  assert.is(find(root, { goarch: 's390x' }).found, false, 'no sysroot');
  file(root, '/usr/s390x-linux-gnu/include/stdlib.h');
  assert.is(find(root, { goarch: 's390x' }).found, false, 'no linker');
  program(root, 'ld.lld');
  const lld = find(root, { goarch: 's390x' });
  assert.ok(lld.found);
  assert.equal(lld.words, ['clang', '--target=s390x-linux-gnu', '-fuse-ld=lld']);
  program(root, 's390x-linux-gnu-ld');
  const ld = find(root, { goarch: 's390x' });
  assert.ok(ld.found);
  assert.equal(ld.words, ['clang', '--target=s390x-linux-gnu']);
});

test('zig comes last, with a glibc target', ({ root }) => {
  program(root, 'zig');
  const found = find(root, { goarch: 'arm64' });
  assert.ok(found.found);
  assert.equal(found.words, ['zig', 'cc', '-target', 'aarch64-linux-gnu']);
});

test('linux/ppc64 has no cgo', ({ root }) => {
  program(root, 'gcc');
  const found = find(root, { goarch: 'ppc64' });
  assert.ok(!found.found);
  assert.match(found.what, /linux\/ppc64/);
});

test.run();

interface Asked {
  readonly cc?: string;
  readonly goarch?: string;
  readonly goarm?: string | undefined;
  readonly path?: string;
}

function find(root: string, { cc, goarch = 'amd64', goarm, path = `${root}/usr/bin` }: Asked): Compiler {
  const wish = cc === undefined ? question(root).cc : { value: cc, origin: 'environment' as const };
  return findCompiler({ ...question(root), cc: wish, goarch, goarm, path });
}

function question(root: string) {
  return { goos: 'linux', hostArch: 'amd64', cc: { value: 'gcc', origin: 'default' as const }, root };
}

function program(root: string, name: string, directory = '/usr/bin'): void {
  file(root, `${directory}/${name}`, '#!/bin/sh\n');
  chmodSync(join(root, directory, name), 0o755);
}

function file(root: string, path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
