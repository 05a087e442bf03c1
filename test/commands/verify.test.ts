import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdAgainst } from '../report/schemas.ts';
import { builtBinary } from '../support/binaries.ts';
import { need } from '../support/need.ts';
import { type Circumstances, cleanEnvironment, cli, goshim, inDirectory } from './goshim.ts';

const compiled = need(test, 'gcc');
const good = () => builtBinary({ source: 'cgo', args: ['-ldflags=-linkmode=external'] });
const stripped = () => builtBinary({ source: 'cgo', args: ['-ldflags=-linkmode=external -s'] });
const host = () => builtBinary({ source: 'pluginHost', args: ['-ldflags=-linkmode=external'] });

/** A directory with good, bad (stripped), host (warns), cut (truncated), notes.txt and nothing else. */
function withBinaries(body: (directory: string) => void): () => Promise<void> {
  return () =>
    inDirectory(directory => {
      copyFileSync(good(), join(directory, 'good'));
      copyFileSync(stripped(), join(directory, 'bad'));
      copyFileSync(host(), join(directory, 'host'));
      writeFileSync(join(directory, 'cut'), readFileSync(good()).subarray(0, 40));
      writeFileSync(join(directory, 'notes.txt'), 'some notes\n');
      body(directory);
    });
}

compiled(
  'a good one is one line',
  withBinaries(cwd => {
    assert.equal(goshim(['verify', 'good'], { cwd }), { code: 0, stdout: 'good: pass\n', stderr: '' });
    const { stdout } = goshim(['verify', '-v', 'good'], { cwd });
    assert.match(stdout, /^good: pass\n( {2}pass [a-z-]+.* \[.+\]\n)+$/);
    assert.match(stdout, '  pass symbol-table');
  }),
);

compiled(
  'a stripped one says the rule, the evidence and the fix',
  withBinaries(cwd => {
    const { code, stdout, stderr } = goshim(['verify', 'bad'], { cwd });
    assert.is(code, 1);
    assert.match(stdout, /^bad: fail\n {2}fail symbol-table: .*\[no \.symtab\]\n {4}fix: .*-s.*\n$/);
    assert.is(stderr, '');
  }),
);

compiled(
  'exit codes: fail before unknown before warn, the same in every format',
  withBinaries(cwd => {
    const formats = ['text', 'json', 'sarif', 'github', 'junit', 'gitlab', 'markdown', 'in-toto', 'in-toto-predicate'];
    for (const [code, ...words] of [
      [0, 'good'],
      [0, 'host'],
      [1, '--strict', 'host'],
      [1, 'good', 'bad', 'cut', 'notes.txt'],
      [3, 'good', 'cut'],
      [3, 'notes.txt'],
      [3, 'good', 'missing'],
      [3, 'host', 'notes.txt'],
      [3, ''],
      [3, '--strict', 'cut'],
      [1, '--strict', 'host', 'cut'],
    ] as const)
      assert.is(goshim(['verify', ...words], { cwd }).code, code, words.join(' '));
    for (const format of formats) {
      assert.is(goshim(['verify', '--format', format, 'good', 'bad'], { cwd }).code, 1, format);
      assert.is(goshim(['verify', '--format', format, 'cut'], { cwd }).code, 3, format);
      assert.is(goshim(['verify', '--format', format, 'host'], { cwd }).code, 0, format);
    }
  }),
);

compiled(
  'a report to /dev/stdout goes into the pipe that it is, however slowly that is read',
  withBinaries(cwd => {
    for (const name of Array.from({ length: 60 }, (_, index) => `copy${index}`))
      linkSync(join(cwd, 'bad'), join(cwd, name));
    const text = execFileSync(
      'sh',
      ['-c', '"$0" "$1" verify --format json=/dev/stdout . | { read -r first; sleep 1; cat; }', process.execPath, cli],
      { cwd, env: cleanEnvironment(), encoding: 'utf8' },
    );
    assert.ok(text.length > 100_000, `${text.length} characters`);
    assert.is(JSON.parse(`{${text}`).files.length, 64);
  }),
);

