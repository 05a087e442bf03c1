import { spawnSync } from 'node:child_process';

export interface Timed {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/**
 * CPU milliseconds (user and system) of one run of each command, round by round, so that what disturbs the machine disturbs all
 * of them alike. A round's value is the mean of a batch: bash's `times` counts its children to the millisecond.
 */
export function interleaved<Name extends string>(
  commands: Readonly<Record<Name, Timed>>,
  { rounds, batch }: { readonly rounds: number; readonly batch: number },
): Readonly<Record<Name, readonly number[]>> {
  const names = Object.keys(commands) as Name[];
  const results = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Name, number[]>;
  for (const name of names) cpuOf(commands[name], 1);
  for (let round = 0; round < rounds; round++)
    for (const name of names) results[name].push(cpuOf(commands[name], batch));
  return results;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Mean of a batch. @throws Error when a run fails: a failing command is quick for the wrong reason. */
function cpuOf({ argv, env, cwd }: Timed, batch: number): number {
  const script = 'n=$1; shift; while [ $((n -= 1)) -ge 0 ]; do "$@" </dev/null >/dev/null || exit; done; times';
  const ended = spawnSync('/bin/bash', ['--norc', '-c', script, 'bash', String(batch), ...argv], {
    env,
    cwd,
    encoding: 'utf8',
  });
  if (ended.status !== 0) throw new Error(`${argv.join(' ')}: exit ${ended.status ?? ended.signal}\n${ended.stderr}`);
  const children = ended.stdout.trimEnd().split('\n')[1] ?? '';
  const [user = 0, system = 0] = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => (Number(minutes) * 60 + Number(seconds)) * 1000,
  );
  return (user + system) / batch;
}
