// @slow: builds real binaries
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openBinary } from '../../src/binary/open.ts';
import { builtBinary } from '../support/binaries.ts';
import { need } from '../support/need.ts';
import { type Summary, summary, withFacts } from './facts.ts';
import { type Kind, kinds, programsFor } from './kinds.ts';

const glibc = '/lib64/ld-linux-x86-64.so.2';
const musl = '/lib/ld-musl-x86_64.so.1';
const bare = { interpreter: null, needed: [], dynamicCgo: false } satisfies Partial<Summary>;
const go = ['runtime.main', 'main.main'];
const cgo = [...go, 'x_cgo_init'];

/** Each kind, and the facts that tell it from its neighbours. */
const expected: Readonly<Partial<Record<Kind, Partial<Summary>>>> = {
  'static, pure Go': {
    ...bare,
    type: 'exec',
    pie: false,
    table: 'present',
    entry: '_rt0_amd64_linux',
    symbols: go,
    functions: go,
  },
  'external, glibc': {
    interpreter: glibc,
    needed: ['libc.so.6'],
    entry: '_start',
    libcStart: true,
    dynamicCgo: true,
    initArray: true,
    symbols: cgo,
    appended: 0,
    infoFrom: 'inline',
  },
  'internal, glibc': {
    interpreter: glibc,
    needed: ['libc.so.6'],
    entry: '_rt0_amd64_linux',
    libcStart: false,
    dynamicCgo: true,
    initArray: false,
    symbols: cgo,
  },
  'external, musl': { interpreter: musl, needed: ['libc.so'], entry: '_start', libcStart: true, symbols: cgo },
  'internal, musl': {
    interpreter: musl,
    needed: ['libc.so'],
    entry: '_rt0_amd64_linux',
    libcStart: false,
    symbols: cgo,
  },
  'external PIE': {
    type: 'dyn',
    pie: true,
    interpreter: glibc,
    needed: ['libc.so.6'],
    entry: '_start',
    symbols: cgo,
    functions: go,
  },
  'pure-Go PIE': { type: 'dyn', pie: true, interpreter: glibc, needed: [], entry: '_rt0_amd64_linux', symbols: go },
  'static cgo': { ...bare, type: 'exec', pie: false, entry: '_start', symbols: cgo },
  'static-pie cgo': { interpreter: null, needed: [], type: 'dyn', pie: true, entry: '_start', symbols: cgo },
  'static cgo, musl': { ...bare, entry: '_start', symbols: cgo },
  'external without runtime/cgo, 1.19': {
    interpreter: glibc,
    needed: ['libc.so.6'],
    dynamicCgo: false,
    symbols: go,
    version: 'go1.19.8',
  },
  'external without runtime/cgo, 1.20': {
    interpreter: glibc,
    needed: ['libc.so.6'],
    dynamicCgo: false,
    symbols: go,
    version: 'go1.20.14',
  },
  '-s': { table: 'absent', dynamicCgo: true, libcStart: true, functions: go },
  '-w': { table: 'present', symbols: cgo },
  '-s -w=0': { table: 'absent' },
  'strip, external': { table: 'absent', dynamicCgo: true, libcStart: true, initArray: true },
  'strip, internal, musl': { table: 'absent', interpreter: musl, dynamicCgo: true, libcStart: false, initArray: false },
  'strip --strip-debug': { table: 'present', symbols: cgo },
  'strip -K main.main': { table: 'present', symbols: ['main.main'], functions: go },
  '--only-keep-debug': { table: 'unusable', go: true },
  race: { symbols: [...cgo, 'runtime.racefuncenter', '__tsan_init'], functions: [...go, 'runtime.racefuncenter'] },
  'race, -s': { table: 'absent', functions: [...go, 'runtime.racefuncenter'], infoFrom: 'inline' },
  'race, -s, no build info': {
    table: 'absent',
    functions: [...go, 'runtime.racefuncenter'],
    infoFrom: 'pclntab',
    version: 'go1.20 or later',
  },
  asan: { symbols: [...cgo, 'runtime.asanread'], needed: ['libasan.so.8', 'libc.so.6'] },
  msan: { symbols: [...cgo, 'runtime.msanread'] },
  plugin: { type: 'dyn', interpreter: null, pie: false, needed: ['libc.so.6'], entry: null, go: true },
  'host of plugins': { symbols: [...cgo, 'plugin.open'], functions: [...go, 'plugin.open'] },
  'host of plugins, strip': { table: 'absent', functions: [...go, 'plugin.open'] },
  'c-shared': { type: 'dyn', interpreter: null, pie: false, symbols: cgo, go: true },
  linkshared: { pie: true, needed: ['libruntime,sync-atomic.so', 'libc.so.6'], symbols: ['main.main'], go: true },
  gccgo: { needed: ['libgo.so.21', 'libgcc_s.so.1', 'libc.so.6', 'ld-linux-x86-64.so.2'], infoFrom: null, go: true },
  'gccgo, strip': { table: 'absent', infoFrom: null, go: true },
  'gccgo -static-libgo': {
    needed: ['libgcc_s.so.1', 'libc.so.6', 'ld-linux-x86-64.so.2'],
    infoFrom: null,
    symbols: go,
    go: true,
  },
  'release candidate': { version: 'go1.27rc1', infoFrom: 'inline' },
  'development tree': { version: 'devel go1.27-8c5f1a2 Tue Nov 24 10:00:00 2026 +0000' },
  'vendor fork': { version: 'go1.26.8 X:systemcrypto' },
  'GOPATH vendored': { symbols: [...go, 'app/vendor/third.party/dep.Greeting'] },
  'payload appended': { appended: 15, symbols: cgo, packer: null },
  sectionless: {
    table: 'no-sections',
    interpreter: glibc,
    needed: ['libc.so.6'],
    dynamicCgo: true,
    functions: go,
    infoFrom: 'inline',
    go: true,
  },
  'sectionless, -s': { table: 'no-sections', dynamicCgo: true, libcStart: true, functions: go, infoFrom: 'inline' },
  'no build info': { infoFrom: 'runtime.buildVersion', go: true },
  'no build info, PIE': { infoFrom: 'runtime.buildVersion', go: true },
  'no build info, -s': { infoFrom: 'pclntab', version: 'go1.20 or later', go: true },
};