compiled(
  'a glob that is none is a usage error',
  withBinaries(cwd => {
    for (const glob of ['', 'x'.repeat(70_000)])
      for (const option of ['--include', '--exclude']) {
        const { code, stdout, stderr } = goshim(['verify', option, glob, '.'], { cwd });
        assert.is(code, 2);
        assert.is(stdout, '');
        assert.match(stderr, /^goshim: --include, --exclude: "x*…?" is no glob\n$/);
      }
  }),
);

compiled(
  'JSON holds every kind of answer, as its schema says',
  withBinaries(cwd => {
    mkdirSync(join(cwd, 'empty'));
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    writeFileSync(join(cwd, 'nothing'), '');
    symlinkSync('loop', join(cwd, 'loop'));
    const names = ['good', 'bad', 'host', 'cut', 'notes.txt', 'missing', 'pipe', 'nothing', 'loop', '/dev/null'];
    const { stdout } = goshim(['verify', '--format=json', ...names], { cwd });
    const document = JSON.parse(stdout);
    holdAgainst('verify', document);
    const answers = document.files.map(({ path, verdict }: { path: string; verdict: string }) => [path, verdict]);
    assert.equal(answers, [
      ['good', 'pass'],
      ['bad', 'fail'],
      ['host', 'warn'],
      ['cut', 'unknown'],
      ['notes.txt', 'not-go'],
      ['missing', 'unknown'],
      ['pipe', 'unknown'],
      ['nothing', 'not-go'],
      ['loop', 'unknown'],
      ['/dev/null', 'unknown'],
    ]);
    assert.match(document.files[5].reason, 'ENOENT');
    assert.match(document.files[8].reason, 'ELOOP');
  }),
);

compiled(
  'directories are walked: sorted, links not followed, special files not opened, the rest counted',
  withBinaries(cwd => {
    const deep = join(cwd, 'deep', 'er');
    mkdirSync(deep, { recursive: true });
    renameSync(join(cwd, 'bad'), join(deep, 'bad'));
    linkSync(join(cwd, 'good'), join(cwd, 'deep', '.hidden'));
    symlinkSync('good', join(cwd, 'link'));
    symlinkSync('..', join(deep, 'up'));
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    const { code, stdout, stderr } = goshim(['verify', '.'], { cwd });
    assert.is(code, 1);
    assert.equal(
      stdout
        .split('\n')
        .filter(line => !line.startsWith(' '))
        .slice(1),
      [
        './good: pass',
        './host: warn',
        './deep/.hidden: pass',
        './deep/er/bad: fail',
        '1 fail, 1 unknown, 1 warn, 2 pass; 1 other file skipped',
        '',
      ],
    );
    assert.match(stdout, /^\.\/cut: unknown: /);
    assert.is(stderr, '');
    const paths = (...words: string[]) =>
      JSON.parse(goshim(['verify', '--format', 'json', ...words], { cwd }).stdout).files.map(
        ({ path }: { path: string }) => path,
      );
    assert.equal(paths('deep/'), ['deep/.hidden', 'deep/er/bad']);
    assert.equal(paths('--exclude', 'deep', '--exclude', 'cut', '.'), ['./good', './host']);
    assert.equal(paths('--include', '*ood', '.'), ['./good']);
    assert.equal(paths('--include', 'deep/**', '--exclude', '**/er', '.'), ['./deep/.hidden']);
    assert.equal(paths('link'), ['link']);
  }),
);

test('nothing found is exit 3 with a line', () =>
  inDirectory(cwd => {
    writeFileSync(join(cwd, 'notes.txt'), 'some notes\n');
    assert.equal(goshim(['verify', cwd], { cwd }), {
      code: 3,
      stdout: '',
      stderr: `goshim: verify: no Go binary found in ${cwd} (1 other file)\n`,
    });
    assert.is(JSON.parse(goshim(['verify', '--format', 'json', '.'], { cwd }).stdout).files.length, 0);
  }));

