import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderGithub } from '../../src/report/github.ts';
import { documentOf, everyVerdict, fail, file, oddDocument, oddNames, pass } from './samples.ts';

/** As actions/runner's ActionCommand.cs reads a line. */
function read(line: string): { command: string; properties: Record<string, string>; message: string } | null {
  const found = /^::(\w+) (.*?)::(.*)$/.exec(line);
  if (found === null) return null;
  const decode = (text: string) =>
    text.replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%');
  const properties = (found[2] ?? '')
    .split(',')
    .map(pair => [pair.slice(0, pair.indexOf('=')), decode(pair.slice(pair.indexOf('=') + 1))]);
  return { command: found[1] ?? '', properties: Object.fromEntries(properties), message: decode(found[3] ?? '') };
}

test('one annotation a finding, failures first', () => {
  const lines = renderGithub(everyVerdict).trimEnd().split('\n').map(read);
  assert.equal(
    lines.map(each => [each?.command, each?.properties.file, each?.properties.title]),
    [
      ['error', 'bin/bad', 'goshim symbol-table'],
      ['warning', 'bin/bad', 'goshim no-plugin'],
      ['warning', 'warned', 'goshim no-plugin'],
      ['notice', 'odd', 'goshim cgo-enabled'],
      ['notice', 'known', 'goshim symbol-table'],
      ['notice', 'notes.txt', 'goshim go-binary'],
      ['notice', 'missing', 'goshim readable'],
    ],
  );
  assert.is(lines[0]?.message, 'no symbol table; fix: build without -s');
});

test('the file decodes to the exact path, whatever it holds', () => {
  const lines = renderGithub(oddDocument).trimEnd().split('\n');
  assert.is(lines.length, oddNames.length * 2);
  const paths = lines.slice(0, oddNames.length).map(line => read(line)?.properties.file);
  assert.equal(
    paths,
    oddNames.map(name => (typeof name === 'string' ? name : 'f\\xff\\xfeo')),
  );
});

test('a line of a Dockerfile, a long message, a pass', () => {
  const [line] = renderGithub(documentOf([file('Dockerfile', { ...fail, line: 7 })])).split('\n');
  assert.is(read(line ?? '')?.properties.line, '7');
  const long = renderGithub(documentOf([file('a', { ...fail, message: 'x'.repeat(10_000) })]));
  assert.ok(long.length < 4500);
  assert.is(renderGithub(documentOf([file('a', pass)])), '');
});

test.run();
