// What an output asks of the place it runs in, and of the agent there.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { BinaryFacts } from '../../src/binary/facts.ts';
import { openBinary } from '../../src/binary/open.ts';
import type { Outcome } from '../../src/rules/finding.ts';
import { afterBuild, judge } from '../../src/rules/judge.ts';
import type { VerifySurroundings } from '../../src/rules/rule.ts';
import { type Kind, kinds } from '../binary/kinds.ts';
import { type BinarySpec, builtBinary } from '../support/binaries.ts';
import { need } from '../support/need.ts';
import { judging, only, planOf, staticProfile, strict } from './around.ts';
import { breakDynamic } from './broken.ts';

const cgoOff = { environment: { CGO_ENABLED: '0' } };

test('after CGO_ENABLED=0 was overruled one line names loader, highest GLIBC, and where that is', () => {
  const plan = planOf('build .', {}, cgoOff);
  const [line, ...others] = withFacts(kinds['external, glibc'], facts => afterBuild(facts, plan.build, 'app', strict));
  assert.equal(others, []);
  assert.equal([line?.rule, line?.verdict, line?.fix], ['dynamic-linking', 'pass', '']);
  assert.match(
    line?.message ?? '',
    /^app needs \/lib64\/ld-linux-x86-64\.so\.2 and GLIBC_2\.\d+ where it runs: not in scratch, distroless\/static, Alpine; in Debian \d+, Ubuntu \d\d\.04, RHEL \d+$/,
  );
});

need(test, 'musl-gcc')('the same on musl', () => {
  const plan = planOf(['build', '-ldflags=-extldflags=-static', '.']);
  const [line] = withFacts(kinds['external, musl'], facts => afterBuild(facts, plan.build, 'bin/app', strict));
  assert.is(
    line?.message,
    'bin/app needs /lib/ld-musl-x86_64.so.1 where it runs: not in scratch, distroless/static, Debian; in Alpine',
  );
});

test('a host of plugins that was none under CGO_ENABLED=0 is told so', () => {
  const said = (setting = {}) =>
    withFacts(kinds['host of plugins'], facts => afterBuild(facts, planOf('build .', {}, setting).build, 'app', strict))
      .filter(({ rule }) => rule === 'no-plugin')
      .map(({ message }) => message);
  assert.equal(said(cgoOff), [
    'app can load plugins only since CGO_ENABLED=0 was overruled: package plugin is a stub without cgo',
  ]);
  assert.equal(said(), []);
});

test('nothing is said where nobody wanted it static, it is static, or the rule is off', () => {
  const said = (kind: Kind, line: string, setting = {}, profile = strict) =>
    withFacts(kinds[kind], facts => afterBuild(facts, planOf(line, {}, setting).build, 'app', profile));
  assert.equal(said('external, glibc', 'build -race .'), []);
  assert.equal(said('static, pure Go', 'build .', cgoOff), []);
  assert.equal(said('external, glibc', 'build .', cgoOff, only('no-race', 'fix')), []);
});

const glibc = (version: string | null) => ({ libc: 'glibc', version }) as const;

for (const [kind, runtime, verdict, message] of [
  ['external, glibc', null, null, ''],
  ['external, glibc', glibc('2.99'), 'pass', ''],
  ['external, glibc', glibc(null), 'pass', ''],
  ['external, glibc', glibc('2.4'), 'fail', 'and the place it runs in has glibc 2.4: it would not start'],
  [
    'external, glibc',
    { libc: 'musl', version: null },
    'fail',
    'needs /lib64/ld-linux-x86-64.so.2 (glibc), and the place it runs in has musl',
  ],
  [
    'external, glibc',
    { libc: 'none', version: null },
    'fail',
    'needs /lib64/ld-linux-x86-64.so.2, and the place it runs in has no libc',
  ],
  ['static, pure Go', { libc: 'none', version: null }, 'pass', ''],
  ['pure-Go PIE', { libc: 'musl', version: null }, 'fail', 'needs /lib64/ld-linux-x86-64.so.2 (glibc)'],
  ['c-shared', glibc('2.4'), null, ''],
] satisfies [Kind, VerifySurroundings['runtime'], Outcome['verdict'] | null, string][]) {
  test(`runtime-libc: ${kind} in ${runtime?.libc} ${runtime?.version}: ${verdict}`, () => {
    const findings = withFacts(kinds[kind], facts =>
      judge(facts, judging({ profile: only('runtime-libc', 'fail'), runtime })),
    );
    assert.equal(
      findings.map(finding => finding.verdict),
      verdict === null ? [] : [verdict],
    );
    assert.ok(
      findings.every(finding => finding.message.includes(message)),
      findings[0]?.message,
    );
  });
}

need(test, 'musl-gcc')('runtime-libc: a musl program in a glibc place, and in its own', () => {
  const verdict = (runtime: VerifySurroundings['runtime']) =>
    withFacts(kinds['external, musl'], facts =>
      judge(facts, judging({ profile: only('runtime-libc', 'fail'), runtime })),
    )[0]?.verdict;
  assert.is(verdict(glibc('2.36')), 'fail');
  assert.is(verdict({ libc: 'musl', version: null }), 'pass');
});