compiled(
  'names with anything in them: given, or met in a walk',
  withBinaries(cwd => {
    const odd = Buffer.from('b\xff\xfed', 'latin1');
    const place = Buffer.concat([Buffer.from(`${cwd}/odd/`), odd]);
    mkdirSync(join(cwd, 'odd'));
    copyFileSync(good(), place);
    copyFileSync(good(), join(cwd, 'odd', '-v'));
    copyFileSync(good(), join(cwd, 'odd', 'new\nline "%" \u001b'));
    const inside = { cwd: join(cwd, 'odd') };
    assert.is(goshim(['verify', '--', '-v'], inside).stdout, '-v: pass\n');
    assert.is(goshim(['verify', './-v'], inside).stdout, './-v: pass\n');
    assert.is(goshim(['verify', '-x'], inside).code, 2);
    assert.is(goshim(['verify', 'new\nline "%" \u001b'], inside).stdout, 'new\\nline "%" \\x1b: pass\n');
    const walked = JSON.parse(goshim(['verify', '--format', 'json', '.'], inside).stdout).files;
    assert.equal(
      walked.map(({ path, verdict }: { path: string; verdict: string }) => [path, verdict]),
      [
        ['./-v', 'pass'],
        ['./b\\xff\\xfed', 'pass'],
        ['./new\nline "%" \u001b', 'pass'],
      ],
    );
    assert.ok(Buffer.from(walked[1].pathBase64, 'base64').equals(Buffer.concat([Buffer.from('./'), odd])));
    // A shell hands the bytes over; Node would show us U+FFFD for them.
    const named = execFileSync(
      'sh',
      ['-c', 'cd odd; exec "$0" "$1" verify "$(printf "b\\377\\376d")"', process.execPath, cli],
      {
        cwd,
        env: cleanEnvironment(),
        encoding: 'utf8',
      },
    );
    assert.is(named, 'b\\xff\\xfed: pass\n');
  }),
);

compiled(
  'several formats at once, all but one to files that are whole or not there',
  withBinaries(cwd => {
    const words = [
      '--format',
      'sarif=out.sarif',
      '--format',
      'text',
      '--format',
      'junit=out.xml',
      '--format',
      'in-toto=out.jsonl',
    ];
    const { code, stdout } = goshim(['verify', ...words, 'bad'], { cwd });
    assert.is(code, 1);
    assert.match(stdout, /^bad: fail\n/);
    assert.is(JSON.parse(readFileSync(join(cwd, 'out.sarif'), 'utf8')).runs[0].results.length, 1);
    assert.match(readFileSync(join(cwd, 'out.xml'), 'utf8'), '<failure');
    const statement = JSON.parse(readFileSync(join(cwd, 'out.jsonl'), 'utf8'));
    const [sum] = execFileSync('sha256sum', ['bad'], { cwd, encoding: 'utf8' }).split(' ');
    assert.equal(statement.subject, [{ name: 'bad', digest: { sha256: sum } }]);
    assert.is(statement.predicate.result, 'FAILED');
    assert.equal(goshim(['verify', '--format', 'in-toto', 'missing'], { cwd }), {
      code: 3,
      stdout: '',
      stderr: 'goshim: in-toto: no statement about missing: it has no digest\n',
    });
    assert.is(goshim(['verify', '--format', 'json=only.json', 'good'], { cwd }).stdout, '');
    const lost = goshim(['verify', '--format', 'json=no/such/out.json', 'good'], { cwd });
    assert.is(lost.code, 2);
    assert.match(lost.stderr, /^goshim: --format: .*out\.json cannot be written \(ENOENT\)\n$/);
  }),
);

