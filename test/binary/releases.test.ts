// @slow: builds with several Go releases
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtBinary, goReleases } from '../support/binaries.ts';
import { need } from '../support/need.ts';
import { npmBinary } from '../support/npm-binaries.ts';
import { type Summary, summary, withFacts } from './facts.ts';

const go = ['runtime.main', 'main.main'];

for (const release of Object.keys(goReleases) as (keyof typeof goReleases)[]) {
  const { program, toolchain } = goReleases[release];
  need(test, program === 'go' ? 'gcc' : program)(`Go ${release}, external`, () => {
    const facts: Partial<Summary> = {
      entry: '_start',
      symbols: [...go, 'x_cgo_init'],
      functions: go,
      infoFrom: 'inline',
      appended: 0,
    };
    const built = builtBinary({ source: 'hello', go: release, args: ['-ldflags=all=-linkmode=external'] });
    withFacts(built, found => {
      assert.equal(summary(found, facts), facts);
      if (toolchain !== 'local') assert.equal(summary(found, { version: '' }), { version: toolchain });
    });
  });
}

// The function table stands inside of .data.rel.ro (≤ 1.25) or in a section of its own.
for (const release of ['1.19', '1.24', 'installed'] as const) {
  need(test, goReleases[release].program === 'go' ? 'gcc' : goReleases[release].program)(
    `Go ${release}, external PIE, stripped`,
    () => {
      const facts: Partial<Summary> = { table: 'absent', pie: true, functions: go, infoFrom: 'inline', go: true };
      const args = ['-buildmode=pie', '-ldflags=all=-linkmode=external'];
      const built = builtBinary({ source: 'hello', go: release, args, after: [['strip']] });
      withFacts(built, found => assert.equal(summary(found, facts), facts));
    },
  );
}

for (const [goarch, size, littleEndian] of [
  ['386', 32, true],
  ['mips', 32, false],
  ['s390x', 64, false],
  ['arm64', 64, true],
] as const) {
  test(`linux/${goarch}`, () => {
    const facts: Partial<Summary> = {
      goarch,
      entry: `_rt0_${goarch}_linux`,
      symbols: go,
      functions: go,
      infoFrom: 'inline',
      appended: 0,
    };
    withFacts(builtBinary({ source: 'hello', env: { GOARCH: goarch, CGO_ENABLED: '0' } }), found => {
      assert.equal(summary(found, facts), facts);
      assert.is(found.class, size);
      assert.is(found.littleEndian, littleEndian);
    });
  });
}

// The number of dynamic symbols comes from either hash table, whose words have 8 bytes on s390x in one of the two.
for (const [goarch, compiler, style] of [
  ['s390x', 's390x-linux-gnu-gcc', 'sysv'],
  ['s390x', 's390x-linux-gnu-gcc', 'gnu'],
  ['arm64', 'aarch64-linux-gnu-gcc', 'gnu'],
  ['arm', 'arm-linux-gnueabihf-gcc', 'sysv'],
  ['386', 'i686-linux-gnu-gcc', 'gnu'],
] as const) {
  need(test, compiler)(`linux/${goarch}, external, --hash-style=${style}`, () => {
    const env = { GOARCH: goarch, CGO_ENABLED: '1', CC: compiler };
    const args = [`-ldflags=all=-linkmode=external -extldflags=-Wl,--hash-style=${style}`];
    const facts: Partial<Summary> = {
      goarch,
      needed: ['libc.so.6'],
      entry: '_start',
      libcStart: true,
      dynamicCgo: true,
      symbols: [...go, 'x_cgo_init'],
      functions: go,
    };
    withFacts(builtBinary({ source: 'hello', env, args }), found => assert.equal(summary(found, facts), facts));
  });
}

for (const [name, facts] of [
  [
    'amd64 go1.14',
    {
      version: 'go1.14.2',
      infoFrom: 'pointers',
      table: 'present',
      symbols: go,
      entry: '_rt0_amd64_linux',
      functions: go,
      appended: 0,
    },
  ],
  [
    '386 go1.17',
    { goarch: '386', version: 'go1.17.2', infoFrom: 'pointers', table: 'absent', functions: go, appended: 0 },
  ],
  [
    's390x go1.17',
    { goarch: 's390x', version: 'go1.17.7', infoFrom: 'pointers', table: 'absent', functions: go, appended: 0 },
  ],
  [
    'arm go1.20',
    { goarch: 'arm', version: 'go1.20.7', infoFrom: 'inline', table: 'absent', functions: go, appended: 0 },
  ],
] satisfies [Parameters<typeof npmBinary>[0], Partial<Summary>][]) {
  test(`a real program for ${name}`, () => {
    withFacts(npmBinary(name), found => {
      assert.equal(summary(found, facts), facts);
      const info = found.buildInfo();
      assert.is(info.ok && info.value?.path, 'github.com/evanw/esbuild/cmd/esbuild');
      assert.is(info.ok && info.value?.dependencies[0]?.path, 'golang.org/x/sys');
    });
  });
}

test('a program whose build info was taken out', () => {
  const path = new URL('../../node_modules/@esbuild/linux-x64/bin/esbuild', import.meta.url).pathname;
  const facts: Partial<Summary> = { infoFrom: 'pclntab', version: 'go1.20 or later', functions: go, go: true };
  withFacts(path, found => assert.equal(summary(found, facts), facts));
});

test.run();
