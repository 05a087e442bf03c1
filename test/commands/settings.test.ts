import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadSettings } from '../../src/settings.ts';
import { inDirectory } from './goshim.ts';

/** The refusal's words; fails when there is none, or it is long. */
function refusal(text: string | null, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  let message = '';
  return inDirectory(directory => {
    writeFileSync(join(directory, 'go.mod'), 'module x\n');
    if (text !== null) writeFileSync(join(directory, '.goshim.json'), text);
    try {
      loadSettings(environment, directory, directory);
    } catch (error) {
      message = error instanceof Error && error.name === 'UsageError' ? error.message : `no UsageError: ${error}`;
    }
    assert.is.not(message, '', `${text?.slice(0, 60)} was not refused`);
    assert.not.match(message, /\n/);
    assert.ok(Buffer.byteLength(message) < 1500);
    if (text !== null) assert.match(message, '.goshim.json');
    message = message.replaceAll(directory, 'DIR');
  }).then(() => message);
}

const refused: readonly (readonly [string, string])[] = [
  ['{"onFail": "maybe"}', 'DIR/.goshim.json: onFail: "maybe" is not allowed; allowed: fail, warn'],
  ['{"strict": "true"}', 'DIR/.goshim.json: strict: "true" is not allowed; allowed: true, false (without quotes)'],
  ['{"log": 3}', 'DIR/.goshim.json: log: 3 is not allowed; allowed: quiet, changes, verbose, json'],
  [
    '{"profil": "oneagent"}',
    'DIR/.goshim.json: profil: unknown key; allowed: keys $schema, profile, agentVersion, onFail, strict, log, report, rules, ignore, targets, runtime, accept',
  ],
  [
    '{"profile": "../other.json"}',
    'DIR/.goshim.json: profile: "../other.json" is not allowed; allowed: a name such as oneagent (goshim profiles lists them), or ./file.json without ..',
  ],
  [
    '{"agentVersion": 1.330}',
    'DIR/.goshim.json: agentVersion: 1.33 is not allowed; allowed: 1.N as a string, as in "1.335"',
  ],
  [
    '{"rules": {"no-race": "of"}}',
    'DIR/.goshim.json: rules.no-race: "of" is not allowed; allowed: fix, fail, warn, off',
  ],
  ['{"rules": []}', 'DIR/.goshim.json: rules: a list is not allowed; allowed: an object: {"no-race": "warn"}'],
  ['{"runtime": {}}', 'DIR/.goshim.json: runtime.libc: missing; allowed: keys libc, version'],
  [
    '{"runtime": {"libc": "uclibc"}}',
    'DIR/.goshim.json: runtime.libc: "uclibc" is not allowed; allowed: glibc, musl, none',
  ],
  [
    '{"accept": [{"rule": "no-race", "path": "*"}]}',
    'DIR/.goshim.json: accept[0].reason: missing; allowed: keys rule, path, reason, until',
  ],
  [
    '{"accept": [{"rule": "no-race", "path": "*", "reason": "x", "until": "2027-02-30"}]}',
    'DIR/.goshim.json: accept[0].until: "2027-02-30" is not allowed; allowed: a date, as in "2027-01-31"',
  ],
  [
    '{"targets": ["linux"]}',
    'DIR/.goshim.json: targets[0]: "linux" is not allowed; allowed: a list of GOOS/GOARCH, as in ["linux/amd64"]',
  ],
  ['[]', 'DIR/.goshim.json: a list is not allowed; allowed: an object such as {"profile": "oneagent"}'],
  ['', 'DIR/.goshim.json: not JSON (empty); an object such as {"profile": "oneagent"} is wanted'],
  [
    '{\n  "log": "quiet",\n}',
    'DIR/.goshim.json: not JSON (line 3, column 1); an object such as {"profile": "oneagent"} is wanted',
  ],
];

for (const [text, message] of refused)
  test(`refuses ${text.slice(0, 40)}`, async () => assert.is(await refusal(text), message));

