// npm run fuzz -- [--count N] [--seed S] [--only NUMBER]: mutates real binaries and judges them. Exit 1 on any violation.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fuzz, type Tally, type Violation } from './fuzz/run.ts';
import { loadSeeds } from './fuzz/seeds.ts';
import { describe, merge, render } from './fuzz/tally.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    shard: { type: 'string' },
  },
});
/** Mutations between two lines of progress. */
const toldEvery = 100_000;
const count = Number(values.count);
const seed = Number(values.seed);
const shards = Math.max(1, Math.min(availableParallelism(), 8));

if (values.only !== undefined) {
  report(fuzz(loadSeeds(), seed, [Number(values.only)]));
} else if (values.shard !== undefined) {
  const tally = fuzz(loadSeeds(), seed, numbers(Number(values.shard)), { progress: heartbeat() });
  process.send?.({ tally });
} else {
  loadSeeds();
  process.stdout.write(`${count} mutations, seed ${seed}, ${shards} processes\n`);
  report(merge(await Promise.all(Array.from({ length: shards }, (_, shard) => runShard(shard)))));
}

function* numbers(shard: number): Generator<number> {
  for (let number = shard; number < count; number += shards) yield number;
}

/** Tells the parent which mutation begins, often enough to notice a hang and seldom enough to cost nothing. */
function heartbeat(): (number: number, violations: readonly Violation[]) => void {
  let last = 0;
  let sent = 0;
  return (number, violations) => {
    const now = performance.now();
    if (now - last < 100) return;
    last = now;
    process.send?.({ number, violations: violations.slice(sent) });
    sent = violations.length;
  };
}

/** A synchronous hang cannot report itself: a shard that is silent for 30 s is killed and counts as a violation. */
function runShard(shard: number): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [
      '--count',
      `${count}`,
      '--seed',
      `${seed}`,
      '--shard',
      `${shard}`,
    ]);
    let near = shard;
    let told = 0;
    const kill = () => {
      child.kill('SIGKILL');
      reject(new Error(`hangs near mutation ${near} (shard ${shard} of ${shards}), seed ${seed}`));
    };
    let timer = setTimeout(kill, 300_000);
    child.on('message', (message: { number?: number; violations?: readonly Violation[]; tally?: Tally }) => {
      clearTimeout(timer);
      if (message.tally !== undefined) resolve(message.tally);
      else timer = setTimeout(kill, 30_000);
      near = message.number ?? near;
      for (const violation of message.violations ?? []) process.stderr.write(`${describe(violation)}\n`);
      if (near < told + toldEvery) return;
      told = near;
      process.stderr.write(`shard ${shard}: ${near} of ${count}\n`);
    });
    child.on('exit', code => {
      clearTimeout(timer);
      reject(new Error(`shard ${shard} ended with ${code} near mutation ${near}`));
    });
  });
}

function report(tally: Tally): void {
  process.stdout.write(render(tally));
  process.exitCode = tally.violations.length > 0 ? 1 : 0;
}
