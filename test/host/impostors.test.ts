// A go that is not the go command is named before anything is built.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import which from 'which';
import { planLine } from '../../src/planning.ts';
import { UsageError } from '../../src/usage-error.ts';
import { need } from '../support/need.ts';

interface World {
  directory: string;
}

const test = suite<World>('a go that is none');

test.before.each(world => {
  world.directory = mkdtempSync(join(tmpdir(), 'goshim-impostor-'));
  mkdirSync(join(world.directory, 'm'));
  writeFileSync(join(world.directory, 'm/go.mod'), 'module m\n\ngo 1.18\n');
  writeFileSync(join(world.directory, 'm/main.go'), 'package main\n\nfunc main() {}\n');
});
test.after.each(({ directory }) => rmSync(directory, { recursive: true }));

need(test, 'go-12')("gccgo's go stops before the build, by its name", ({ directory }) => {
  const planned = plan(which.sync('go-12'), directory);
  assert.is(planned.kind, 'planned');
  const refusals = planned.kind === 'planned' ? planned.plan.refusals : [];
  const found = refusals.find(({ rule }) => rule === 'gc-compiler');
  assert.is(found?.message, "this go is gccgo's");
});

test('TinyGo is named in one line; who only wants warnings gets his build', ({ directory }) => {
  const fake = join(directory, 'go');
  const script =
    'case $1 in version) echo "tinygo version 0.33.0 linux/amd64 (using go version go1.23.1)";; *) echo;; esac';
  writeFileSync(fake, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  try {
    plan(fake, directory);
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof UsageError);
    assert.match(
      (error as Error).message,
      /\/go is TinyGo, not the go command \(tinygo version 0\.33\.0 .*\): put .*GOSHIM_GO$/,
    );
  }
  for (const environment of [{ GOSHIM_ON_FAIL: 'warn' }, { GOSHIM: 'observe' }])
    assert.is(plan(fake, directory, environment).kind, 'untouched');
});

test.run();

function plan(real: string, directory: string, environment: NodeJS.ProcessEnv = {}) {
  const env = { PATH: process.env['PATH'], HOME: directory, GOTOOLCHAIN: 'local', ...environment };
  const cwd = process.cwd();
  process.chdir(join(directory, 'm'));
  try {
    return planLine({ real, argv: ['build', '.'], environment: env, cwd: join(directory, 'm') });
  } finally {
    process.chdir(cwd);
  }
}
