import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderJson, renderJsonLine } from '../../src/report/json.ts';
import { accepted, documentOf, everyVerdict, fail, file, oddDocument, oddNames, pass } from './samples.ts';
import { holdAgainst, problemOf } from './schemas.ts';

test('every sample is as its schema says', () => {
  for (const document of [everyVerdict, oddDocument, documentOf([])])
    holdAgainst('verify', JSON.parse(renderJson(document)));
  const check = documentOf([file('Dockerfile', { ...fail, line: 3 }, { ...fail, binary: 'linux/amd64!/app' })], {
    kind: 'check',
  });
  holdAgainst('check', JSON.parse(renderJson(check)));
});

test('the schemas refuse what they must', () => {
  assert.not.equal(problemOf('verify', { schema: 'goshim.verify/2', files: [] }), null);
  const broken = { ...fail, fix: '' };
  assert.not.equal(problemOf('verify', JSON.parse(renderJson(documentOf([file('a', broken)])))), null);
});

test('schema comes first, and the fields that scripts read are there', () => {
  const text = renderJson(documentOf([file('app', pass, accepted)], { skipped: 3 }));
  assert.ok(text.startsWith('{\n  "schema": "goshim.verify/1"'));
  assert.equal(JSON.parse(text), {
    schema: 'goshim.verify/1',
    profile: 'oneagent',
    agentVersion: null,
    goshim: '1.2.3',
    skipped: 3,
    files: [
      {
        path: 'app',
        verdict: 'pass',
        findings: [
          { rule: 'no-race', verdict: 'pass', message: '', evidence: 'no sign of -race', fix: '' },
          {
            rule: 'symbol-table',
            verdict: 'fail',
            message: 'no symbol table',
            evidence: 'no .symtab',
            fix: 'build without -s',
            accepted: { reason: 'a known tool', until: '2027-01-31' },
          },
        ],
      },
    ],
  });
});

test('names survive: text as it is, bytes that are no text in base64', () => {
  const { files } = JSON.parse(renderJson(oddDocument)) as { files: { path: string; pathBase64?: string }[] };
  oddNames.forEach((name, index) => {
    const found = files[index];
    if (typeof name !== 'string') {
      assert.is(found?.path, 'f\\xff\\xfeo');
      assert.ok(Buffer.from(found?.pathBase64 ?? '', 'base64').equals(name));
    } else assert.is(found?.path, name.toWellFormed());
  });
});

test('nothing in it paints a terminal, and a line is a line', () => {
  assert.not.match(renderJson(oddDocument).replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  assert.match(renderJsonLine(oddDocument), /^[^\n]+\n$/);
});

test('a file that could not be judged says why in a finding too; one that is no Go binary has none', () => {
  const { files } = JSON.parse(renderJson(everyVerdict));
  assert.equal(files.at(-1), {
    path: 'missing',
    verdict: 'unknown',
    reason: 'no such file or directory (ENOENT)',
    findings: [
      {
        rule: 'readable',
        verdict: 'unknown',
        message: 'no such file or directory (ENOENT)',
        evidence: 'no such file or directory (ENOENT)',
        fix: '',
      },
    ],
  });
  assert.equal(files.at(-2), { path: 'notes.txt', verdict: 'not-go', reason: 'text', findings: [] });
});

test.run();
