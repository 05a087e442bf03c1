// Every kind of Go binary that has to be told apart, as specs for builtBinary. `hello` and `c` compile little on a cold machine.
import type { BinarySpec } from '../support/binaries.ts';

const external = '-ldflags=all=-linkmode=external';
const musl = { CC: 'musl-gcc', CGO_ENABLED: '1' };
const pureGo = { CGO_ENABLED: '0' };
const c = {
  'go.mod': 'module example.com/app\n\ngo 1.19\n',
  'main.go':
    'package main\n\n// static int twice(int n) { return 2 * n; }\nimport "C"\n\nfunc main() { println(C.twice(21)) }\n',
};
const gccgo = { 'main.go': 'package main\n\nfunc main() { println("hello") }\n' };
/** A GOROOT of links with a pkg of its own, so that nothing is installed into the real one. */
const linkShared = `set -e
real=$(go env GOROOT)
mkdir -p root/pkg
for name in src bin lib misc api VERSION go.env; do ln -s "$real/$name" root/; done
for name in include tool; do ln -s "$real/pkg/$name" root/pkg/; done
export GOROOT=$PWD/root
"$real/bin/go" install -buildmode=shared runtime sync/atomic
"$real/bin/go" build -buildvcs=false -linkshared -o "$OUT" .
`;

const httpExternal = { source: 'http', args: [external] } satisfies BinarySpec;
const raceStripped = { source: 'hello', args: ['-race', '-ldflags=all=-linkmode=external -s'] } satisfies BinarySpec;
const pluginHost = {
  'go.mod': 'module example.com/app\n\ngo 1.19\n',
  'main.go':
    'package main\n\nimport (\n\t"os"\n\t"plugin"\n)\n\nfunc main() {\n\tif len(os.Args) > 1 {\n\t\t_, err := plugin.Open(os.Args[1])\n\t\tprintln(err == nil)\n\t}\n}\n',
};

export const kinds = {
  'static, pure Go': { source: 'hello', env: pureGo },
  'external, glibc': httpExternal,
  'internal, glibc': { source: 'http' },
  'external, musl': { source: 'http', env: musl, args: [external] },
  'internal, musl': { source: 'http', env: musl },
  'external PIE': { source: c, args: ['-buildmode=pie', external] },
  'pure-Go PIE': { source: 'hello', args: ['-buildmode=pie'], env: pureGo },
  'static cgo': { source: c, args: ['-ldflags=-linkmode=external -extldflags=-static'] },
  'static-pie cgo': { source: c, args: ['-buildmode=pie', '-ldflags=-linkmode=external -extldflags=-static-pie'] },
  'static cgo, musl': { source: c, env: musl, args: ['-ldflags=-linkmode=external -extldflags=-static'] },
  'external without runtime/cgo, 1.19': { source: 'hello', go: '1.19', args: ['-ldflags=-linkmode=external'] },
  'external without runtime/cgo, 1.20': { source: 'hello', go: '1.20', args: ['-ldflags=-linkmode=external'] },
  '-s': { source: 'http', args: ['-ldflags=all=-linkmode=external -s'] },
  '-w': { source: 'http', args: ['-ldflags=all=-linkmode=external -w'] },
  '-s -w=0': { source: 'hello', args: ['-ldflags=all=-linkmode=external -s -w=0'] },
  'strip, external': { ...httpExternal, after: [['strip']] },
  'strip, internal, musl': { source: 'http', env: musl, after: [['strip']] },
  'strip --strip-debug': { ...httpExternal, after: [['strip', '--strip-debug']] },
  'strip -K main.main': { ...httpExternal, after: [['strip', '-K', 'main.main']] },
  '--only-keep-debug': { ...httpExternal, after: [['objcopy', '--only-keep-debug']] },
  race: { source: 'hello', args: ['-race', external] },
  'race, -s': raceStripped,
  'race, -s, no build info': { ...raceStripped, edit: { name: 'no build info 1', apply: removeBuildInfo } },
  asan: { source: c, args: ['-asan'] },
  msan: { source: c, args: ['-msan'], env: { CC: 'clang', CGO_ENABLED: '1' } },
  plugin: { source: 'plugin', args: ['-buildmode=plugin'] },
  'host of plugins': { source: pluginHost },
  'host of plugins, strip': { source: pluginHost, after: [['strip']] },
  'c-shared': { source: 'exported', args: ['-buildmode=c-shared'] },
  'c-archive': { source: 'exported', args: ['-buildmode=c-archive'] },
  linkshared: {
    source: { 'go.mod': 'module example.com/app\n\ngo 1.19\n', 'main.go': gccgo['main.go'] },
    command: ['bash', '-c', linkShared],
  },
  gccgo: { source: gccgo, command: ['gccgo', '-o', '$OUT', 'main.go'] },
  'gccgo, strip': { source: gccgo, command: ['gccgo', '-o', '$OUT', 'main.go'], after: [['strip']] },
  'gccgo -static-libgo': { source: gccgo, command: ['gccgo', '-static-libgo', '-o', '$OUT', 'main.go'] },
  boringcrypto: { source: 'hello', args: [external], env: { GOEXPERIMENT: 'boringcrypto' } },
  'release candidate': {
    source: 'hello',
    args: [external],
    edit: { name: 'version go1.27rc1', apply: withVersion('go1.27rc1') },
  },
  'development tree': {
    source: 'hello',
    args: [external],
    edit: { name: 'version devel', apply: withVersion('devel go1.27-8c5f1a2 Tue Nov 24 10:00:00 2026 +0000') },
  },
  'vendor fork': {
    source: 'hello',
    args: [external],
    edit: { name: 'version systemcrypto', apply: withVersion('go1.26.8 X:systemcrypto') },
  },
  'GOPATH vendored': { source: 'vendored', gopath: 'app' },
  'payload appended': {
    ...httpExternal,
    edit: { name: 'payload 1', apply: bytes => Buffer.concat([bytes, Buffer.from('PK\x03\x04 an archive')]) },
  },
  sectionless: { ...httpExternal, edit: { name: 'sectionless 1', apply: removeSections } },
  'sectionless, -s': {
    source: 'http',
    args: ['-ldflags=all=-linkmode=external -s'],
    edit: { name: 'sectionless 1', apply: removeSections },
  },
  'no build info': { ...httpExternal, edit: { name: 'no build info 1', apply: removeBuildInfo } },
  'no build info, PIE': {
    source: c,
    args: ['-buildmode=pie', external],
    edit: { name: 'no build info 1', apply: removeBuildInfo },
  },
  'no build info, -s': {
    source: 'http',
    args: ['-ldflags=all=-linkmode=external -s'],
    edit: { name: 'no build info 1', apply: removeBuildInfo },
  },
} satisfies Readonly<Record<string, BinarySpec>>;

