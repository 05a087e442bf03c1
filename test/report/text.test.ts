import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mask, pathText } from '../../src/report/mask.ts';
import { renderText } from '../../src/report/text.ts';
import { documentOf, everyVerdict, fail, file, oddDocument, options, pass } from './samples.ts';

test('a line a file, findings that are no pass below it, a line of counts', () => {
  assert.is(
    renderText(everyVerdict, options),
    `good: pass
bin/bad: fail
  fail symbol-table: no symbol table [no .symtab]
    fix: build without -s
  warn no-plugin: it can load plugins [plugin.open]
    fix: build without plugins
warned: warn
  warn no-plugin: it can load plugins [plugin.open]
    fix: build without plugins
odd: unknown
  unknown cgo-enabled: it could not be read [truncated]
known: pass
  accepted fail symbol-table: no symbol table [no .symtab]
    accepted until 2027-01-31: a known tool
notes.txt: not-go: text
missing: unknown: no such file or directory (ENOENT)
1 fail, 2 unknown, 1 warn, 1 not-go, 2 pass
`,
  );
});

test('-v shows the passing rules with their evidence', () => {
  const text = renderText(documentOf([file('good', pass)]), { ...options, verbose: true });
  assert.is(text, 'good: pass\n  pass no-race [no sign of -race]\n');
});

test('skipped files are counted', () => {
  const text = renderText(documentOf([file('good', pass)], { skipped: 2 }), options);
  assert.is(text, 'good: pass\n1 pass; 2 other files skipped\n');
});

test('colour is in the verdict alone', () => {
  const text = renderText(documentOf([file('bad', fail)]), { ...options, colour: true });
  assert.match(text, 'bad: \u001b[31mfail\u001b[39m\n');
});

test('no name can end a line, paint the screen or begin a command of the CI system', () => {
  const lines = renderText(oddDocument, options).split('\n');
  // A name, a fail, its fix, an unknown; then the counts.
  assert.is(lines.length, oddDocument.files.length * 4 + 2);
  for (const line of lines) {
    assert.not.match(line, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    assert.not.match(line, /^\s*(::|##)/);
  }
});

test('bytes that are no UTF-8 are shown one by one', () => {
  assert.is(pathText(Buffer.from('a\xff\xc3b\xe2\x82', 'latin1')), 'a\\xff\\xc3b\\xe2\\x82');
  assert.is(pathText(Buffer.from('ünï €', 'utf8')), 'ünï €');
  assert.is(pathText(Buffer.from([0xed, 0xa0, 0x80])), '\\xed\\xa0\\x80');
  assert.is(mask('a\nb\u001b\u2028\ud800'), 'a\\nb\\x1b\\u2028\\ud800');
});

test.run();