compiled(
  'the profile: by option, environment, file; its policies cap',
  withBinaries(cwd => {
    const code = (words: string[], env: Circumstances['env'] = {}) => goshim(['verify', ...words], { cwd, env }).code;
    writeFileSync(join(cwd, 'lax.json'), JSON.stringify({ rules: { 'symbol-table': 'warn' } }));
    assert.is(code(['bad']), 1);
    assert.is(code(['--profile', './lax.json', 'bad']), 0);
    assert.is(code(['--profile', 'lax.json', 'bad']), 0);
    assert.is(code(['bad'], { GOSHIM_PROFILE: './lax.json' }), 0);
    writeFileSync(join(cwd, 'go.mod'), 'module x\n');
    writeFileSync(join(cwd, '.goshim.json'), '{"profile": "./lax.json"}');
    assert.is(code(['bad']), 0);
    assert.is(code(['--profile=oneagent', 'bad']), 1);
    writeFileSync(join(cwd, '.goshim.json'), '{"rules": {"symbol-table": "off"}}');
    assert.not.match(goshim(['verify', '-v', 'bad'], { cwd }).stdout, 'symbol-table');
  }),
);

compiled(
  'an accepted finding is seen in every format and does not count',
  withBinaries(cwd => {
    writeFileSync(join(cwd, 'go.mod'), 'module x\n');
    const accept = (until: string) =>
      writeFileSync(
        join(cwd, '.goshim.json'),
        JSON.stringify({ accept: [{ rule: 'symbol-table', path: 'bad', reason: 'a known tool', until }] }),
      );
    accept('9999-12-31');
    for (const format of ['text', 'json', 'sarif', 'github', 'junit', 'gitlab', 'markdown']) {
      const { code, stdout } = goshim(['verify', '--strict', '--format', format, 'bad'], { cwd });
      assert.is(code, 0, format);
      assert.match(stdout, 'a known tool', format);
    }
    accept('2020-01-01');
    const { code, stdout } = goshim(['verify', 'bad'], { cwd });
    assert.is(code, 1);
    assert.match(stdout, '(accepted until 2020-01-01, which is over: a known tool)');
  }),
);

test('usage: one line each, exit 2', () =>
  inDirectory(cwd => {
    const formats = 'text, json, sarif, github, junit, gitlab, markdown, in-toto, in-toto-predicate';
    const options = '--profile, --agent-version, --format, --strict, --verbose, --include, --exclude';
    for (const [words, message] of [
      [[], 'verify: which files or directories? goshim verify PATH…'],
      [['--frmat', 'json', 'x'], `verify: --frmat is no option; there are ${options}`],
      [['-x'], `verify: -x is no option; there are ${options}`],
      [['--format', 'xml', 'x'], `--format: there is no "xml"; there are ${formats}`],
      [
        ['--format', 'json', '--format', 'text', 'x'],
        '--format: two formats to stdout; give each a file: --format text=FILE',
      ],
      [['--format=json=', 'x'], "--format: json= wants a file's name, as in json=FILE"],
      [['--format'], 'verify: --format needs a value: --format FORMAT[=FILE]'],
      [['--strict=yes', 'x'], 'verify: --strict takes no value'],
      [['--agent-version', 'new', 'x'], '--agent-version: "new" is not allowed; allowed: 1.N, as in "1.335"'],
    ] as const)
      assert.equal(goshim(['verify', ...words], { cwd }), { code: 2, stdout: '', stderr: `goshim: ${message}\n` });
    const profile = goshim(['verify', '--profile', 'nosuch', 'x'], { cwd });
    assert.is(profile.code, 2);
    assert.match(profile.stderr, /^goshim: [^\n]*nosuch[^\n]*oneagent[^\n]*\n$/);
    const bad = goshim(['verify', 'x'], { cwd, env: { GOSHIM_ON_FAIL: 'never' } });
    assert.equal(bad, {
      code: 2,
      stdout: '',
      stderr: 'goshim: GOSHIM_ON_FAIL: "never" is not allowed; allowed: fail, warn\n',
    });
  }));

test.run();
