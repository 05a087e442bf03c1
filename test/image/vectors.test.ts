import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Asked, reportOf, said, vector } from './checked.ts';

/** What an unseen build leaves unknown. */
const buildRules = [
  'gc-compiler',
  'official-release',
  'cgo-enabled',
  'no-static-cgo',
  'dynamic-linking',
  'no-linkshared',
  'no-plugin',
  'no-vendor',
  'no-race',
  'symbol-table',
];
const allUnknown = (line: number): string[] => buildRules.map(rule => `${rule} unknown @${line}`).sort();
const off = (line: number): string[] => [`cgo-enabled fail @${line}`, `dynamic-linking fail @${line}`];

/** Replaces text that must be there. */
function changed(name: string, ...pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), `${name} holds ${from}`);
    return text.replace(from, to);
  }, vector(name));
}

function exchanged(name: string, a: string, b: string): string {
  return changed(name, [a, '\0'], [b, a], ['\0', b]);
}

const oldPackage: [string, string] = ['GoMinimal.go\nFROM', '-o GoMinimal .\nFROM'];

const cases: readonly (readonly [string, string, readonly string[], Asked?])[] = [
  ["V01 the seed's own example", vector('V01'), []],
  ['V01b a package instead of a file on an old Go', changed('V01', oldPackage), ['dynamic-linking fail @4']],
  ['V01b on Go 1.22', changed('V01', oldPackage, ['1.13.5-alpine', '1.22-alpine']), []],
  ['V02 no external linking on musl', vector('V02'), ['dynamic-linking unknown @5', 'musl-internal-link fail @5']],
  ['V03 no C compiler on Alpine', vector('V03'), off(4)],
  ['V04 gcc without the libc headers', vector('V04'), ['musl fail @2']],
  ['V05 the common static image', vector('V05'), [...off(4), 'libc-in-image fail @5']],
  ['V05 with static monitoring', vector('V05'), ['libc-in-image fail @5'], { profile: 'oneagent-static' }],
  ['V06 ENV inherited through a stage', vector('V06'), [...off(6), 'libc-in-image fail @7']],
  ['V07 a global ARG does not reach RUN', vector('V07'), []],
  ['V08 ARG after ENV: the later one wins', vector('V08'), off(6)],
  [
    'V08 the other way round',
    exchanged('V08', 'ENV CGO_ENABLED=1', 'ARG CGO_ENABLED=0'),
    ['dynamic-linking unknown @6'],
  ],
  ['V09 export dies with its RUN', vector('V09'), []],
  ['V10 export in the same RUN', vector('V10'), off(4)],
  ['V11 a comment line inside a continuation', vector('V11'), []],
  ['V12 a trailing # swallows the rest', vector('V12'), allUnknown(7)],
  ['V13 stripped three ways', vector('V13'), ['symbol-table fail @4', 'symbol-table fail @5', 'symbol-table fail @6']],
  ['V14 the race detector, later off again', vector('V14'), ['no-race fail @4']],
  ['V15 go run as the command', vector('V15'), ['dynamic-linking unknown @4', 'no-go-run fail @4']],
  ['V15 go run in a build stage', changed('V07', ['RUN go build', 'RUN go run ./tools/gen\nRUN go build']), []],
  ['V16 cgo linked statically', vector('V16'), ['dynamic-linking fail @5', 'no-static-cgo fail @5']],
  ['V17 a glibc binary in a musl image', vector('V17'), ['libc-in-image fail @5']],
  [
    'V17 with libc6-compat',
    changed('V17', ['FROM alpine:3.20\n', 'FROM alpine:3.20\nRUN apk add libc6-compat\n']),
    ['libc-in-image fail @5'],
  ],
  [
    'V17 with gcompat',
    changed('V17', ['FROM alpine:3.20\n', 'FROM alpine:3.20\nRUN apk add gcompat\n']),
    ['libc-in-image fail @5'],
  ],
  ["V18 the builder's glibc is newer", vector('V18'), ['libc-in-image fail @5']],
  [
    'V18 both from 2.34 on',
    changed('V18', ['debian:bullseye-slim', 'registry.access.redhat.com/ubi9/ubi-micro']),
    ['libc-in-image unknown @5'],
  ],
  ['V18 a builder of unknown age', changed('V18', ['1.22-bookworm', '1.22']), ['libc-in-image unknown @5']],
  ['V19 make', vector('V19'), allUnknown(4)],
  ['V19 a script', changed('V19', ['make build', './build.sh']), allUnknown(4)],
  ['V19 mage', changed('V19', ['make build', 'mage build']), allUnknown(4)],
  ['V19 goreleaser', changed('V19', ['make build', 'goreleaser build']), allUnknown(4)],
  ['V20 the architecture decides', vector('V20'), ['cgo-enabled unknown @5', 'dynamic-linking unknown @5']],
  ['V21 heredoc and an unreachable stage', vector('V21'), off(7)],
  ['V22 exec form and sh -c', vector('V22'), [...off(4), 'dynamic-linking unknown @5']],
  ['V23 an unknown base, another escape character', vector('V23'), ['libc-in-image unknown @8']],
  ['V24 a busybox without a libc', vector('V24'), ['libc-in-image fail @5']],
  ['V24 the glibc one', changed('V24', ['-uclibc', '-glibc']), []],
  ['V24 the plain one', changed('V24', ['-uclibc', '']), []],
  ['V25 other compilers', vector('V25'), ['gc-compiler fail @5', 'official-release fail @1']],
  [
    "V25 the distribution's Go",
    changed(
      'V25',
      ['golang:1.27rc1-bookworm', 'debian:bookworm'],
      ['gccgo\n', 'golang gcc libc6-dev\n'],
      ['-compiler=gccgo', '-ldflags=-linkmode=external'],
    ),
    ['official-release unknown @2'],
  ],
  [
    "V25 Alpine's Go",
    changed(
      'V02',
      ['golang:1.22-alpine', 'alpine:3.20'],
      ['build-base', 'build-base go'],
      ['go build', 'go build -ldflags=-linkmode=external'],
    ),
    ['official-release unknown @2'],
  ],
  [
    'V26 linkshared, plugin, vendor',
    vector('V26'),
    ['dynamic-linking unknown @4', 'no-linkshared fail @4', 'no-plugin warn @5', 'no-vendor warn @6'],
  ],
  ['V27 branches', vector('V27'), ['no-race unknown @5']],
  ['V27 with the argument', vector('V27'), ['no-race unknown @5'], { buildArgs: new Map([['DEBUG', '1']]) }],
  ['V28 an accepted finding', vector('V28'), ['no-race fail @5 accepted']],
];

