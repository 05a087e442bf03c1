// The flag tables against real go commands: their usage texts, and their own judgement of every flag and value.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Command,
  type FlagKind,
  flagsOfAnyRelease,
  goFlags,
  isOtherCommandsFlag,
} from '../../src/golang/flags.ts';
import { isLinkValueFlag } from '../../src/golang/link-words.ts';
import { available, type ReleaseName, releaseOf, runGo } from './real-go.ts';

const commands: readonly Command[] = ['build', 'install', 'run'];
const releases = available('installed', '1.19', '1.20', '1.24');

function tableFor(command: Command, go: ReleaseName): ReadonlyMap<string, FlagKind> {
  return goFlags(command, releaseOf(go));
}

for (const go of releases) {
  test(`go help build (${go}) documents no flag that the table lacks, and no other kind`, () => {
    const table = tableFor('build', go);
    const documented = runGo(['help', 'build'], { go }).stdout.matchAll(/^\t-([\w-]+)( \S.*)?$/gm);
    let count = 0;
    for (const [, name = '', value] of documented) {
      count++;
      const kind = table.get(name);
      assert.ok(kind !== undefined, `-${name}`);
      if (name !== 'o')
        assert.is(kind === 'bool' || kind === 'buildvcs', value === undefined, `-${name}${value ?? ''}`);
    }
    assert.ok(count > 15);
    assert.match(runGo(['help', 'run'], { go }).stdout, /\[-exec xprog\]/);
    assert.ok(tableFor('run', go).has('exec'));
    assert.match(runGo(['help', 'install'], { go }).stdout, /^usage: go install \[build flags\] \[packages\]/);
    assert.not(tableFor('install', go).has('o'));
  });

  // `-h` comes after the flag, so a known flag ends in the usage text and nothing is ever built.
  for (const command of commands) {
    test(`go ${command} (${go}) has each flag of its table, of that kind, and none of the others`, () => {
      const table = tableFor(command, go);
      for (const name of flagsOfAnyRelease(command).keys()) {
        const kind = table.get(name);
        if (kind === 'chdir') continue;
        const { stderr } = runGo([command, `-${name}='\u0001`, '-h'], { go });
        if (kind === undefined) assert.match(stderr, `flag provided but not defined: -${name}`);
        else if (kind === 'bool') assert.match(stderr, `invalid boolean value "'\\x01" for -${name}`);
        else if (kind === 'buildvcs') assert.match(stderr, "neither 'auto' nor a valid bool");
        else if (kind === 'text') assert.match(stderr, /^usage: go /);
        else assert.match(stderr, `invalid value "'\\x01" for flag -${name}`);
      }
      const foreign = command === 'build' ? 'exec' : command === 'run' ? 'o' : 'exec';
      assert.match(runGo([command, `-${foreign}=x`, '-h'], { go }).stderr, 'flag provided but not defined');
    });
  }

  test(`GOFLAGS (${go}) may name the flags of other commands`, () => {
    for (const name of ['bench', 'json', 'retract', 'u', 'test.v', 'insecure']) {
      assert.ok(isOtherCommandsFlag(name, null));
      assert.is(runGo(['version'], { go, env: { GOFLAGS: `-${name}=1` } }).status, 0, name);
    }
    assert.not(isOtherCommandsFlag('nosuch', null));
    assert.match(runGo(['version'], { go, env: { GOFLAGS: '-nosuch' } }).stderr, 'unknown flag -nosuch');
  });

  test(`go tool link -h (${go}) has each flag in the table, with that kind of value`, () => {
    const { stdout, stderr } = runGo(['tool', 'link', '-h'], { go });
    let count = 0;
    for (const [, name = '', value] of `${stdout}\n${stderr}`.matchAll(/^ {2}-(\w+)(?: (\S+))?(?:\t|$)/gm)) {
      count++;
      assert.is(isLinkValueFlag(name), value !== undefined, `-${name}`);
    }
    assert.ok(count > 45, String(count));
  });
}

test('no build flag that cmd/go registers is missing from the newest table', () => {
  const goroot = runGo(['env', 'GOROOT']).stdout.trim();
  const known = new Set(commands.flatMap(command => [...goFlags(command, null).keys()]));
  for (const file of ['work/build.go', 'base/flag.go', 'run/run.go']) {
    const source = readSource(`${goroot}/src/cmd/go/internal/${file}`);
    // Debian keeps the sources in a package of their own.
    if (source === null) continue;
    const names = [...source.matchAll(/(?:Flag|flags)\.(?:\w*Var|Func)\(.*?"([\w-]+)"/g)].map(match => match[1] ?? '');
    assert.ok(names.length > 0, file);
    for (const name of names) {
      if (name !== 'coverprofile') assert.ok(known.has(name), `${file}: -${name}`);
    }
  }
});

test.run();

function readSource(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
