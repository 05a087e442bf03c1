import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadProfile, profileNames, withPolicies } from '../../src/profiles.ts';
import { rules } from '../../src/rules/index.ts';
import { UsageError } from '../../src/usage-error.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const validate = new Ajv({ allErrors: true }).compile(json(join(root, 'schema', 'profile.schema.json')) as object);
const files = readdirSync(join(root, 'profiles'));

test('every profile in profiles/ is bundled and holds to the published schema', () => {
  assert.equal([...profileNames()].sort(), files.map(file => basename(file, '.json')).sort());
  for (const file of files) {
    assert.ok(validate(json(join(root, 'profiles', file))), `${file}: ${JSON.stringify(validate.errors)}`);
    const profile = loadProfile(basename(file, '.json'), '/');
    assert.is(profile.name, basename(file, '.json'));
    assert.ok(profile.title !== '');
    assert.equal(profile, loadProfile(join(root, 'profiles', file), '/'), 'checked as a file it is the same');
  }
  assert.is(profileNames()[0], 'oneagent');
});

test('the two of the seed name every rule, and differ in static monitoring only', () => {
  const [strict, relaxed] = [loadProfile('oneagent', '/'), loadProfile('oneagent-static', '/')];
  assert.equal(Object.keys(strict.rules).sort(), rules.map(({ id }) => id).sort());
  const { name: _, title: __, staticMonitoring: off, ...one } = strict;
  const { name: ___, title: ____, staticMonitoring: on, ...other } = relaxed;
  assert.equal([one, off, on], [other, false, true]);
});

test('a profile of one rule is enough; the rest has its default', () => {
  const profile = fromFile('{"$schema": "x", "rules": {"no-race": "warn"}}');
  assert.equal(profile, {
    name: 'mine',
    title: 'mine',
    $schema: 'x',
    rules: { 'no-race': 'warn' },
    staticMonitoring: false,
    architectures: null,
    releases: null,
  });
});

test('an absolute path is a file too', () => {
  assert.is(fromFile('{"rules": {}, "name": "other"}', (_, file) => file).name, 'other');
});

for (const [text, ...parts] of [
  ['{', 'mine.json: not JSON'],
  ['', 'mine.json: not JSON (empty)'],
  ['[]', 'mine.json', 'an object'],
  ['{}', 'mine.json', 'rules', 'missing'],
  ['{"rules": []}', 'mine.json: rules', 'a list is not allowed'],
  ['{"rules": {"no-rase": "fix"}}', 'mine.json: rules.no-rase', 'allowed: gc-compiler', 'no-race'],
  ['{"rules": {"no-race": "yes"}}', 'mine.json: rules.no-race: "yes" is not allowed; allowed: fix, fail, warn, off'],
  ['{"rules": {}, "extra": 1}', 'mine.json: extra: unknown key; allowed: keys $schema, name'],
  ['{"rules": {}, "staticMonitoring": "true"}', 'mine.json: staticMonitoring: "true"', 'true, false'],
  ['{"rules": {}, "architectures": {"arm64": {}}}', 'mine.json: architectures.arm64.minAgent: missing'],
  ['{"rules": {}, "architectures": {"arm64": {"minAgent": 1.3}}}', 'architectures.arm64.minAgent: 1.3', '"1.335"'],
  ['{"rules": {}, "releases": {"26": {}}}', 'mine.json: releases.26', 'a Go release as key, as in "1.26"'],
  [
    '{"rules": {}, "releases": {"1.26": {"min": "1.335", "builtInMax": "26.3", "metadataMax": null}}}',
    'mine.json: releases.1.26.builtInMax: "26.3"',
    'as in "1.26.3"',
  ],
] as const) {
  test(`refused in one line: ${text || 'an empty file'}`, () => {
    const message = refusal(() => fromFile(text));
    for (const part of parts) assert.ok(message.includes(part), message);
  });
}

for (const [name, ...parts] of [
  ['nosuch', 'profile: "nosuch" is not allowed; allowed: oneagent, oneagent-static, or ./file.json'],
  ['toString', '"toString" is not allowed'],
  ['', '"" is not allowed'],
  ['file.json', 'allowed: oneagent'],
  ['./../mine.json', './file.json without ..'],
  ['/etc/../mine.json', './file.json without ..'],
  ['./nosuch.json', 'nosuch.json: cannot be read (ENOENT)'],
  ['./directory', 'directory: no regular file'],
] as const) {
  test(`no profile: ${name}`, () => {
    const message = refusal(() => fromFile('{"rules": {}}', () => name));
    for (const part of parts) assert.ok(message.includes(part), message);
  });
}

test("a project's policies replace the profile's, one by one", () => {
  const strict = loadProfile('oneagent', '/');
  const changed = withPolicies(strict, { 'no-race': 'off' }, '.goshim.json');
  assert.equal(changed.rules, { ...strict.rules, 'no-race': 'off' });
  const message = refusal(() => withPolicies(strict, { 'no-rase': 'off' }, '/app/.goshim.json'));
  assert.match(message, '/app/.goshim.json: rules.no-rase: "no-rase" is not allowed; allowed: gc-compiler');
});

function fromFile(text: string, nameOf = (_directory: string, _file: string) => './mine.json') {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-profile-'));
  try {
    mkdirSync(join(directory, 'directory'));
    const file = join(directory, 'mine.json');
    writeFileSync(file, text);
    return loadProfile(nameOf(directory, file), directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.instance(error, UsageError);
    const { message } = error as UsageError;
    assert.not.match(message, '\n');
    assert.ok(message.length < 1000, `${message.length} characters`);
    return message;
  }
  throw new Error('accepted');
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

test.run();
