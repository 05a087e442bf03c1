import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Release } from './releases.ts';
import { type Results, readResults } from './results.ts';
import { standIn, testBinary } from './test-binary.ts';

/** What stands as `go` on the scripts' PATH: the go under test, or the shim before it. */
export type Mode = 'bare' | 'off' | 'on';

export interface Asked {
  readonly release: Release;
  readonly mode: Mode;
  /** Names, without `.txt`. */
  readonly scripts: readonly string[];
  /** Leaves the scripts' `[short]` parts out. */
  readonly short: boolean;
  /** Where what the test says is written; its directory is made. */
  readonly log: string;
}

/** Runs scripts in one mode. The caller's own Go settings do not reach them, but for the caches and the proxy. */
export async function runScripts({ release, mode, scripts, short, log }: Asked): Promise<Results> {
  const binary = testBinary(release);
  const choice = scripts.map(script => script.replace(/[.*+?^$(){}|[\]\\]/g, '\\$&')).join('|');
  const words = [
    `-test.run=^TestScript$/^(${choice})$`,
    ...(short ? ['-test.short'] : []),
    '-test.v',
    `-test.parallel=${availableParallelism()}`,
    '-test.timeout=90m',
  ];
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, '');
  const { exitCode } = await execa(binary, words, {
    cwd: join(release.goroot, 'src', 'cmd', 'go'),
    env: environment(release, mode, binary),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stdout: { file: log, append: true },
    stderr: { file: log, append: true },
    buffer: false,
  });
  return readResults(readFileSync(log, 'utf8'), exitCode ?? 1);
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const kept: ReadonlySet<string> = new Set(['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOMODCACHE', 'GOCACHE', 'GOPATH']);

function environment(release: Release, mode: Mode, binary: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && (kept.has(name) || !/^(GO|CGO_|CC$|CXX$|AR$|LD_|PKG_CONFIG|npm_|INIT_CWD)/.test(name)))
      env[name] = value;
  return {
    ...env,
    PATH: `${join(release.goroot, 'bin')}:${process.env['PATH'] ?? ''}`,
    GOTOOLCHAIN: 'local',
    GOENV: 'off',
    ...(mode === 'bare'
      ? { [standIn]: binary }
      : {
          [standIn]: join(root, 'bin', 'go'),
          GOSHIM: mode,
          GOSHIM_GO: binary,
          GOSHIM_NODE: process.execPath,
          GOSHIM_PROFILE: 'oneagent',
        }),
  };
}