for (const [name, facts] of Object.entries(expected)) {
  const kind = name as Kind;
  need(test, ...programsFor(kind))(`${kind}`, () => {
    withFacts(builtBinary(kinds[kind]), found => assert.equal(summary(found, facts), facts));
  });
}

test('build info holds what go version -m shows', () => {
  withFacts(builtBinary(kinds.race), facts => {
    const info = facts.buildInfo();
    assert.ok(info.ok && info.value !== null);
    assert.is(info.value.path, 'example.com/app');
    assert.is(info.value.settings.get('-race'), 'true');
    assert.is(info.value.settings.get('-ldflags'), 'all=-linkmode=external');
    assert.is(info.value.settings.get('GOARCH'), 'amd64');
  });
});

test('another release than an official one is shown as recorded', () => {
  withFacts(builtBinary(kinds.boringcrypto), facts => {
    const info = facts.buildInfo();
    assert.ok(info.ok);
    assert.match(info.value?.goVersion ?? '', /X:boringcrypto/);
  });
});

test('a binary against shared Go libraries refers to their ABI', () => {
  withFacts(builtBinary(kinds.linkshared), facts => {
    const names = facts.dynamicSymbols();
    assert.ok(names.ok);
    assert.ok([...names.value.undefined].some(name => name.startsWith('go:link.abihash')));
  });
});

need(test, 'gccgo')('gccgo leaves .go_export, stripped or not', () => {
  for (const kind of ['gccgo', 'gccgo, strip', 'gccgo -static-libgo'] as const)
    withFacts(builtBinary(kinds[kind]), facts =>
      assert.equal(facts.hasSection('.go_export'), { ok: true, value: true }, kind),
    );
});

test('version needs name the libc that is asked for', () => {
  withFacts(builtBinary(kinds['external, glibc']), facts => {
    const needs = facts.versionNeeds();
    assert.ok(needs.ok);
    assert.equal(
      needs.value.map(({ library }) => library),
      ['libc.so.6'],
    );
    assert.ok(needs.value[0]?.versions.includes('GLIBC_2.2.5'));
  });
});

test('a C archive is an ar file', () => {
  assert.equal(openBinary(builtBinary(kinds['c-archive'])), { kind: 'not-elf', looksLike: 'ar archive' });
});

test('findSymbols stops at its limit', () => {
  withFacts(builtBinary(kinds['GOPATH vendored']), facts => {
    const some = facts.findSymbols(name => name.startsWith('runtime.'), 3);
    assert.is(some.ok && some.value.length, 3);
    const vendored = facts.findSymbols(name => name.includes('/vendor/third.party/'), 9);
    assert.equal(vendored, {
      ok: true,
      value: ['app/vendor/third.party/dep.Greeting', 'app/vendor/third.party/dep.Words'],
    });
  });
});

need(test, 'upx')('a packed file names its packer', () => {
  const packed = builtBinary({ ...kinds['external, glibc'], after: [['upx', '-q']] });
  withFacts(packed, facts => assert.equal(summary(facts, upx), upx));
});

const upx = { packer: 'UPX', table: 'no-sections', go: true } satisfies Partial<Summary>;

need(test, 'upx')('a packer that hides its name is seen by what it does', () => {
  const hidden = builtBinary({
    ...kinds['external, glibc'],
    after: [['upx', '-q']],
    edit: {
      name: 'nameless packer 1',
      apply: bytes => Buffer.from(bytes.toString('latin1').replaceAll('UPX', 'ABC'), 'latin1'),
    },
  });
  withFacts(hidden, facts => assert.match(facts.packer() ?? '', /unknown packer/));
});

test('no real binary is taken for a packed one', () => {
  for (const kind of [
    'static, pure Go',
    'sectionless',
    'sectionless, -s',
    'static cgo',
    '-s',
    'payload appended',
  ] as const)
    withFacts(builtBinary(kinds[kind]), facts => assert.is(facts.packer(), null, kind));
});

test.run();
