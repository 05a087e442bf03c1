import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { openBinary } from '../../src/binary/open.ts';
import { judgeFile } from '../../src/judge-file.ts';
import { loadProfile } from '../../src/profiles.ts';
import { goReleases } from '../../test/support/binaries.ts';
import type { Combination } from './plan.ts';
import { runProbe } from './probe.ts';

export interface Result {
  /** `exec ld-linux-x86-64.so.2`; or why there is none. */
  readonly built: string;
  readonly verdict: string;
  /** `agrees`, `disagrees: …`, or `-` where it was not asked. */
  readonly probe: string;
  /** `as bare`, or what differs. */
  readonly runs: string;
  readonly good: boolean;
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const shim = join(root, 'bin', 'go');

/** Milliseconds for one build; zig makes a libc at its first. */
const buildLimit = 600_000;

/** Pure Go as it is written, and cgo where os/user may use it: what most programs are. */
const program = `package main

import (
	"fmt"
	"os"
	"os/user"
	"runtime"
)

func main() {
	current, err := user.Current()
	fmt.Println("hello from", runtime.GOARCH, current != nil, err, os.Args[1:])
	os.Exit(7)
}
`;

/** Builds through the shim, judges, probes and runs one combination. Leaves nothing behind. */
export async function buildOne(combination: Combination): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-matrix-'));
  try {
    return await build(combination, directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function build({ release, target, mode }: Combination, directory: string): Promise<Result> {
  const source = join(directory, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'go.mod'), 'module example.com/matrix\n\ngo 1.19\n');
  writeFileSync(join(source, 'main.go'), program);
  // The bundled profiles know two architectures; the matrix wants the others rewritten too.
  const profile = join(directory, 'profile.json');
  const { rules } = loadProfile('oneagent', '/');
  writeFileSync(profile, JSON.stringify({ rules, architectures: null }));
  const output = join(directory, 'app');
  const { program: go, toolchain } = goReleases[release];
  const env = {
    ...plainEnvironment(),
    GOTOOLCHAIN: toolchain,
    GOSHIM_PROFILE: profile,
    ...(go.startsWith('/') ? { GOSHIM_GO: go } : {}),
    ...target.env,
    ...mode.env,
  };
  const limits = { cwd: source, env, extendEnv: false, reject: false, timeout: buildLimit } as const;
  const made = await execa(shim, ['build', '-o', output, ...mode.args, '.'], limits);
  if (made.exitCode !== 0) return failed(`exit ${made.exitCode}: ${lastLine(made.stderr)}`);
  const around = { profile: loadProfile(profile, '/'), agentVersion: null, runtime: null };
  const { verdict } = judgeFile(output, around);
  const bare = join(directory, 'bare');
  const { GOSHIM_GO: _, ...bareEnvironment } = { ...env, CGO_ENABLED: '0' } as Record<string, string>;
  const plain = await execa(go, ['build', '-o', bare, '.'], { ...limits, env: bareEnvironment });
  if (plain.exitCode !== 0) return failed(`the bare build fails: ${lastLine(plain.stderr)}`);
  const runs = await compare([...target.runner, output], [...target.bareRunner, bare]);
  const probed = target.goarch === 'amd64' ? await runProbe(output) : null;
  const agrees = probed === null || probed.works === (verdict === 'pass' || verdict === 'warn');
  return {
    built: describe(output),
    verdict,
    probe: probed === null ? '-' : agrees ? 'agrees' : `disagrees: ${probed.why}`,
    runs,
    good: verdict === 'pass' && runs === 'as bare' && agrees,
  };
}

async function compare(ours: readonly string[], bare: readonly string[]): Promise<string> {
  const [first, second] = await Promise.all(
    [ours, bare].map(([command = '', ...words]) =>
      execa(command, [...words, 'a', 'b c'], { reject: false, timeout: 60_000, stdin: 'ignore' }),
    ),
  );
  const words = (ended: typeof first) =>
    JSON.stringify([ended?.exitCode ?? ended?.signal, ended?.stdout, ended?.stderr.slice(0, 120)]);
  return words(first) === words(second) ? 'as bare' : `${words(first)}, bare ${words(second)}`;
}

function describe(file: string): string {
  const opened = openBinary(file);
  if (opened.kind !== 'elf') return opened.kind;
  const { facts } = opened;
  const interpreter = facts.interpreter();
  const loader = interpreter.ok ? (interpreter.value?.split('/').at(-1) ?? 'static') : interpreter.why;
  const text = `${facts.type === 'dyn' ? 'PIE' : facts.type} ${facts.goarch} ${loader}`;
  opened.close();
  return text;
}

/** Nothing of the caller's but paths, proxies and where modules and caches are. */
function plainEnvironment(): Record<string, string> {
  const kept = /^(GOPROXY|GOSUMDB|GONOSUMDB|GONOSUMCHECK|GOMODCACHE|GOCACHE|GOPATH)$/;
  const env: Record<string, string> = { GOENV: 'off', GOWORK: 'off', GOFLAGS: '-buildvcs=false' };
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && (kept.test(name) || !/^(GO|CGO_|CC$|CXX$|LD_|GOSHIM)/.test(name))) env[name] = value;
  return { ...env, GOENV: 'off', GOWORK: 'off' };
}

function failed(built: string): Result {
  return { built, verdict: '-', probe: '-', runs: '-', good: false };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
