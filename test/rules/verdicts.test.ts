// @slow: builds every kind of binary
// What the strict profile says of each kind of real binary: every rule that does not pass.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openBinary } from '../../src/binary/open.ts';
import type { Profile } from '../../src/profiles.ts';
import type { Finding, Verdict } from '../../src/rules/finding.ts';
import { rules } from '../../src/rules/index.ts';
import { judge, verdictOf } from '../../src/rules/judge.ts';
import { type Kind, kinds, programsFor, removeBuildInfo } from '../binary/kinds.ts';
import { type BinarySpec, builtBinary } from '../support/binaries.ts';
import { need } from '../support/need.ts';
import { judging, staticProfile, strict } from './around.ts';
import { breakDynamic, breakSectionTable, breakSymbolNames, cutInHalf } from './broken.ts';

type Said = Readonly<Record<string, Verdict>>;

const static_: Said = { 'dynamic-linking': 'fail' };
const staticCgo: Said = { 'no-static-cgo': 'fail', 'dynamic-linking': 'fail' };
const noCgo: Said = { 'cgo-enabled': 'fail', 'dynamic-linking': 'fail' };
const stripped: Said = { 'symbol-table': 'fail' };
const sharedObject: Said = { 'dynamic-linking': 'unknown' };

const expected: Readonly<Record<Exclude<Kind, 'c-archive'>, Said>> = {
  'static, pure Go': noCgo,
  'external, glibc': {},
  'internal, glibc': {},
  'external, musl': {},
  'internal, musl': { 'musl-internal-link': 'fail' },
  'external PIE': {},
  'pure-Go PIE': noCgo,
  'static cgo': staticCgo,
  'static-pie cgo': staticCgo,
  'static cgo, musl': staticCgo,
  'external without runtime/cgo, 1.19': static_,
  'external without runtime/cgo, 1.20': static_,
  '-s': stripped,
  '-w': {},
  '-s -w=0': stripped,
  'strip, external': stripped,
  'strip, internal, musl': { 'musl-internal-link': 'fail', ...stripped },
  'strip --strip-debug': {},
  'strip -K main.main': stripped,
  '--only-keep-debug': {
    'gc-compiler': 'unknown',
    'official-release': 'unknown',
    'cgo-enabled': 'unknown',
    'no-static-cgo': 'unknown',
    'dynamic-linking': 'unknown',
    'no-linkshared': 'unknown',
    'no-plugin': 'unknown',
    'no-race': 'unknown',
    'symbol-table': 'fail',
  },
  race: { 'no-race': 'fail' },
  'race, -s': { 'no-race': 'fail', ...stripped },
  'race, -s, no build info': { 'official-release': 'unknown', 'no-race': 'fail', ...stripped },
  asan: { 'no-race': 'fail' },
  msan: { 'no-race': 'fail' },
  plugin: { ...sharedObject, 'no-plugin': 'fail' },
  'host of plugins': { 'no-plugin': 'warn' },
  'host of plugins, strip': { 'no-plugin': 'unknown', ...stripped },
  'c-shared': sharedObject,
  linkshared: { 'no-linkshared': 'fail', ...stripped },
  gccgo: { 'gc-compiler': 'fail', 'official-release': 'unknown', ...stripped },
  'gccgo, strip': {
    'gc-compiler': 'fail',
    'official-release': 'unknown',
    'cgo-enabled': 'unknown',
    'no-plugin': 'unknown',
    'no-race': 'unknown',
    ...stripped,
  },
  'gccgo -static-libgo': { 'gc-compiler': 'fail', 'official-release': 'unknown', ...stripped },
  boringcrypto: { 'official-release': 'fail' },
  'release candidate': { 'official-release': 'fail' },
  'development tree': { 'official-release': 'fail' },
  'vendor fork': { 'official-release': 'fail' },
  'GOPATH vendored': { ...static_, 'no-vendor': 'warn' },
  'payload appended': {},
  sectionless: stripped,
  'sectionless, -s': stripped,
  'no build info': {},
  'no build info, PIE': {},
  'no build info, -s': { 'official-release': 'unknown', ...stripped },
};

