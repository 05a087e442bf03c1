// Runs real go commands of several releases, with nothing of the caller's Go settings.
import { execaSync } from 'execa';
import which from 'which';
import { newestKnown, parseRelease, type Release } from '../../src/golang/release.ts';
import { goReleases } from '../support/binaries.ts';

export type ReleaseName = keyof typeof goReleases;

const kept: ReadonlySet<string> = new Set(['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOMODCACHE', 'GOCACHE', 'GOPATH']);

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Where {
  readonly go?: ReleaseName;
  readonly cwd?: string;
  /** Added; an undefined value is left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export function goEnvironment({ go = 'installed', env = {} }: Where = {}): Record<string, string> {
  const all: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (kept.has(name) || !/^(GO|CGO_|CC$|CXX$|AR$|LD_|PKG_CONFIG)/.test(name)) all[name] = value;
  }
  Object.assign(all, { GOENV: 'off', GOWORK: 'off', GOTOOLCHAIN: goReleases[go].toolchain }, env);
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export function runGo(argv: readonly string[], where: Where = {}): Run {
  const options = { cwd: where.cwd ?? '/', env: goEnvironment(where), extendEnv: false, reject: false } as const;
  const { exitCode, stdout, stderr } = execaSync(program(where), argv, options);
  return { status: exitCode ?? -1, stdout, stderr };
}

/**
 * Those of the releases that this machine has or can fetch; a line on stdout names the ones it lacks.
 * GOSHIM_TEST_RELEASES=all takes every release instead.
 */
export function available(...names: readonly ReleaseName[]): ReleaseName[] {
  const all = Object.keys(goReleases) as ReleaseName[];
  return (process.env.GOSHIM_TEST_RELEASES === 'all' ? all : names).filter(name => {
    const { program, toolchain } = goReleases[name];
    // A go before 1.21 knows no GOTOOLCHAIN and answers with its own version.
    const there =
      which.sync(program, { nothrow: true }) !== null &&
      (toolchain === 'local' || runGo(['version'], { go: name }).stdout.includes(`${toolchain} `));
    if (!there) process.stdout.write(`SKIP Go ${name}: not to be had here\n`);
    return there;
  });
}

export function releaseOf(go: ReleaseName): Release {
  return parseRelease(runGo(['env', 'GOVERSION'], { go }).stdout);
}

export function minorOf(go: ReleaseName): number {
  return releaseOf(go).minor ?? newestKnown;
}

/** By its whole path, so that a test may take everything off PATH. */
function program({ go = 'installed' }: Where): string {
  return which.sync(goReleases[go].program);
}
