import { dirname } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fakeGo } from '../support/fake-go.ts';
import { need } from '../support/need.ts';
import { inDirectory, plainEnvironment, realGo, run, shim, shimDirectory } from '../support/side-by-side.ts';
import { gone, start } from '../support/started.ts';
import { atTerminal } from '../support/terminal.ts';

const test = suite('signals');
const it = need(test, 'gcc');
const atPty = need(test, 'gcc', 'python3');

const env = (job: string) =>
  plainEnvironment({
    FAKE_DO: job,
    FAKE_REAL: realGo,
    GOSHIM_LOG: 'quiet',
    PATH: `${shimDirectory}:${dirname(fakeGo())}:${process.env['PATH']}`,
  });

it('exit codes are kept', () =>
  inDirectory(cwd => {
    for (const code of [0, 1, 2, 3, 77, 127, 128, 255])
      assert.is(run(shim, ['build', '-n'], { cwd, env: env(`exit ${code}`) }).status, code);
  }));

it('death by any signal is death by the same signal', () =>
  inDirectory(cwd => {
    for (const number of [1, 2, 3, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 29, 31]) {
      // No core files: QUIT, ABRT, SEGV and others would leave Node's.
      const through = (program: string) =>
        run('/bin/bash', ['-c', 'ulimit -c 0; exec "$0" build -n', program], { cwd, env: env(`die ${number}`) });
      const bare = through(fakeGo());
      assert.ok(bare.signal, String(number));
      assert.equal(through(shim), bare, `signal ${number}`);
    }
  }));

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
  it(`${signal} to the shim alone reaches go, and its end is ours`, () =>
    inDirectory(async cwd => {
      for (const mode of ['wait-die', 'wait-exit']) {
        const job = start(shim, ['build'], { cwd, env: env(mode) });
        const pid = Number((await job.seen(/ready (\d+)/))[1]);
        job.child.kill(signal);
        const { status, signal: died, stdout } = await job.ended;
        assert.match(stdout, /got \d+\n$/);
        assert.is(stdout.match(/got/g)?.length, 1);
        assert.equal([status, died], mode === 'wait-die' ? [null, signal] : [7, null]);
        await gone(pid);
      }
    }));
}

it('SIGUSR1 does nothing: no inspector, no word', () =>
  inDirectory(async cwd => {
    const job = start(shim, ['build'], { cwd, env: env('wait-die') });
    await job.seen(/ready/);
    job.child.kill('SIGUSR1');
    job.child.kill('SIGWINCH');
    job.child.kill('SIGCONT');
    job.child.stdin?.end();
    const { status, signal, stderr } = await job.ended;
    assert.equal([status, signal], [0, null]);
    assert.not.match(stderr, /Debugger|inspector/i);
  }));

atPty('Ctrl-C and Ctrl-\\ at a terminal end go build as they end go', () =>
  inDirectory(cwd => {
    for (const [key, number] of [
      ['\u0003', 2],
      ['\u001c', 3],
    ] as const)
      for (const program of [fakeGo(), shim]) {
        const seen = atTerminal({
          argv: ['/bin/bash', '-c', 'ulimit -c 0; exec "$0" build', program],
          env: env('wait-die'),
          cwd,
          steps: [{ wait: 'ready', send: key }],
        });
        assert.is(seen.signal, number, `${program}: ${JSON.stringify(seen)}`);
        assert.is(seen.output.match(/got/g)?.length, 1, seen.output);
      }
  }),
);

atPty('Ctrl-Z stops the job and it goes on afterwards', () =>
  inDirectory(cwd => {
    for (const program of [fakeGo(), shim]) {
      const seen = atTerminal({
        argv: [program, 'build'],
        env: env('wait-die'),
        cwd,
        // Ctrl-D afterwards: the end of stdin is the end of the job.
        steps: [{ wait: 'ready', send: '\u001a' }, {}, { wait: '^Z', send: '\u0004' }],
      });
      assert.equal([seen.exit, seen.stops], [0, [20]], `${program}: ${JSON.stringify(seen)}`);
    }
  }),
);

test.run();