for (const [kind, said] of Object.entries(expected) as [Exclude<Kind, 'c-archive'>, Said][])
  need(test, ...programsFor(kind))(kind, () => hold(judged(kinds[kind]), said));

for (const [kind, said] of [
  ['static, pure Go', {}],
  ['static cgo', { 'no-static-cgo': 'fail' }],
  ['static-pie cgo', { 'no-static-cgo': 'fail' }],
  ['pure-Go PIE', noCgo],
  ['external, glibc', {}],
  ['internal, musl', { 'musl-internal-link': 'fail' }],
] satisfies [Kind, Said][])
  need(test, ...programsFor(kind))(`static monitoring: ${kind}`, () =>
    hold(judged(kinds[kind], { profile: staticProfile }), said),
  );

test('static monitoring: FreeBSD has ELF too, and without build info the entry point tells it', () => {
  const freebsd: BinarySpec = { source: 'hello', env: { GOOS: 'freebsd', CGO_ENABLED: '0' } };
  for (const spec of [freebsd, { ...freebsd, edit: { name: 'no build info 1', apply: removeBuildInfo } }]) {
    const findings = judged(spec, { profile: staticProfile });
    const [finding] = findings.filter(({ rule }) => rule === 'agent-version');
    assert.is(finding?.verdict, 'fail');
    assert.is(finding?.message, 'built for freebsd; the agent monitors Linux programs', shown(findings));
  }
});

const stripExternal = { ...kinds['external, musl'], after: [['strip']] };
for (const [name, spec, said, program] of [
  [
    'musl, stripped, DT_SYMTAB broken',
    { ...stripExternal, edit: { name: 'DT_SYMTAB broken', apply: breakDynamic(6n) } },
    { 'musl-internal-link': 'unknown', 'no-linkshared': 'unknown', ...stripped },
    'musl-gcc',
  ],
  [
    'section table past the end',
    { ...kinds['external, glibc'], edit: { name: 'section table broken', apply: breakSectionTable } },
    { 'symbol-table': 'unknown' },
    'gcc',
  ],
  [
    'GOPATH, names of the symbols past the end',
    { ...kinds['GOPATH vendored'], edit: { name: 'symbol names broken', apply: breakSymbolNames } },
    { ...static_, 'no-vendor': 'unknown', 'symbol-table': 'unknown', 'whole-file': 'unknown' },
    'gcc',
  ],
] satisfies [string, BinarySpec, Said, string][])
  need(test, program)(`unreadable: ${name}`, () => {
    const findings = judged(spec);
    for (const [rule, verdict] of Object.entries(said))
      assert.is(findings.find(finding => finding.rule === rule)?.verdict, verdict, `${rule} of ${shown(findings)}`);
    assert.is.not(verdictOf(findings, { strict: false }), 'pass');
  });

test('a file that was cut off is never a pass, whatever its tables say', () => {
  const findings = judged({ ...kinds['internal, glibc'], edit: { name: 'cut in half', apply: cutInHalf } });
  const [finding] = findings.filter(({ rule }) => rule === 'whole-file');
  assert.is(finding?.verdict, 'unknown');
  assert.match(finding?.message ?? '', /truncated ELF: needs /);
});

test('notes are passes: an appended payload, the threadcreate profile', () => {
  const note = (spec: BinarySpec, rule: string) =>
    judged(spec)
      .filter(finding => finding.rule === rule)
      .map(({ verdict, message, fix }) => [verdict, message, fix]);
  assert.equal(note(kinds['payload appended'], 'whole-file'), [
    ['pass', '15 bytes are appended to the program; they do no harm', ''],
  ]);
  assert.equal(note(kinds['external, glibc'], 'whole-file'), [['pass', '', '']]);
  assert.equal(note({ source: 'threadcreate' }, 'threadcreate'), [
    ['pass', 'the threadcreate profile will have empty stacks while the agent is there', ''],
  ]);
  assert.equal(note(kinds['external PIE'], 'threadcreate'), []);
});