test('a refusal stays short and clean whatever was said', async () => {
  for (const value of ['x'.repeat(1 << 19), '\u001b[31m\n', '\u202e', '"'.repeat(9999)])
    for (const key of ['profile', 'onFail', 'report'])
      assert.not.match(await refusal(JSON.stringify({ [key]: value })), /[\u0000-\u001f\u202e]/);
  assert.match(await refusal(JSON.stringify({ ['k'.repeat(9999)]: 1 })), 'unknown key');
  assert.match(await refusal(`{"__proto__": {}}`), 'unknown key');
  assert.match(await refusal('['.repeat(500_000)), 'not JSON');
  const deep = 200_000;
  assert.match(await refusal(`{"runtime":${'['.repeat(deep)}${']'.repeat(deep)}}`), 'runtime: a list is not allowed');
  assert.match(await refusal(' '.repeat(10 << 20)), '10485760 bytes; at most 1048576 are read');
});

const variables: readonly (readonly [string, string, string])[] = [
  ['GOSHIM', 'maybe', 'on, observe, off'],
  ['GOSHIM_STRICT', '1', 'true, false'],
  ['GOSHIM_GO', 'go', 'an absolute path'],
  ['GOSHIM_NODE', './node', 'an absolute path'],
  ['GOSHIM_ON_FAIL', 'Fail', 'fail, warn'],
  ['GOSHIM_LOG', 'loud', 'quiet, changes, verbose, json'],
  ['GOSHIM_AGENT_VERSION', 'latest', '1.N, as in "1.335"'],
];
for (const [name, value, allowed] of variables)
  test(`refuses ${name}=${value}`, async () =>
    assert.is(await refusal(null, { [name]: value }), `${name}: "${value}" is not allowed; allowed: ${allowed}`));

test('GOSHIM_REPORT and GOSHIM_PROFILE say their forms', async () => {
  assert.match(
    await refusal(null, { GOSHIM_REPORT: 'sarif' }),
    /^GOSHIM_REPORT: "sarif" is not allowed; allowed: format=path/,
  );
  assert.match(await refusal(null, { GOSHIM_REPORT: 'xml=a' }), 'junit');
  assert.match(await refusal(null, { GOSHIM_PROFILE: 'a/b.json' }), 'or an absolute path');
});

test('the environment beats the file, an empty variable is an unset one, and each origin is known', () =>
  inDirectory(directory => {
    writeFileSync(join(directory, 'go.mod'), 'module x\n');
    writeFileSync(
      join(directory, '.goshim.json'),
      JSON.stringify({
        profile: './ours.json',
        onFail: 'warn',
        report: 'json=out.jsonl,github',
        runtime: { libc: 'musl' },
      }),
    );
    const settings = loadSettings(
      { GOSHIM_ON_FAIL: 'fail', GOSHIM_LOG: '', GOSHIM: 'observe' },
      directory,
      '/elsewhere',
    );
    assert.is(settings.mode, 'observe');
    assert.is(settings.profile, './ours.json');
    assert.is(settings.profileDirectory, directory);
    assert.is(settings.onFail, 'fail');
    assert.equal(settings.runtime, { libc: 'musl', version: null });
    assert.equal(settings.report, [
      { format: 'json', path: join(directory, 'out.jsonl') },
      { format: 'github', path: null },
    ]);
    const { mode, profile, onFail, log, rules } = settings.origins;
    assert.equal(
      { mode, profile, onFail, log, rules },
      {
        mode: 'environment',
        profile: 'file',
        onFail: 'environment',
        log: 'default',
        rules: 'default',
      },
    );
    const other = loadSettings({ GOSHIM_REPORT: 'sarif=out.sarif' }, directory, '/elsewhere');
    assert.equal(other.report, [{ format: 'sarif', path: '/elsewhere/out.sarif' }]);
  }));

