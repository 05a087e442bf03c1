// @slow
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { need } from '../support/need.ts';
import { entryOf, fastest, good, ps, start, staticGo, stopAll, stripped } from './running.ts';

interface World {
  directory: string;
}

const test = suite<World>('goshim ps');
const asRoot: typeof test | typeof test.skip = process.getuid?.() === 0 ? test : skipFor('root');

test.before.each(world => {
  world.directory = mkdtempSync(join(tmpdir(), 'goshim-ps-'));
  chmodSync(world.directory, 0o755);
});
test.after.each(async world => {
  await stopAll();
  rmSync(world.directory, { recursive: true });
});

test('a running program that the agent takes', async ({ directory }) => {
  const app = copy(good(), directory, 'app');
  const { pid } = await start(app);
  const entry = await entryOf(pid);
  assert.is(entry.exe, app);
  assert.is(entry.verdict, 'pass', JSON.stringify(entry.findings));
  assert.is(entry.agent, 'not loaded');
  assert.ok(Math.abs(Date.parse(entry.started ?? '') - Date.now()) < 600_000);
  const text = await ps(['--format', 'text']);
  assert.match(text.stdout, new RegExp(`^ +${pid}  pass     not loaded  ${app}$`, 'm'));
});

test('a static program: refused, or taken where static monitoring is on', async () => {
  const { pid } = await start(staticGo());
  const strict = await entryOf(pid);
  assert.is(strict.verdict, 'fail');
  assert.ok(strict.findings.some(({ rule, verdict }) => rule === 'dynamic-linking' && verdict === 'fail'));
  assert.not.ok(strict.findings.some(({ rule }) => rule === 'dynamic-parent' || rule === 'sys-ptrace'));
  const taken = await entryOf(pid, ['--profile', 'oneagent-static']);
  const parent = taken.findings.find(({ rule }) => rule === 'dynamic-parent');
  assert.is(parent?.verdict, 'pass');
  assert.match(parent?.evidence ?? '', new RegExp(`pid ${process.pid}\\) is dynamically linked`));
  assert.ok(taken.findings.some(({ rule }) => rule === 'sys-ptrace'));
  const { code, stdout } = await ps(['--format', 'text']);
  assert.is(code, 1);
  assert.match(stdout, new RegExp(`^ +${pid}  fail `, 'm'));
  assert.match(stdout, /^ {2}fail dynamic-linking: /m);
});

test('static monitoring and a static parent: the agent cannot get in', async ({ directory }) => {
  const app = copy(staticGo(), directory, 'app');
  const { pid } = await start(app, ['start', app]);
  const { findings } = await entryOf(pid, ['--profile', 'oneagent-static']);
  const parent = findings.find(({ rule }) => rule === 'dynamic-parent');
  assert.is(parent?.verdict, 'fail');
  assert.match(parent?.message ?? '', /its parent .*app \(pid \d+\) is static/);
});

test('an orphan: who started it cannot be known any more', async ({ directory }) => {
  const app = copy(staticGo(), directory, 'app');
  const { pid } = await start('sh', ['-c', `("${app}" <&3 &) 3<&0; exec cat`]);
  const { findings } = await entryOf(pid, ['--profile', 'oneagent-static']);
  const parent = findings.find(({ rule }) => rule === 'dynamic-parent');
  assert.match(parent?.message ?? '', /has adopted it|may have adopted it/);
  assert.is.not(parent?.verdict, 'fail');
});

test('the running file is judged, not the one that has taken its path', async ({ directory }) => {
  const app = copy(good(), directory, 'app');
  const { pid } = await start(app);
  renameSync(copy(stripped(), directory, 'new'), app);
  const old = await entryOf(pid);
  assert.equal([old.verdict, old.file, old.exe], ['pass', 'deleted', `${app} (deleted)`]);
  const second = await start(app);
  unlinkSync(app);
  const gone = await entryOf(second.pid);
  assert.equal([gone.verdict, gone.file], ['fail', 'deleted']);
  assert.ok(gone.findings.some(({ rule, verdict }) => rule === 'symbol-table' && verdict === 'fail'));
  const { stdout } = await ps(['--format', 'text']);
  assert.match(stdout, new RegExp(`^ +${pid}  pass .*\\(deleted: restart pending\\)$`, 'm'));
});

test('names with parentheses, line ends and bytes that are no UTF-8', async ({ directory }) => {
  const name = Buffer.from(`${directory}/a) S 1 (\n\x1b[31m\xff`, 'latin1');
  copyFileSync(good(), name);
  const { pid } = await start(name);
  const entry = await entryOf(pid);
  assert.is(entry.verdict, 'pass');
  assert.equal(Buffer.from(entry.exeBase64 ?? '', 'base64'), name);
  const { stdout } = await ps(['--format', 'text']);
  assert.match(stdout, new RegExp(`^ +${pid}  pass .*/a\\) S 1 \\(\\\\n\\\\x1b\\[31m`, 'm'));
  assert.not.match(stdout, /\x1b/);
});

test('a file whose name really ends in " (deleted)" is not called deleted', async ({ directory }) => {
  const { pid } = await start(copy(good(), directory, 'app (deleted)'));
  const entry = await entryOf(pid);
  assert.is(entry.file, undefined);
  assert.is(entry.verdict, 'pass');
});

need(test, 'readelf')('a program started by the dynamic linker is listed as itself', async ({ directory }) => {
  const app = copy(good(), directory, 'app');
  const loader = execaSync('readelf', ['-lW', app]).stdout.match(/interpreter: (\S+)\]/)?.[1] ?? '';
  const { pid } = await start(loader, [app]);
  const entry = await entryOf(pid);
  assert.match(entry.exe, /\/ld-linux/);
  assert.equal([entry.program, entry.via, entry.verdict], [app, 'ld.so', 'pass']);
});