need(test, 'musl-gcc')("Go's own link against musl is told in the agent's words", () => {
  const [finding] = judged(kinds['internal, musl']).filter(({ verdict }) => verdict === 'fail');
  assert.is(
    finding?.message,
    "Deep monitoring activation failed: monitoring of Go musl binaries built with Go's internal linker is not supported",
  );
  assert.match(finding?.evidence ?? '', 'ld-musl');
});

test('each policy caps what a rule found: off asks nothing, warn makes a fail a warning, unknown stays', () => {
  for (const [policy, verdicts] of [
    ['off', []],
    ['warn', ['warn']],
    ['fail', ['fail']],
    ['fix', ['fail']],
  ] as const) {
    for (const [kind, rule] of failing) {
      const profile: Profile = { ...strict, rules: { [rule]: policy } };
      const findings = judged(kinds[kind], { profile });
      assert.equal(
        findings.map(finding => [finding.rule, finding.verdict]),
        verdicts.map(verdict => [rule, verdict]),
      );
    }
  }
  const warned: Profile = { ...strict, rules: { 'dynamic-linking': 'warn' } };
  assert.equal(
    judged(kinds['c-shared'], { profile: warned }).map(({ verdict }) => verdict),
    ['unknown'],
  );
});

/** Rules that a compiler every machine has can make fail. */
const failing: readonly (readonly [Kind, string])[] = [
  ['static, pure Go', 'cgo-enabled'],
  ['static cgo', 'no-static-cgo'],
  ['static cgo', 'dynamic-linking'],
  ['plugin', 'no-plugin'],
  ['race', 'no-race'],
  ['-s', 'symbol-table'],
  ['boringcrypto', 'official-release'],
  ['GOPATH vendored', 'no-vendor'],
];

test('words: each rule has a title, a reason, a fix, and its row of the seed', () => {
  for (const { id, title, why, fix, seed } of rules) {
    assert.match(id, /^[a-z]+(-[a-z]+)*$/);
    for (const text of [title, why, fix]) assert.ok(text !== '' && !text.includes('\n'), id);
    assert.match(seed, id === 'whole-file' ? /^$/ : /^S\d+(, S\d+)*$/, id);
  }
  assert.is(new Set(rules.map(({ id }) => id)).size, rules.length);
});

function judged(spec: BinarySpec, changes: Parameters<typeof judging>[0] = {}): Finding[] {
  const opened = openBinary(builtBinary(spec));
  if (opened.kind !== 'elf') throw new Error(`${opened.kind}`);
  try {
    return judge(opened.facts, judging(changes));
  } finally {
    opened.close();
  }
}

/** These and no other rules do not pass, and whoever does not pass says what was seen and what mends it. */
function hold(findings: readonly Finding[], said: Said): void {
  const others = findings.filter(({ verdict }) => verdict !== 'pass');
  assert.equal(Object.fromEntries(others.map(({ rule, verdict }) => [rule, verdict])), said, shown(findings));
  for (const { rule, verdict, message, evidence, fix } of others) {
    assert.ok(message !== '' && evidence !== '', `${rule}: ${message} [${evidence}]`);
    assert.ok(fix !== '' || verdict === 'unknown', rule);
  }
  for (const { fix } of findings.filter(({ verdict }) => verdict === 'pass')) assert.is(fix, '');
}

function shown(findings: readonly Finding[]): string {
  return findings
    .map(({ rule, verdict, message, evidence }) => `${rule} ${verdict}: ${message} [${evidence}]`)
    .join('\n');
}

test.run();
