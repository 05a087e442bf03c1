import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, askLibc, libcAtOnce } from '../../src/host/libc.ts';
import { need } from '../support/need.ts';

interface World {
  directory: string;
  environment: NodeJS.ProcessEnv;
}

const test = suite<World>('askLibc');

test.before.each(world => {
  world.directory = mkdtempSync(join(tmpdir(), 'goshim-host-'));
  mkdirSync(join(world.directory, 'tmp'));
  world.environment = {
    PATH: `${world.directory}:${process.env['PATH']}`,
    XDG_CACHE_HOME: join(world.directory, 'cache'),
    TMPDIR: join(world.directory, 'tmp'),
  };
});
test.after.each(world => rmSync(world.directory, { recursive: true }));

for (const [words, libc, version, loader, isStatic] of [
  [['gcc'], 'glibc', /^2\.\d+$/, /ld-linux/, false],
  [['gcc', '-static'], 'glibc', /^2\.\d+$/, null, true],
  [['musl-gcc'], 'musl', null, /ld-musl/, false],
  [['musl-gcc', '-static'], 'musl', null, /ld-musl/, true],
  [['clang'], 'glibc', /^2\.\d+$/, /ld-linux/, false],
  [['aarch64-linux-gnu-gcc'], 'glibc', /^2\.\d+$/, /ld-linux-aarch64/, false],
] as const)
  need(test, words[0])(`${words.join(' ')} links ${isStatic ? 'statically ' : ''}against ${libc}`, async world => {
    const answer = await askLibc(words, { environment: world.environment });
    assert.is(answer.libc, libc, JSON.stringify(answer));
    assert.is(answer.static, isStatic);
    matches(answer.version, version);
    matches(answer.loader, loader);
    assert.equal(readdirSync(join(world.directory, 'tmp')), [], 'nothing is left behind');
  });

for (const [triple, libc, version, isStatic] of [
  ['x86_64-linux-musl', 'musl', null, true],
  ['aarch64-linux-gnu.2.28', 'glibc', '2.28', false],
  ['arm-linux-musleabihf', 'musl', null, true],
] as const)
  test(`zig cc -target ${triple} is told by its words, without filling its cache`, async world => {
    program(world, 'zig', 'exit 9');
    const answer = await askLibc(['zig', 'cc', '-target', triple], { environment: world.environment });
    assert.equal([answer.libc, answer.version, answer.static], [libc, version, isStatic]);
  });

need(test, 'gcc')('a launcher such as ccache is not asked: the compiler behind it is', async world => {
  program(world, 'ccache', 'exit 9');
  assert.is((await askLibc(['ccache', 'gcc'], { environment: world.environment })).libc, 'glibc');
});

for (const [name, script, why] of [
  ['hangs', 'sleep 600', /slow-cc did not answer within 0\.5 s$/],
  ['hangs in a child', 'sleep 600 & wait', /slow-cc did not answer within 0\.5 s$/],
  ['prints rubbish', 'echo GOSHIM_LIBC x y', /slow-cc gave no answer that a C compiler would give$/],
  [
    'floods',
    'while :; do echo 0123456789012345678901234567890123456789; done',
    /slow-cc (wrote more than|did not answer)/,
  ],
  ['fails', 'exit 7', /slow-cc ended with exit code 7$/],
] as const)
  test(`a compiler that ${name} is said, in one line`, async world => {
    program(world, 'slow-cc', script);
    const started = performance.now();
    const answer = await askLibc(['slow-cc'], { environment: world.environment, timeLimit: 500 });
    assert.ok(performance.now() - started < 3000);
    assert.is(answer.libc, 'unknown');
    assert.match(answer.why ?? '', why);
    assert.not.match(answer.why ?? '', /\n/);
    assert.throws(() => statSync(join(world.directory, 'cache')), 'not remembered');
  });