test('the file beside go.mod, else beside go.work, else where there is neither', () =>
  inDirectory(directory => {
    const at = (...names: string[]) => {
      const path = join(directory, ...names);
      mkdirSync(path, { recursive: true });
      return path;
    };
    const file = (environment: NodeJS.ProcessEnv, place: string) => loadSettings(environment, place, directory).file;
    const write = (place: string, log: string) => writeFileSync(join(place, '.goshim.json'), JSON.stringify({ log }));
    const inner = at('module', 'cmd', 'app');
    write(at(), 'quiet');
    writeFileSync(join(at('module'), 'go.mod'), 'module x\n');
    assert.is(file({}, inner), null);
    write(inner, 'quiet');
    assert.is(file({}, inner), null);
    writeFileSync(join(directory, 'go.work'), 'go 1.20\n');
    assert.is(file({}, inner), join(directory, '.goshim.json'));
    assert.is(file({ GOWORK: 'off' }, inner), null);
    write(at('module'), 'verbose');
    assert.is(file({}, inner), join(directory, 'module', '.goshim.json'));
    const other = at('other');
    writeFileSync(join(other, 'go.work'), 'go 1.20\n');
    write(other, 'json');
    mkdirSync(join(at('second'), 'go.mod'));
    assert.is(file({ GOWORK: join(other, 'go.work') }, at('second')), join(other, '.goshim.json'));
  }));

test('without go.mod and go.work the directory itself is looked at', () =>
  inDirectory(directory => {
    writeFileSync(join(directory, '.goshim.json'), '{"log": "quiet"}');
    assert.is(loadSettings({}, directory, directory).log, 'quiet');
  }));

test('a FIFO, a directory, links that lead nowhere or to themselves, a file that cannot be read', () =>
  inDirectory(directory => {
    const place = join(directory, '.goshim.json');
    const cases: readonly (readonly [() => void, RegExp])[] = [
      [() => execFileSync('mkfifo', [place]), /no regular file/],
      [() => mkdirSync(place), /no regular file/],
      [() => symlinkSync('nowhere', place), /cannot be read \(ENOENT\)/],
      [() => symlinkSync('.goshim.json', place), /cannot be read \(ELOOP\)/],
      [() => symlinkSync('/dev/zero', place), /no regular file/],
    ];
    for (const [make, message] of cases) {
      make();
      assert.throws(() => loadSettings({}, directory, directory), message);
      execFileSync('rm', ['-r', place]);
    }
    if (process.getuid?.() === 0) return;
    writeFileSync(place, '{}');
    chmodSync(place, 0);
    assert.throws(() => loadSettings({}, directory, directory), /EACCES/);
  }));

test('schema/goshim.schema.json takes and refuses the same', () => {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const schema = JSON.parse(readFileSync(join(root, 'schema', 'goshim.schema.json'), 'utf8'));
  const validate = new Ajv({ strict: true, strictTypes: false }).compile(schema);
  for (const [text] of refused) {
    const value = parsed(text);
    // Only a calendar knows that there is no 30th of February.
    if (value !== undefined && !text.includes('02-30')) assert.not(validate(value), text);
  }
  const good = {
    $schema: './goshim.schema.json',
    profile: './ours.json',
    agentVersion: '1.335',
    onFail: 'warn',
    strict: true,
    log: 'json',
    report: 'sarif=a.sarif,github',
    rules: { 'no-race': 'warn' },
    ignore: ['./cmd/tool'],
    targets: ['linux/amd64'],
    runtime: { libc: 'glibc', version: '2.31' },
    accept: [{ rule: 'no-race', path: 'dist/*', reason: 'x', until: '2027-01-31' }],
  };
  assert.ok(validate(good), JSON.stringify(validate.errors));
  return inDirectory(directory => {
    writeFileSync(join(directory, '.goshim.json'), JSON.stringify(good));
    assert.is(loadSettings({}, directory, directory).accept.length, 1);
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

test.run();
