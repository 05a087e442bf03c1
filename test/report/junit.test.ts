import { SaxesParser } from 'saxes';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderJunit } from '../../src/report/junit.ts';
import { documentOf, everyVerdict, fail, file, oddDocument, pass, warn } from './samples.ts';

interface Suite {
  readonly name: string;
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly cases: { name: string; inside: string[]; text: string }[];
}

/** Throws for what is not well-formed. */
function parse(xml: string): Suite[] {
  const suites: Suite[] = [];
  const parser = new SaxesParser({});
  parser.on('error', error => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const number = (key: string) => Number(attributes[key]);
    if (name === 'testsuite')
      suites.push({
        name: String(attributes.name),
        tests: number('tests'),
        failures: number('failures'),
        errors: number('errors'),
        skipped: number('skipped'),
        cases: [],
      });
    const suite = suites.at(-1);
    if (name === 'testcase') suite?.cases.push({ name: String(attributes.name), inside: [], text: '' });
    else if (name !== 'testsuite' && name !== 'testsuites') suite?.cases.at(-1)?.inside.push(name);
  });
  parser.on('text', text => {
    const last = suites.at(-1)?.cases.at(-1);
    if (last !== undefined) last.text += text;
  });
  parser.write(xml).close();
  return suites;
}

test('it is well-formed and adds up, whatever the names hold', () => {
  for (const document of [everyVerdict, oddDocument, documentOf([])]) {
    const suites = parse(renderJunit(document));
    assert.is(suites.length, document.files.length);
    for (const suite of suites) {
      const having = (element: string) => suite.cases.filter(({ inside }) => inside.includes(element)).length;
      assert.is(suite.tests, suite.cases.length);
      assert.is(suite.failures, having('failure'));
      assert.is(suite.errors, having('error'));
      assert.is(suite.skipped, having('skipped'));
      assert.is(new Set(suite.cases.map(({ name }) => name)).size, suite.cases.length);
      assert.not.match(suite.name, /[\u0000-\u001f]/);
    }
  }
});

test('fail is a failure, unknown skipped, unreadable an error, warn passed with its text, accepted skipped', () => {
  const suites = parse(renderJunit(everyVerdict));
  assert.equal(
    suites.map(({ name, cases }) => [name, cases.map(({ inside }) => inside.join())]),
    [
      ['good', ['']],
      ['bin/bad', ['', 'failure', 'system-out']],
      ['warned', ['system-out']],
      ['odd', ['skipped']],
      ['known', ['skipped', '']],
      ['notes.txt', ['skipped']],
      ['missing', ['error']],
    ],
  );
  assert.match(suites[1]?.cases[1]?.text ?? '', 'fail: no symbol table\nseen: no .symtab\nfix: build without -s');
});

test('two findings of one rule keep their names apart', () => {
  const [suite] = parse(renderJunit(documentOf([file('a', fail, { ...fail, message: 'again' }, warn, pass)])));
  assert.equal(
    suite?.cases.map(({ name }) => name),
    ['symbol-table: a', 'symbol-table (2): a', 'no-plugin: a', 'no-race: a'],
  );
});

test.run();