test('a directory, an absent file and a file of another format are no compilers', async world => {
  mkdirSync(join(world.directory, 'cc'));
  writeFileSync(join(world.directory, 'garbage'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 2, 3]));
  chmodSync(join(world.directory, 'garbage'), 0o755);
  const ask = async (word: string): Promise<string> =>
    (await askLibc([word], { environment: world.environment, timeLimit: 2000 })).why ?? '';
  assert.match(await ask(join(world.directory, 'cc')), /is not an executable file/);
  assert.match(await ask('/nowhere/cc'), /is not an executable file/);
  assert.match(await ask('garbage'), /garbage (cannot be started|ended with)/);
});

test('an answer is remembered privately, and not across a change of the compiler', async world => {
  // A compiler that counts how often it was asked, and whose answer is what its text says.
  const log = join(world.directory, 'asked');
  const install = (libc: string) => program(world, 'fake-cc', `echo x >> '${log}'; cat > /dev/null; echo '${libc}'`);
  const asked = () => readFileSync(log, 'utf8').trim().split('\n').length;
  install('GOSHIM_LIBC 2 31');
  assert.is((await askLibc(['fake-cc'], { environment: world.environment })).version, '2.31');
  const first = asked();
  assert.is((await askLibc(['fake-cc'], { environment: world.environment })).version, '2.31');
  assert.is(asked(), first, 'the second answer was remembered');
  await askLibc(['fake-cc', '-m32'], { environment: world.environment });
  assert.ok(asked() > first, 'other words are another question');
  const [file = ''] = readdirSync(join(world.directory, 'cache/goshim/compilers'));
  assert.is(statSync(join(world.directory, 'cache/goshim/compilers', file)).mode & 0o777, 0o600);
  install('GOSHIM_LIBC 2 36');
  assert.is((await askLibc(['fake-cc'], { environment: world.environment })).version, '2.36');
  copyFileSync(join(world.directory, 'fake-cc'), join(world.directory, 'other-cc'));
  const before = asked();
  await askLibc(['other-cc'], { environment: world.environment });
  assert.ok(asked() > before, 'another path is another question');
});

test('a damaged cache and one that cannot be written are no errors', async world => {
  program(world, 'fake-cc', "cat > /dev/null; echo 'GOSHIM_LIBC 2 31'");
  await askLibc(['fake-cc'], { environment: world.environment });
  const cache = join(world.directory, 'cache/goshim/compilers');
  for (const file of readdirSync(cache)) writeFileSync(join(cache, file), '{"libc":"glibc"');
  assert.is((await askLibc(['fake-cc'], { environment: world.environment })).version, '2.31');
  const nowhere = { ...world.environment, XDG_CACHE_HOME: '/proc/nowhere' };
  assert.is((await askLibc(['fake-cc'], { environment: nowhere })).version, '2.31');
});

need(
  test,
  'gcc',
  'musl-gcc',
)('at once, where a rule needs it in the middle of a build', world => {
  assert.equal(libcAtOnce(['gcc'], world.environment).libc, 'glibc');
  assert.equal(libcAtOnce(['musl-gcc', '-static'], world.environment).static, true);
  assert.is(readdirSync(join(world.directory, 'cache/goshim/compilers')).length, 2);
  program(world, 'slow-cc', 'sleep 600 & sleep 600');
  const started = performance.now();
  assert.match(libcAtOnce(['slow-cc'], world.environment, 300).why ?? '', /did not answer within 0\.3 s/);
  assert.ok(performance.now() - started < 2000);
  assert.is(libcAtOnce(['nosuch-cc'], world.environment).libc, 'unknown');
});

test('who only looks writes nothing', async world => {
  program(world, 'fake-cc', "cat > /dev/null; echo 'GOSHIM_LIBC 2 31'");
  const answer: Answer = await askLibc(['fake-cc'], { environment: world.environment, write: false });
  assert.is(answer.version, '2.31');
  assert.throws(() => statSync(join(world.directory, 'cache')));
});

test.run();

function program(world: World, name: string, script: string): void {
  writeFileSync(join(world.directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function matches(value: string | null, pattern: string | RegExp | null): void {
  if (pattern === null) assert.is(value, null);
  else assert.match(value ?? '', pattern);
}
