// @slow
import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import which from 'which';
import { checkIds } from '../../src/host/checks/ids.ts';
import { checks } from '../../src/host/checks/index.ts';
import { UsageError } from '../../src/usage-error.ts';
import { need } from '../support/need.ts';
import { buildLeaves } from './doctor-builds.ts';
import { placeLeaves } from './doctor-places.ts';
import { doctor, everything, makeWorld, pathOf, program, put, type World } from './doctor-world.ts';
import { fastest, start, staticGo, stopAll } from './running.ts';

const leaves = [...buildLeaves, ...placeLeaves];
const test = suite<World>('goshim doctor');

test.before.each(makeWorld);
test.after.each(async ({ root }) => {
  await stopAll();
  rmSync(dirname(root), { recursive: true });
});

test('the ids that help and completion know are those of the checks', () => {
  assert.equal(
    checks.map(({ id }) => id),
    [...checkIds],
  );
});

test('on a healthy machine every check is ok; nothing is written, and it is quick', async world => {
  put(world.root, '/opt/dynatrace/oneagent/agent/installer.version', '1.400.20.20260601-101010\n');
  const before = everything(world);
  const { code, rows } = await doctor(world);
  const elapsed = await fastest(() => doctor(world));
  assert.ok(elapsed < 1500, `${elapsed.toFixed(0)} ms`);
  assert.equal(
    rows.filter(({ status, id }) => status !== 'ok' && id !== 'parent-chain'),
    [],
  );
  assert.is(code, 0);
  assert.equal(
    rows.map(({ id }) => id),
    checkIds.filter(id => id !== 'login-shell'),
  );
  assert.ok(rows.every(({ message, why }) => message !== '' && why !== '' && !/\n/.test(message)));
  assert.equal(everything(world), before);
});

for (const { id, what, status, message, fix, bench = {}, change } of leaves)
  test(`${id}: ${what}`, async world => {
    change(world);
    const { code, rows, stdout } = await doctor(world, ['--only', id], bench);
    const [row] = rows;
    assert.equal([row?.id, row?.status], [id, status], row?.message);
    assert.match(row?.message ?? '', message);
    if (fix !== undefined) assert.match(row?.fix ?? '', fix);
    assert.is(code, status === 'problem' ? 1 : 0);
    assert.not.match(stdout, /hunter2/);
  });

test('every check is in that table', () => {
  assert.equal(
    checkIds.filter(id => !leaves.some(leave => leave.id === id)),
    [],
  );
});

need(test, 'go-12')("real-go: gccgo's go", async world => {
  world.env['GOSHIM_GO'] = which.sync('go-12');
  const { rows } = await doctor(world, ['--only', 'real-go']);
  assert.is(rows[0]?.status, 'problem');
  assert.match(rows[0]?.message ?? '', /is gccgo's go, not gc's/);
});

test('node: the one that goshim enable wrote down comes before PATH', async world => {
  program(world, 'old', 'echo v16.0.0');
  const go = `#!/bin/bash -p\n# goshim launcher, enabled\ngoshim_home='/x' goshim_node='${join(world.cwd, 'old')}'\n`;
  put(world.cwd, '/bin/go', go);
  chmodSync(join(world.cwd, 'bin/go'), 0o755);
  world.env['PATH'] = `${world.cwd}/bin:${world.env['PATH']}`;
  const { rows } = await doctor(world, ['--only', 'node']);
  assert.match(rows[0]?.message ?? '', /\/old is v16\.0\.0/);
  rmSync(join(world.cwd, 'old'));
  assert.is((await doctor(world, ['--only', 'node'])).rows[0]?.status, 'ok');
});

test('parent-chain: a static parent', async world => {
  const app = join(world.cwd, 'app');
  copyFileSync(staticGo(), app);
  const { pid } = await start(app, ['start', app]);
  const { rows } = await doctor(world, ['--only', 'parent-chain'], { root: '', pid });
  assert.is(rows[0]?.status, 'warn');
  assert.match(rows[0]?.message ?? '', /the parent is static: \d+ \S+\/app \(static\), \d+ \S+ \(dynamic\)/);
});

test('kubernetes: the agent is injected', async world => {
  world.env['KUBERNETES_SERVICE_HOST'] = '10.0.0.1';
  const library = '/opt/dynatrace/oneagent-paas/agent/lib64/liboneagentproc.so';
  put(world.root, library, '');
  world.env['LD_PRELOAD'] = library;
  const { rows } = await doctor(world, ['--only', 'kubernetes,preload']);
  assert.equal(
    rows.map(({ status }) => status),
    ['ok', 'ok'],
  );
});

test('with only node, sh, bash, env, dirname, readlink, uname and cat on PATH it still answers', async world => {
  pathOf(world, ['node', 'sh', 'bash', 'env', 'dirname', 'readlink', 'uname', 'cat']);
  world.env['PATH'] = join(world.cwd, 'only');
  const { code, rows } = await doctor(world);
  assert.is(code, 1);
  assert.is(rows.find(({ id }) => id === 'node')?.status, 'ok');
  assert.not.ok(rows.some(({ message }) => message.startsWith('could not be examined')));
});

test('text: a line a check, why and fix below what is not ok, and a count', async world => {
  world.env['CGO_ENABLED'] = '0';
  const { stdout } = await doctor(world, ['--format', 'text', '--only', 'cgo-enabled', '--only', 'cpus']);
  assert.match(
    stdout,
    /^warn {5}cgo-enabled: CGO_ENABLED=0 \(environment\)\n {9}why: .+\n {9}fix: unset CGO_ENABLED\nok {7}cpus: .+\n1 warn, 1 ok\n$/,
  );
});

for (const [words, message] of [
  [['--only', 'nosuch'], /there is no check "nosuch"; there are go-on-path, /],
  [['--format', 'xml'], /text, json/],
  [['word'], /no words wanted/],
  [['--profile', 'nosuch'], /oneagent/],
] as const)
  test(`doctor ${words.join(' ')} is a usage error`, async world => {
    try {
      await doctor(world, words);
      assert.unreachable();
    } catch (error) {
      assert.ok(error instanceof UsageError);
      assert.match((error as Error).message, message);
    }
  });

test.run();
