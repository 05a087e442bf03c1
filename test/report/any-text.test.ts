// Whatever rules, files and images are called: each format stays what it is.
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Document } from '../../src/report/document.ts';
import { formatNames } from '../../src/report/formats.ts';
import { render } from '../../src/report/render.ts';
import type { FileReport, Finding } from '../../src/rules/finding.ts';
import { documentOf, file, options } from './samples.ts';
import { holdAgainst } from './schemas.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        '\n',
        '\r',
        '::',
        '##',
        '|',
        '`',
        ']]>',
        '<',
        '&',
        '"',
        '%',
        '\u001b[31m',
        '\u202e',
        '\ud800',
        '\ufffe',
        'a',
      ),
      { maxLength: 8 },
    )
    .map(parts => parts.join('')),
);
const some = text.map(words => words || 'x');
const finding: fc.Arbitrary<Finding> = fc.record({
  rule: fc.constantFrom('no-race', 'symbol-table', 'cgo-enabled'),
  verdict: fc.constantFrom('pass', 'warn', 'fail', 'unknown'),
  message: some,
  evidence: some,
  fix: some,
});
const placed: fc.Arbitrary<Finding> = fc
  .tuple(
    finding,
    fc.option(fc.nat({ max: 999 })),
    fc.option(text),
    fc.option(fc.record({ reason: text, until: fc.option(fc.constant('2027-01-31')) })),
  )
  .map(([one, line, binary, accepted]) => ({
    ...one,
    ...(line === null ? {} : { line: line + 1 }),
    ...(binary === null ? {} : { binary }),
    ...(accepted === null ? {} : { accepted }),
  }));
const path = fc.oneof(
  some,
  fc.uint8Array({ minLength: 1, maxLength: 12 }).map(bytes => Buffer.from(bytes)),
);
const report: fc.Arbitrary<FileReport> = fc.oneof(
  fc.tuple(path, fc.array(placed, { maxLength: 4 })).map(([name, findings]) => file(name, ...findings)),
  fc
    .tuple(path, fc.constantFrom('not-go' as const, 'unknown' as const), some)
    .map(([name, verdict, reason]) => ({ path: name, verdict, findings: [], reason })),
);
const document: fc.Arbitrary<Document> = fc
  .tuple(fc.array(report, { maxLength: 4 }), fc.constantFrom('verify' as const, 'check' as const))
  .map(([files, kind]) => documentOf(files, { kind, digests: files.map(() => 'a'.repeat(64)) }));

const checks: { readonly [F in (typeof formatNames)[number]]: (rendered: string, of: Document) => void } = {
  text: rendered => linesAreClean(rendered),
  json: (rendered, { kind }) => holdAgainst(kind, JSON.parse(rendered)),
  sarif: rendered => {
    for (const result of JSON.parse(rendered).runs[0].results) assert.match(uriOf(result), /^[A-Za-z0-9._~%/-]+$/);
  },
  github: rendered => {
    for (const line of rendered.split('\n').slice(0, -1))
      assert.match(line, /^::(error|warning|notice) file=[^:,]*(,line=\d+)?,title=[^:,]*::[^\r\n]*$/);
  },
  junit: rendered => {
    const parser = new SaxesParser({});
    parser.on('error', error => {
      throw error;
    });
    parser.write(rendered).close();
  },
  gitlab: rendered => {
    const prints = JSON.parse(rendered).map(({ fingerprint }: { fingerprint: string }) => fingerprint);
    assert.is(new Set(prints).size, prints.length);
  },
  markdown: rendered => {
    for (const line of rendered.split('\n'))
      if (line.startsWith('|')) assert.is(line.replace(/\\\|/g, '').split('|').length, 7, line);
    linesAreClean(rendered);
  },
  'in-toto': rendered => {
    for (const line of rendered.split('\n').slice(0, -1)) assert.match(line, /^\{"_type":/);
  },
  'in-toto-predicate': rendered => assert.match(JSON.parse(rendered).result, /^(PASSED|WARNED|FAILED)$/),
};

for (const format of formatNames)
  test(`${format} holds any text`, () =>
    fc.assert(
      fc.asyncProperty(document, async of =>
        checks[format](await render(format, of, { ...options, verbose: true }), of),
      ),
      { numRuns: 300 },
    ));

function linesAreClean(rendered: string): void {
  for (const line of rendered.split('\n')) {
    assert.not.match(line, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    assert.not.match(line, /^\s*(::|##(?!# goshim))/);
  }
}

function uriOf(result: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }): string {
  return result.locations[0]?.physicalLocation.artifactLocation.uri ?? '';
}

test.run();
