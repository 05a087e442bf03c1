import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderGitlab } from '../../src/report/gitlab.ts';
import { renderInToto, renderPredicate } from '../../src/report/in-toto.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import {
  accepted,
  documentOf,
  everyVerdict,
  fail,
  file,
  oddDocument,
  options,
  pass,
  unknown,
  warn,
} from './samples.ts';

test('GitLab: an element a finding, unique fingerprints, fail is major', () => {
  const issues = JSON.parse(renderGitlab(everyVerdict, options));
  assert.equal(
    issues.map((issue: { check_name: string; severity: string; location: { path: string } }) => [
      issue.location.path,
      issue.check_name,
      issue.severity,
    ]),
    [
      ['bin/bad', 'symbol-table', 'major'],
      ['bin/bad', 'no-plugin', 'minor'],
      ['warned', 'no-plugin', 'minor'],
      ['odd', 'cgo-enabled', 'info'],
      ['known', 'symbol-table', 'info'],
      ['notes.txt', 'go-binary', 'info'],
      ['missing', 'readable', 'info'],
    ],
  );
  assert.equal(issues[0].location, { path: 'bin/bad', lines: { begin: 1 } });
  const odd = JSON.parse(renderGitlab(oddDocument, options)) as { fingerprint: string; description: string }[];
  assert.is(new Set(odd.map(({ fingerprint }) => fingerprint)).size, odd.length);
  assert.ok(odd.every(({ description }) => description !== ''));
  assert.is(renderGitlab(documentOf([file('good', pass)]), options), '[]\n');
});

test('Markdown: a row a finding; no name breaks the table', () => {
  assert.is(
    renderMarkdown(everyVerdict, options),
    `### goshim verify: 1 fail, 2 unknown, 1 warn, 1 not-go, 2 pass

| verdict | file | rule | what | fix |
|---|---|---|---|---|
| fail | \`bin/bad\` | symbol-table | no symbol table | \`build without -s\` |
| warn | \`bin/bad\` | no-plugin | it can load plugins | \`build without plugins\` |
| warn | \`warned\` | no-plugin | it can load plugins | \`build without plugins\` |
| unknown | \`odd\` | cgo-enabled | it could not be read |  |
| accepted fail | \`known\` | symbol-table | no symbol table (accepted until 2027-01-31: a known tool) | \`build without -s\` |
| unknown | \`notes.txt\` | go-binary | no Go binary: text |  |
| unknown | \`missing\` | readable | no such file or directory (ENOENT) |  |

`,
  );
  const rows = renderMarkdown(oddDocument, options).trimEnd().split('\n').slice(4);
  assert.is(rows.length, oddDocument.files.length * 2);
  for (const row of rows) assert.is(row.replace(/\\\|/g, '').split('|').length, 7, row);
  assert.match(renderMarkdown(documentOf([file('a`b', fail)]), options), '``a`b``');
  assert.match(renderMarkdown(documentOf([file('good', pass)]), options), '- `good`: pass');
});

test('in-toto: a Statement a file, over its digest', () => {
  const digests = ['a'.repeat(64), null, 'b'.repeat(64)];
  const lines = renderInToto(
    documentOf([file('x/app', pass, warn), file('gone', unknown), file('good', pass)], { digests }),
    options,
  )
    .trimEnd()
    .split('\n');
  assert.is(lines.length, 2);
  assert.ok(lines.every(line => line.startsWith('{"_type":"https://in-toto.io/Statement/v1"')));
  const [first, second] = lines.map(line => JSON.parse(line));
  assert.equal(first.subject, [{ name: 'x/app', digest: { sha256: 'a'.repeat(64) } }]);
  assert.is(first.predicateType, 'https://in-toto.io/attestation/test-result/v0.1');
  assert.is(first.predicate.result, 'WARNED');
  assert.equal(first.predicate.passedTests, ['no-race']);
  assert.equal(first.predicate.warnedTests, ['no-plugin']);
  assert.equal(first.predicate.failedTests, []);
  assert.is(second.predicate.result, 'PASSED');
  for (const descriptor of first.predicate.configuration)
    assert.ok(descriptor.uri !== undefined || descriptor.digest !== undefined);
});

test('in-toto: PASSED only where everything passed', () => {
  const result = (...findings: (typeof pass)[]) => JSON.parse(renderPredicate(documentOf([file('a', ...findings)])));
  assert.is(result(pass).result, 'PASSED');
  assert.is(result(pass, unknown).result, 'WARNED');
  assert.equal(result(pass, unknown).warnedTests, ['cgo-enabled']);
  assert.is(result(pass, accepted).result, 'WARNED');
  assert.is(result(pass, unknown, fail).result, 'FAILED');
  assert.is(result().result, 'WARNED');
  assert.is(JSON.parse(renderPredicate(documentOf([]))).result, 'WARNED');
  assert.is(JSON.parse(renderPredicate(everyVerdict)).result, 'FAILED');
  assert.ok(result().configuration.length > 0);
});

test.run();