for (const [name, text, expected, asked] of cases)
  test(name, async () => {
    assert.equal(await said(text, asked), [...expected].sort());
  });

test('TinyGo is another compiler', async () => {
  const found = await said(changed('V02', ['golang:1.22-alpine', 'tinygo/tinygo']));
  assert.ok(found.includes('gc-compiler fail @1') || found.includes('gc-compiler fail @5'), found.join());
});

test('every vector with CRLF line ends says the same', async () => {
  for (const [name, text, expected, asked] of cases)
    assert.equal(await said(text.replaceAll('\n', '\r\n'), asked), [...expected].sort(), name);
});

test('what is found names its line, its evidence and what mends it', async () => {
  const { findings, verdict } = await reportOf(vector('V06'));
  assert.is(verdict, 'fail');
  const [cgo] = findings;
  assert.match(cgo?.message ?? '', /CGO_ENABLED=0 \(ENV, line 2\)/);
  for (const { verdict, message, evidence, fix } of findings) {
    assert.is(verdict, 'fail');
    assert.ok(message !== '' && evidence !== '' && fix !== '', message);
  }
});

test('an unseen build names what hides it', async () => {
  const { findings, verdict } = await reportOf(vector('V19'));
  assert.is(verdict, 'unknown');
  for (const { message } of findings) assert.match(message, /make/);
});

test('an accepted finding does not count', async () => {
  const { verdict, findings } = await reportOf(vector('V28'));
  assert.is(verdict, 'pass');
  assert.equal(findings[0]?.accepted, { reason: 'load test image', until: null, inSource: true });
});

test.run();