test('a Go program that is only called like a loader, an emulator or the dynamizer', async ({ directory }) => {
  for (const name of ['ld.so', 'libc.so', 'qemu-agent', 'oneagentdynamizer']) {
    const app = copy(good(), directory, name);
    const { pid } = await start(app);
    const { exe, via, verdict } = await entryOf(pid);
    assert.equal([exe, via, verdict], [app, undefined, 'pass']);
  }
});

need(test, 'qemu-aarch64')('a program of another architecture under qemu-user', async ({ directory }) => {
  const app = copy(staticGo('arm64'), directory, 'app');
  const { pid } = await start('qemu-aarch64', [app]);
  const entry = await entryOf(pid);
  assert.equal([entry.program, entry.via, entry.verdict], [app, 'qemu-user', 'fail']);
});

need(test, 'python3')('a program that runs from memory (memfd)', async () => {
  const script = `import os
fd = os.memfd_create("payload", 0)
os.write(fd, open(${JSON.stringify(good())}, "rb").read())
os.execve(fd, ["payload"], os.environ)`;
  const { pid } = await start('python3', ['-c', script]);
  const entry = await entryOf(pid);
  assert.equal([entry.exe, entry.file, entry.verdict], ['/memfd:payload (deleted)', 'memfd', 'pass']);
});

need(test, 'python3')('zombies and C programs are not listed', async () => {
  const script = `import os, sys
pid = os.fork()
if pid == 0:
    os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
print("zombie", pid)
print("ready", os.getpid(), flush=True)
sys.stdin.read()`;
  const { pid, output } = await start('python3', ['-c', script]);
  const zombie = Number(/^zombie (\d+)$/m.exec(output)?.[1]);
  const { processes } = await ps();
  assert.ok(zombie > 1);
  assert.not.ok(processes.some(each => each.pid === zombie || each.pid === pid));
});

need(test, 'gcc')('the agent is loaded', async ({ directory }) => {
  const agent = join(directory, 'liboneagentproc.so');
  execaSync('gcc', ['-shared', '-fPIC', '-x', 'c', '-', '-o', agent], { input: 'int goshim_test_agent;\n' });
  const { pid } = await start(good(), [], { env: { ...process.env, LD_PRELOAD: agent } });
  assert.is((await entryOf(pid)).agent, 'loaded');
});

asRoot('a setuid program, which silently ignores a preload, is named', async ({ directory }) => {
  const app = copy(good(), directory, 'app');
  chmodSync(app, 0o4755);
  const { pid } = await start(app, [], { uid: 65534, gid: 65534 });
  const { verdict, findings } = await entryOf(pid);
  assert.is(verdict, 'warn');
  const found = findings.find(({ rule }) => rule === 'secure-execution');
  assert.match(found?.message ?? '', /\(setuid\): LD_PRELOAD is silently ignored/);
});

if (process.getuid?.() === 0)
  need(test, 'setcap')('so is one with file capabilities', async ({ directory }) => {
    const app = copy(good(), directory, 'app');
    execaSync('setcap', ['cap_net_bind_service=ep', app]);
    const { pid } = await start(app, [], { uid: 65534, gid: 65534 });
    const found = (await entryOf(pid)).findings.find(({ rule }) => rule === 'secure-execution');
    assert.match(found?.message ?? '', /\(file capabilities or a security module\)/);
  });

asRoot('in another mount namespace the file is found although its path is not here', async () => {
  const script = `mount -t tmpfs none /mnt && cp "${good()}" /mnt/goshim-only-there && exec /mnt/goshim-only-there`;
  const { pid } = await start('unshare', ['-m', 'sh', '-c', script]);
  const entry = await entryOf(pid);
  assert.equal([entry.exe, entry.verdict, entry.otherMountNamespace], ['/mnt/goshim-only-there', 'pass', true]);
});

asRoot("another user's processes are unknown, with the reason, and never absent", async ({ directory }) => {
  const theirs = copy(good(), directory, 'theirs');
  const { pid } = await start(theirs);
  await entryOf(pid);
  process.setegid?.(65534);
  process.seteuid?.(65534);
  try {
    const { code, processes } = await ps();
    const entry = processes.find(each => each.pid === pid);
    assert.is(entry?.verdict, 'unknown');
    assert.match(entry?.reason ?? '', /\(EACCES\): run as root/);
    assert.ok(code === 3 || code === 1);
    assert.match(entry?.exe ?? '', /^\[theirs\]$/);
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
});

test('500 processes take less than 2 s', async ({ directory }) => {
  const many = 'for i in $(seq 400); do sleep 600 & done; echo ready $$; wait';
  await start('sh', ['-c', many]);
  for (let index = 0; index < 8; index++) await start(copy(staticGo(), directory, `app${index}`));
  const { processes } = await ps();
  const elapsed = await fastest(() => ps());
  assert.ok(processes.filter(({ exe }) => exe.startsWith(directory)).length >= 8);
  assert.ok(elapsed < 2000, `${elapsed.toFixed(0)} ms`);
});

test.run();

function copy(file: string, directory: string, name: string): string {
  const path = join(directory, name);
  mkdirSync(directory, { recursive: true });
  copyFileSync(file, path);
  chmodSync(path, 0o755);
  if (process.getuid?.() === 0) chownSync(path, 0, 0);
  return path;
}

function skipFor(what: string): (name: string, body: (world: World) => Promise<void> | void) => void {
  return name => {
    process.stdout.write(`SKIP ${name}: needs ${what}\n`);
    test.skip(name);
  };
}
