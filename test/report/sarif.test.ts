import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rootOf, uriOf } from '../../src/report/place.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { inDirectory } from '../commands/goshim.ts';
import { documentOf, everyVerdict, fail, file, oddDocument, oddNames, options, pass } from './samples.ts';

interface Result {
  ruleId: string;
  ruleIndex: number;
  level: string;
  message: { text: string };
  locations: { physicalLocation: { artifactLocation: { uri: string }; region: object } }[];
  partialFingerprints: { primaryLocationLineHash: string };
  suppressions?: { kind: string; status: string; justification: string }[];
}

function runOf(text: string) {
  const sarif = JSON.parse(text);
  assert.is(sarif.version, '2.1.0');
  assert.is(sarif.runs.length, 1);
  return sarif.runs[0] as {
    tool: { driver: { name: string; rules: Record<string, never>[] } };
    automationDetails: { id: string };
    invocations: { executionSuccessful: boolean; toolExecutionNotifications?: { message: { text: string } }[] }[];
    results: Result[];
  };
}

test('fail is an error, warn a warning, unknown a note; a pass is none; what is accepted is suppressed', () => {
  const { results } = runOf(renderSarif(everyVerdict, options));
  assert.equal(
    results.map(result => [result.ruleId, result.level, uriOfResult(result), result.suppressions?.[0]?.justification]),
    [
      ['symbol-table', 'error', 'bin/bad', undefined],
      ['no-plugin', 'warning', 'bin/bad', undefined],
      ['no-plugin', 'warning', 'warned', undefined],
      ['cgo-enabled', 'note', 'odd', undefined],
      ['go-binary', 'note', 'notes.txt', undefined],
      ['readable', 'note', 'missing', undefined],
      ['symbol-table', 'error', 'known', 'until 2027-01-31: a known tool'],
    ],
  );
});

test('it has all that GitHub wants', () => {
  for (const document of [everyVerdict, oddDocument, documentOf([file('good', pass)]), documentOf([])]) {
    const { tool, results, automationDetails } = runOf(renderSarif(document, options));
    assert.is(tool.driver.name, 'goshim');
    assert.match(automationDetails.id, /\/$/);
    for (const rule of tool.driver.rules as unknown as Record<string, { text: string; markdown?: string }>[]) {
      for (const key of ['shortDescription', 'fullDescription', 'help']) assert.ok((rule[key]?.text ?? '') !== '', key);
      assert.ok((rule.fullDescription?.text ?? '').length <= 1024);
    }
    for (const result of results) {
      assert.is(tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
      assert.ok(result.message.text !== '');
      assert.equal(result.locations[0]?.physicalLocation.region, {
        startLine: 1,
        startColumn: 1,
        endLine: 1,
        endColumn: 1,
      });
    }
    const prints = results.map(result => result.partialFingerprints.primaryLocationLineHash);
    assert.is(new Set(prints).size, prints.length);
  }
});

test('URIs are relative and decode to the name, byte by byte', () => {
  const { results } = runOf(renderSarif(oddDocument, options));
  oddNames.forEach((name, index) => {
    const uri = uriOfResult(results[index]);
    assert.match(uri, /^[A-Za-z0-9._~%/-]+$/);
    const bytes = Buffer.from(
      uri.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    );
    assert.ok(bytes.equals(typeof name === 'string' ? Buffer.from(name.toWellFormed()) : name), uri);
  });
});

test('the fingerprint stays when message and evidence change, and counts equal findings', () => {
  const print = (evidence: string, ...more: (typeof fail)[]) =>
    runOf(renderSarif(documentOf([file('a', { ...fail, evidence, message: evidence }, ...more)]), options)).results.map(
      result => result.partialFingerprints.primaryLocationLineHash,
    );
  assert.is(print('one')[0], print('two')[0]);
  const twice = print('one', fail);
  assert.is.not(twice[0], twice[1]);
  const named = runOf(renderSarif(documentOf([file('a', fail), file('./a', fail)]), options)).results;
  assert.is.not(
    named[0]?.partialFingerprints.primaryLocationLineHash,
    named[1]?.partialFingerprints.primaryLocationLineHash,
  );
});

test('beyond 5,000 results a note says how many are left out', () => {
  const many = documentOf(Array.from({ length: 5003 }, (_, index) => file(`f${index}`, fail)));
  const { results, invocations } = runOf(renderSarif(many, options));
  assert.is(results.length, 5000);
  assert.match(invocations[0]?.toolExecutionNotifications?.[0]?.message.text ?? '', /^3 results/);
});

test('paths are seen from the checkout: the CI variable, else .git, else the working directory', () =>
  inDirectory(directory => {
    const inner = join(directory, 'a', 'b');
    mkdirSync(inner, { recursive: true });
    assert.is(rootOf(inner, {}), inner);
    mkdirSync(join(directory, '.git'));
    assert.is(rootOf(inner, {}), directory);
    assert.is(rootOf(inner, { GITHUB_WORKSPACE: join(directory, 'a') }), join(directory, 'a'));
    assert.is(rootOf(inner, { GITHUB_WORKSPACE: '/elsewhere' }), directory);
    assert.is(uriOf('app', { cwd: inner, root: directory }), 'a/b/app');
    assert.is(uriOf(resolve(directory, 'x y'), { cwd: inner, root: directory }), 'x%20y');
    assert.is(uriOf('../../../out', { cwd: inner, root: directory }), '../out');
    writeFileSync(join(directory, 'real'), '');
    symlinkSync(join(directory, 'real'), join(inner, 'link'));
    assert.is(uriOf('link', { cwd: inner, root: directory }), 'real');
    symlinkSync('/bin/sh', join(inner, 'away'));
    assert.is(uriOf('away', { cwd: inner, root: directory }), 'a/b/away');
  }));

function uriOfResult(result: Result | undefined): string {
  return result?.locations[0]?.physicalLocation.artifactLocation.uri ?? '';
}

test.run();