test('runtime-libc: version needs that cannot be read are unknown', () => {
  const spec = { ...kinds['external, glibc'], edit: { name: 'DT_VERNEED broken', apply: breakDynamic(0x6ffffffen) } };
  const findings = withFacts(spec, facts =>
    judge(facts, judging({ profile: only('runtime-libc', 'fail'), runtime: glibc('2.36') })),
  );
  assert.equal(
    findings.map(({ verdict }) => verdict),
    ['unknown'],
  );
});

for (const [version, agent, verdict, message] of [
  ['go1.26.8', null, 'pass', ''],
  ['go1.26.2', '1.334', 'fail', 'go1.26.2 needs agent 1.335 or later, this one is 1.334'],
  ['go1.26.2', '1.335', 'pass', ''],
  ['go1.26.3', '1.341.20', 'pass', ''],
  ['go1.26.4', '1.341', 'pass', 'agent 1.341 takes go1.26.4 only with metadata from its server'],
  ['go1.26.6', '1.341', 'warn', 'agent 1.341 is known to take Go 1.26 up to 1.26.5 only'],
  ['go1.26.6', '1.345', 'pass', ''],
  ['go1.20.14', '1.262', 'fail', 'go1.20.14 needs agent 1.263 or later, this one is 1.262'],
  ['go1.9.7', '1.335', 'pass', ''],
  ['go1.27.0', '1.345', 'warn', 'go1.27.0 is newer than any release this profile knows an agent for (up to 1.26)'],
  ['go1.27.0', null, 'pass', ''],
  ['devel +abcdef', '1.335', 'pass', ''],
] satisfies [string, string | null, Outcome['verdict'], string][]) {
  test(`agent-version: ${version} with agent ${agent}: ${verdict}`, () => {
    const [finding, ...others] = withFacts(kinds['external, glibc'], facts =>
      judge(saying(facts, { version }), judging({ profile: only('agent-version', 'fail'), agentVersion: agent })),
    );
    assert.equal([finding?.verdict, others], [verdict, []]);
    if (verdict !== 'pass' || message !== '') assert.is(finding?.message, message);
    const plan = planOf(
      'build .',
      { profile: only('agent-version', 'fail'), agentVersion: agent },
      { goversion: version },
    );
    assert.equal([plan.warnings.length, plan.refusals], [verdict === 'pass' ? 0 : 1, []], 'said before the build too');
  });
}

for (const [goarch, agent, verdict, message] of [
  ['arm64', null, 'pass', ''],
  ['arm64', '1.322', 'fail', 'arm64 needs agent 1.323 or later, this one is 1.322'],
  ['arm64', '1.343', 'pass', ''],
  ['s390x', null, 'fail', 'built for s390x; the agent has amd64, arm64'],
] satisfies [string, string | null, Outcome['verdict'], string][]) {
  test(`agent-version: ${goarch} with agent ${agent}: ${verdict}`, () => {
    const [finding] = withFacts(kinds['external, glibc'], facts =>
      judge(
        saying(facts, { goarch, version: 'go1.20.14' }),
        judging({ profile: only('agent-version', 'fail'), agentVersion: agent }),
      ),
    );
    assert.equal([finding?.verdict, finding?.message], [verdict, message]);
  });
}

test('agent-version: a profile without tables has nothing to say', () => {
  const profile = { ...only('agent-version', 'fail'), architectures: null, releases: null };
  const findings = withFacts(kinds['external, glibc'], facts =>
    judge(saying(facts, { goarch: 's390x', version: 'go1.99.0' }), judging({ profile, agentVersion: '1.1' })),
  );
  assert.equal(findings, []);
});

test('agent-version: static monitoring came with 1.203', () => {
  const verdict = (kind: Kind, agentVersion: string) =>
    withFacts(kinds[kind], facts =>
      judge(
        saying(facts, { version: 'go1.16.1' }),
        judging({ profile: only('agent-version', 'fail', staticProfile), agentVersion }),
      ),
    ).map(({ message }) => message);
  assert.equal(verdict('static, pure Go', '1.202'), [
    'static monitoring needs agent 1.203 or later, this one is 1.202',
  ]);
  assert.equal(verdict('static, pure Go', '1.203'), ['']);
  assert.equal(verdict('external, glibc', '1.202'), ['']);
});

need(test, 'musl-gcc')('agent-version: no musl variant on arm64', () => {
  const [finding] = withFacts(kinds['external, musl'], facts =>
    judge(saying(facts, { goarch: 'arm64' }), judging({ profile: only('agent-version', 'fail') })),
  );
  assert.equal([finding?.verdict, finding?.message], ['warn', 'the agent has no musl variant for arm64']);
});

/** A real binary's facts, but for what no compiler here can make. */
function saying(facts: BinaryFacts, { version, goarch }: { version?: string; goarch?: string }): BinaryFacts {
  const info = facts.buildInfo();
  if (!info.ok || info.value === null) throw new Error('no build info');
  const settings = new Map([...info.value.settings, ['GOARCH', goarch ?? facts.goarch]]);
  const value = { ...info.value, goVersion: version ?? info.value.goVersion, settings };
  return { ...facts, goarch: goarch ?? facts.goarch, buildInfo: () => ({ ok: true, value }) };
}

function withFacts<T>(spec: BinarySpec, use: (facts: BinaryFacts) => T): T {
  const opened = openBinary(builtBinary(spec));
  if (opened.kind !== 'elf') throw new Error(opened.kind);
  try {
    return use(opened.facts);
  } finally {
    opened.close();
  }
}

test.run();
