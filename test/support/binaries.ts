// Real Go binaries for tests, each built once and kept under node_modules/.cache for every test file and process.
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execaSync } from 'execa';
import { cached } from './cached.ts';
import { type SourceName, sources } from './go-sources.ts';

/** Go releases that tests build with. 1.19 is Debian's; the others come through GOTOOLCHAIN from the module proxy. */
export const goReleases = {
  installed: { program: 'go', toolchain: 'local' },
  '1.19': { program: '/usr/lib/go-1.19/bin/go', toolchain: 'local' },
  '1.20': { program: 'go', toolchain: 'go1.20.14' },
  '1.21': { program: 'go', toolchain: 'go1.21.13' },
  '1.22': { program: 'go', toolchain: 'go1.22.12' },
  '1.23': { program: 'go', toolchain: 'go1.23.12' },
  '1.24': { program: 'go', toolchain: 'go1.24.11' },
  '1.25': { program: 'go', toolchain: 'go1.25.5' },
} as const;

export interface BinarySpec {
  /** A program of go-sources.ts, or files by path (with a go.mod). */
  readonly source: SourceName | Readonly<Record<string, string>>;
  readonly go?: keyof typeof goReleases;
  /** Arguments of `go build`, without -o: `['-ldflags=-s', '-race']`. */
  readonly args?: readonly string[];
  /** Added to an environment without any GO*, CGO_* or CC variable. */
  readonly env?: Readonly<Record<string, string>>;
  /** Builds in GOPATH mode: the import path of the main package, whose files stand below `src/`. */
  readonly gopath?: string;
  /** Another compiler, run in the sources' directory with OUT set: `['gccgo', '-o', '$OUT', 'main.go']`. */
  readonly command?: readonly string[];
  /** Programs run on a copy of the built file, which is their last argument: `[['strip', '-K', 'main.main']]`. */
  readonly after?: readonly (readonly string[])[];
  /** A change of the bytes; its name keys the cache, so a new change needs a new name. */
  readonly edit?: { readonly name: string; apply(bytes: Buffer): Buffer };
}

/**
 * Path of the binary that the spec describes; it is built when nobody has yet. Shared and read-only: copy it to change it.
 * Throws execa's error, with go's own words, when the build fails.
 */
export function builtBinary(spec: BinarySpec): string {
  const { edit, ...rest } = spec;
  const files = typeof spec.source === 'string' ? sources[spec.source] : spec.source;
  const key = createHash('sha256')
    .update(JSON.stringify([rest, files, edit?.name ?? null, goVersion(spec)]))
    .digest('hex')
    .slice(0, 20);
  return cached(key, 'app', directory => make(spec, files, join(directory, 'app')));
}

function make(spec: BinarySpec, files: Readonly<Record<string, string>>, output: string): void {
  const { edit, after, ...base } = spec;
  if (edit !== undefined)
    writeFileSync(output, edit.apply(readFileSync(builtBinary(withoutEdit(spec)))), { mode: 0o755 });
  else if (after !== undefined) {
    copyFileSync(builtBinary(base), output);
    chmodSync(output, 0o755);
    for (const [program, ...words] of after) execaSync(program ?? '', [...words, output]);
  } else compile(spec, files, output);
  chmodSync(output, 0o555);
}

function withoutEdit({ edit: _, ...rest }: BinarySpec): BinarySpec {
  return rest;
}

function compile(spec: BinarySpec, files: Readonly<Record<string, string>>, output: string): void {
  // Outside of this repository, so that go stamps no revision of it.
  const directory = mkdtempSync(join(tmpdir(), 'goshim-source-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    const env = {
      ...buildEnvironment(spec),
      ...(spec.gopath === undefined ? {} : { GO111MODULE: 'off', GOPATH: directory }),
      ...spec.env,
    };
    if (spec.command !== undefined) {
      const [program, ...words] = spec.command.map(word => (word === '$OUT' ? output : word));
      execaSync(program ?? '', words, { cwd: directory, env: { ...env, OUT: output }, extendEnv: false });
      return;
    }
    const cwd = spec.gopath === undefined ? directory : join(directory, 'src', spec.gopath);
    execaSync(release(spec).program, ['build', '-buildvcs=false', '-o', output, ...(spec.args ?? [])], {
      cwd,
      env,
      extendEnv: false,
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function release({ go = 'installed' }: BinarySpec): (typeof goReleases)[keyof typeof goReleases] {
  return goReleases[go];
}

const kept: ReadonlySet<string> = new Set(['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOMODCACHE', 'GOCACHE', 'GOPATH']);

/** Nothing of the caller's Go settings but where modules and caches are. */
function buildEnvironment(spec: BinarySpec): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && (kept.has(name) || !/^(GO|CGO_|CC$|CXX$|AR$|LD_|PKG_CONFIG)/.test(name)))
      env[name] = value;
  // The test's own user may have goshim first on PATH: fixtures are what bare go makes.
  return { ...env, GOSHIM: 'off', GOENV: 'off', GOWORK: 'off', GOTOOLCHAIN: release(spec).toolchain };
}

const versions = new Map<string, string>();

function goVersion(spec: BinarySpec): string {
  if (spec.command !== undefined) return spec.command.join(' ');
  const { program, toolchain } = release(spec);
  if (toolchain !== 'local') return toolchain;
  const known =
    versions.get(program) ?? execaSync(program, ['version'], { env: buildEnvironment(spec), extendEnv: false }).stdout;
  versions.set(program, known);
  return known;
}
