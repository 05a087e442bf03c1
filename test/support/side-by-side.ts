// The same go line through the real go and through the shim, and what a process can observe of each.
import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import which from 'which';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** bin/ of this checkout. */
export const shimDirectory = join(root, 'bin');
export const shim = join(shimDirectory, 'go');
/** Absolute path of the go that this machine has. */
export const realGo = realpathSync(firstReal());

export interface Ran {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  readonly cwd?: string;
  /** Added to `plainEnvironment`; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly stdio?: SpawnSyncOptions['stdio'];
}

/** PATH begins with the shim's directory, then the real go's: the state after `export PATH=…/bin:$PATH`. */
export function plainEnvironment(changes: Options['env'] = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (
      value === undefined ||
      /^(GO(?!PROXY|SUMDB|NOSUMDB|MODCACHE|CACHE|PATH)|CGO_|CC$|CXX$|NODE_|UVU|LC_|npm_)/.test(name)
    )
      continue;
    env[name] = value;
  }
  env['GOTOOLCHAIN'] = 'local';
  env['GOENV'] = 'off';
  env['PATH'] = [shimDirectory, dirname(realGo), process.env['PATH'] ?? ''].join(delimiter);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

export function run(program: string, words: readonly string[], options: Options = {}): Ran {
  const { env, cwd, input, stdio } = options;
  const ended = spawnSync(program, words, {
    env: plainEnvironment(env),
    encoding: 'utf8',
    timeout: 240_000,
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
    ...(stdio === undefined ? {} : { stdio }),
  });
  if (ended.error !== undefined && ended.status === null && ended.signal === null) throw ended.error;
  return { status: ended.status, signal: ended.signal, stdout: ended.stdout ?? '', stderr: ended.stderr ?? '' };
}

/** One go line, bare and through the shim, in the same place and environment. */
export function sideBySide(
  words: readonly string[],
  options: Options = {},
): { readonly bare: Ran; readonly shim: Ran } {
  return { bare: run(realGo, words, options), shim: run(shim, words, options) };
}

/** Runs `body` in a new directory that is gone afterwards. */
export function inDirectory<T>(body: (directory: string) => T): T {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'goshim-test-')));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  let result: T;
  try {
    result = body(directory);
  } catch (error) {
    remove();
    throw error;
  }
  if (result instanceof Promise) return result.finally(remove) as T;
  remove();
  return result;
}

function firstReal(): string {
  const all = which.sync('go', { all: true, nothrow: true }) ?? [];
  const real = all.find(path => dirname(realpathSync(path)) !== shimDirectory);
  if (real === undefined) throw new Error('no go on PATH besides the shim');
  return real;
}
