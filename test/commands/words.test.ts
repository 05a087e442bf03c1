import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { catalogue } from '../../src/commands/catalogue.ts';
import { rules } from '../../src/rules/index.ts';
import { holdAgainst } from '../report/schemas.ts';
import { cleanEnvironment, cli, goshim, inDirectory } from './goshim.ts';

const names = catalogue.map(({ name }) => name);
const there = `There are ${names.join(', ')}`;

test('--version, --help, help', () => {
  const { code, stdout } = goshim(['--version']);
  assert.is(code, 0);
  assert.match(stdout, /^goshim \d+\.\d+\.\d+\n$/);
  const help = goshim(['--help']);
  assert.is(help.code, 0);
  for (const name of names) assert.match(help.stdout, new RegExp(`^  ${name} +\\S`, 'm'));
  assert.equal(goshim(['help']), help);
  assert.equal(goshim(['-h']), help);
  assert.ok(help.stdout.split('\n').every(line => line.length <= 120));
});

test('no command at all is the help on stderr, exit 2', () => {
  assert.equal(goshim([]), { code: 2, stdout: '', stderr: goshim(['help']).stdout });
});

for (const { name } of catalogue)
  test(`help ${name}`, () => {
    const help = goshim(['help', name]);
    assert.is(help.code, 0);
    assert.match(help.stdout, new RegExp(`^Usage: goshim ${name}\\b`, 'm'));
    if (name !== 'go' && name !== 'help') assert.equal(goshim([name, '--help']), help);
  });

for (const [word, nearest] of [
  ['verfiy', ' Did you mean verify?'],
  ['halp', ' Did you mean help?'],
  ['CHECK', ' Did you mean check?'],
  ['quux', ''],
  ['--frobnicate', ''],
  ['', ''],
] as const)
  test(`an unknown command: ${word}`, () => {
    assert.equal(goshim([word]), {
      code: 2,
      stdout: '',
      stderr: `goshim: there is no command "${word}".${nearest} ${there}\n`,
    });
    assert.is(goshim(['help', word]).code, 2);
  });

test('a word cannot paint the terminal or make two lines', () => {
  assert.match(goshim(['\u001b[31m\nx']).stderr, /^[^\n\u001b]+\n$/);
});

test('explain lists the rules with their policies, and tells one of them', () => {
  const { code, stdout } = goshim(['explain']);
  assert.is(code, 0);
  assert.equal(
    stdout
      .trimEnd()
      .split('\n')
      .map(line => line.split(' ')[0]),
    rules.map(({ id }) => id),
  );
  for (const { id, title, why, fix } of rules) {
    const one = goshim(['explain', id]).stdout;
    assert.ok(one.startsWith(`${id}: ${title}\n\n${why}\n\nfix: ${fix}\nin profile oneagent: `), id);
  }
  assert.match(
    goshim(['explain', '--profile', 'oneagent-static', 'no-race']).stdout,
    'in profile oneagent-static: fix',
  );
  holdAgainst('explain', JSON.parse(goshim(['explain', '--format', 'json']).stdout));
  assert.match(
    goshim(['explain', 'no-rase']).stderr,
    /^goshim: explain: there is no rule "no-rase"\. Did you mean no-race\? There are /,
  );
  assert.is(goshim(['explain', 'a', 'b']).code, 2);
  assert.is(goshim(['explain', '__proto__']).code, 2);
});

test('profiles lists them, and tells one', () => {
  assert.match(goshim(['profiles']).stdout, /^oneagent +\S.*\noneagent-static +\S.*\n$/);
  const { stdout } = goshim(['profiles', 'oneagent']);
  assert.match(stdout, /^oneagent: /);
  for (const { id } of rules) assert.match(stdout, new RegExp(`^  ${id} +(fix|fail|warn|off) +\\S`, 'm'));
  for (const words of [[], ['oneagent']])
    holdAgainst('profiles', JSON.parse(goshim(['profiles', '--format', 'json', ...words]).stdout));
  const lost = goshim(['profiles', 'nosuch']);
  assert.is(lost.code, 2);
  assert.match(lost.stderr, /^goshim: [^\n]*nosuch[^\n]*oneagent[^\n]*\n$/);
});

test('config tells every setting and where it comes from', () =>
  inDirectory(cwd => {
    writeFileSync(join(cwd, 'go.mod'), 'module x\n');
    writeFileSync(
      join(cwd, '.goshim.json'),
      JSON.stringify({ strict: true, runtime: { libc: 'musl' }, rules: { 'no-race': 'warn' } }),
    );
    const env = { GOSHIM_PROFILE: 'oneagent-static', GOSHIM_LOG: '' };
    assert.equal(goshim(['config'], { cwd, env }), {
      code: 0,
      stdout: `file          ${cwd}/.goshim.json
GOSHIM        on  (default)
GOSHIM_GO     -  (default)
GOSHIM_NODE   -  (default)
profile       oneagent-static  (GOSHIM_PROFILE)
agentVersion  -  (default)
onFail        fail  (default)
strict        true  (.goshim.json)
log           changes  (default)
report        -  (default)
rules         {"no-race":"warn"}  (.goshim.json)
ignore        -  (default)
targets       -  (default)
runtime       {"libc":"musl","version":null}  (.goshim.json)
accept        -  (default)
`,
      stderr: '',
    });
    const document = JSON.parse(goshim(['config', '--format', 'json'], { cwd, env }).stdout);
    holdAgainst('config', document);
    assert.equal(document.settings.profile, { value: 'oneagent-static', origin: 'GOSHIM_PROFILE' });
    writeFileSync(join(cwd, '.goshim.json'), JSON.stringify({ rules: { 'no-rase': 'warn' } }));
    const refused = goshim(['config'], { cwd });
    assert.is(refused.code, 2);
    assert.match(refused.stderr, /^goshim: [^\n]*\.goshim\.json[^\n]*no-rase[^\n]*no-race[^\n]*\n$/);
    writeFileSync(join(cwd, '.goshim.json'), JSON.stringify({ profile: 'nosuch' }));
    assert.match(
      goshim(['config'], { cwd }).stderr,
      /^goshim: [^\n]*\.goshim\.json: profile[^\n]*nosuch[^\n]*oneagent[^\n]*\n$/,
    );
    writeFileSync(join(cwd, '.goshim.json'), JSON.stringify({ accept: [{ rule: 'nosuch', path: '*', reason: 'x' }] }));
    assert.match(
      goshim(['verify', 'x'], { cwd }).stderr,
      /^goshim: [^\n]*\.goshim\.json: accept: there is no rule "nosuch"/,
    );
  }));

test('nobody who stops reading makes it fail; a full disk does', () => {
  const piped = execaSync('sh', ['-c', '"$0" "$1" explain; echo "exit $?" >&2', process.execPath, cli], {
    env: cleanEnvironment(),
    extendEnv: false,
    stdout: ['pipe'],
  });
  assert.is(piped.stderr, 'exit 0');
  const early = execaSync('sh', ['-c', '{ "$0" "$1" explain; echo "exit $?" >&2; } | true', process.execPath, cli], {
    env: cleanEnvironment(),
    extendEnv: false,
  });
  assert.is(early.stderr, 'exit 0');
  const full = execaSync('sh', ['-c', '"$0" "$1" explain >/dev/full', process.execPath, cli], {
    env: cleanEnvironment(),
    extendEnv: false,
    reject: false,
  });
  assert.is(full.exitCode, 3);
  assert.is(full.stderr, 'goshim: the answer could not be written (ENOSPC)');
});

test.run();