export type Kind = keyof typeof kinds;

/** Programs besides gcc that a kind needs. */
export function programsFor(kind: Kind): readonly string[] {
  if (kind.includes('musl')) return ['musl-gcc'];
  if (kind.startsWith('gccgo')) return ['gccgo'];
  if (kind === 'msan') return ['clang'];
  if (kind.includes('1.19')) return ['/usr/lib/go-1.19/bin/go'];
  return ['gcc', 'strip'];
}

/** Build info with another version; the line of GODEBUG defaults makes room for it. */
function withVersion(version: string): (bytes: Buffer) => Buffer {
  return bytes => {
    const copy = Buffer.from(bytes);
    const start = copy.indexOf('\xff Go buildinf:', 0, 'latin1') + 32;
    const [old, text] = varintStrings(copy, start);
    const shorter = Buffer.from(text.value.toString('latin1').replace(/build\tDefaultGODEBUG=.*\n/, ''), 'latin1');
    const changed = Buffer.concat([lengthOf(version.length), Buffer.from(version), lengthOf(shorter.length), shorter]);
    if (old.value.length === 0 || changed.length > text.end - start) throw new Error('Assertion failed: no room');
    copy.fill(0, start, text.end);
    changed.copy(copy, start);
    return copy;
  };
}

function varintStrings(
  bytes: Buffer,
  start: number,
): readonly [{ value: Buffer; end: number }, { value: Buffer; end: number }] {
  const read = (at: number) => {
    const [low = 0, high = 0] = bytes.subarray(at, at + 2);
    const [length, used] = low < 128 ? [low, 1] : [(low & 127) + high * 128, 2];
    return { value: Buffer.from(bytes.subarray(at + used, at + used + length)), end: at + used + length };
  };
  const first = read(start);
  return [first, read(first.end)];
}

function lengthOf(length: number): Buffer {
  return Buffer.from(length < 128 ? [length] : [(length & 127) | 128, length >> 7]);
}

/** A file that runs as before, without section headers. */
export function removeSections(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0, 0x28, 0x30);
  copy.fill(0, 0x3a, 0x40);
  return copy;
}

/** Takes the build info out, and the name of its section, as the linker leaves a program that never had any. */
export function removeBuildInfo(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const magic = copy.indexOf('\xff Go buildinf:', 0, 'latin1');
  copy.fill(0, magic, magic + 32);
  const name = copy.lastIndexOf('.go.buildinfo\0', -1, 'latin1');
  copy.write('.go.buildinfX', name, 'latin1');
  return copy;
}
