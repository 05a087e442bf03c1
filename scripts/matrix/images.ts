// Image archives by real tools that need no daemon, each judged by what is known to be in it.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import which from 'which';
import { judgeArchive } from '../../src/image/archive/judge.ts';
import { debian } from '../../test/image/archive/subject.ts';
import { judging } from '../../test/rules/around.ts';
import { builtBinary } from '../../test/support/binaries.ts';
import { program, tar } from '../../test/support/tar.ts';

export interface ImageRow {
  /** `skopeo oci: (zstd)`. */
  readonly name: string;
  readonly expected: 'pass' | 'fail';
  /** The verdict, or why there is none. */
  readonly got: string;
  /** null: skipped, since a program is missing that `got` names. */
  readonly good: boolean | null;
}

/** crane and ko at these versions, built by `go install` through the module proxy. */
const goTools = {
  crane: 'github.com/google/go-containerregistry/cmd/crane@v0.20.6',
  ko: 'github.com/google/ko@v0.18.0',
} as const;

interface Place {
  readonly directory: string;
  /** `127.0.0.1:PORT`. */
  readonly registry: string;
  run(program: string, ...words: readonly string[]): Promise<unknown>;
}

interface Case {
  readonly name: string;
  readonly needs: readonly string[];
  readonly expected: 'pass' | 'fail';
  /** Makes the archive and answers its path. */
  make(place: Place): Promise<string>;
}

/** Runs all of them one after the other; takes a minute, and a few more when crane and ko have to be built. */
export async function imageRows(): Promise<readonly ImageRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-images-'));
  const tools = await buildTools();
  const registry = await startRegistry(join(tools, 'crane'));
  const env = { ...process.env, PATH: `${tools}:${process.env['PATH'] ?? ''}`, STORAGE_DRIVER: 'vfs', GOFLAGS: '' };
  const place: Place = {
    directory,
    registry: registry.address,
    run: (name, ...words) => execa(name, words, { cwd: directory, env, timeout: 300_000 }),
  };
  try {
    await prepare(place);
    const rows: ImageRow[] = [];
    for (const each of cases) rows.push(await rowOf(each, place, env.PATH));
    return rows;
  } finally {
    registry.process.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function rowOf({ name, needs, expected, make }: Case, place: Place, path: string): Promise<ImageRow> {
  const missing = needs.filter(each => which.sync(each, { nothrow: true, path }) === null);
  if (missing.length > 0) return { name, expected, got: `needs ${missing.join(', ')}`, good: null };
  try {
    const archive = join(place.directory, await make(place));
    const { verdict, reason } = await judgeArchive(archive, { platform: null, all: false, around: judging() });
    return { name, expected, got: reason === '' ? verdict : `${verdict}: ${reason}`, good: verdict === expected };
  } catch (error) {
    // The tool's own last word; execa's first line is the command.
    const why = error instanceof Error ? (error.message.trimEnd().split('\n').at(-1) ?? '') : String(error);
    return { name, expected, got: why, good: false };
  }
}

/** Layers, and the image `v1` that umoci makes of them. */
async function prepare(place: Place): Promise<void> {
  const good = readFileSync(builtBinary({ source: 'fmt', args: ['-ldflags=-linkmode=external'] }));
  const bad = readFileSync(builtBinary({ source: 'fmt', env: { CGO_ENABLED: '0' } }));
  const put = (name: string, bytes: Buffer | string): void => {
    mkdirSync(dirname(join(place.directory, name)), { recursive: true });
    writeFileSync(join(place.directory, name), bytes, { mode: 0o755 });
  };
  put('base.tar', tar(debian));
  put('good.tar', tar([program('app', good)]));
  put('bad', bad);
  put('koapp/go.mod', 'module example.com/koapp\n\ngo 1.19\n');
  put('koapp/main.go', 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n');
  put('policy.json', '{"default":[{"type":"insecureAcceptAnything"}]}');
  const { registry } = place;
  await place.run('crane', 'append', '-f', 'base.tar', '-t', `${registry}/base:1`);
  await place.run('crane', 'mutate', '--set-platform', 'linux/amd64', `${registry}/base:1`, '-t', `${registry}/base:1`);
  await place.run('crane', 'append', '-b', `${registry}/base:1`, '-f', 'good.tar', '-t', `${registry}/app:1`);
  await place.run('crane', 'mutate', '--entrypoint', '/app', `${registry}/app:1`, '-t', `${registry}/app:1`);
}

function crane(form: string): Case {
  return {
    name: `crane pull --format=${form}`,
    needs: ['crane'],
    expected: 'pass',
    async make({ run, registry }) {
      await run('crane', 'pull', `--format=${form}`, `${registry}/app:1`, `crane-${form}`);
      return `crane-${form}`;
    },
  };
}

function skopeo(target: string, file: string, ...options: readonly string[]): Case {
  return {
    name: `skopeo copy ${[...options, target.split(':', 1)[0]].join(' ')}:`,
    needs: ['skopeo'],
    expected: 'pass',
    async make({ run, registry }) {
      const source = `docker://${registry}/app:1`;
      await run(
        'skopeo',
        '--policy',
        'policy.json',
        'copy',
        '-q',
        '--src-tls-verify=false',
        ...options,
        source,
        target,
      );
      return file;
    },
  };
}

const umoci: Case = {
  name: 'umoci: insert into an empty image',
  needs: ['umoci'],
  expected: 'fail',
  async make({ run }) {
    await run('umoci', 'init', '--layout', 'umoci');
    await run('umoci', 'new', '--image', 'umoci:v1');
    await run('umoci', 'insert', '--image', 'umoci:v1', 'bad', '/app');
    await run('umoci', 'config', '--image', 'umoci:v1', '--config.entrypoint', '/app');
    return 'umoci';
  },
};

function buildah(form: string): Case {
  return {
    name: `buildah push ${form}:`,
    needs: ['buildah'],
    expected: 'fail',
    async make({ run }) {
      const name = `goshim-${form}`;
      await run('buildah', 'from', '--name', name, 'scratch');
      try {
        await run('buildah', 'add', name, 'base.tar', '/');
        await run('buildah', 'copy', name, 'bad', '/app');
        await run('buildah', 'config', '--entrypoint', '["/app"]', name);
        await run('buildah', 'commit', '-q', name, `${name}:1`);
        await run('buildah', 'push', '-q', `${name}:1`, `${form}:buildah-${form}.tar:app:1`);
      } finally {
        await run('buildah', 'rm', name);
      }
      await run('buildah', 'rmi', `${name}:1`);
      return `buildah-${form}.tar`;
    },
  };
}

/** ko sets CGO_ENABLED=0. */
function ko(file: string, option: string): Case {
  return {
    name: `ko build ${option}`,
    needs: ['ko', 'go'],
    expected: 'fail',
    async make({ run, registry }) {
      const env = [`KO_DEFAULTBASEIMAGE=${registry}/base:1`, `KO_DOCKER_REPO=${registry}/koapp`];
      // It wants a tarball, whatever else is asked for, and no capital letter in a path.
      const targets = ['--tarball=../ko.tar', `${option}=../${file}`];
      const words = ['build', '--push=false', '--sbom=none', '--platform=linux/amd64', ...targets, '.'];
      await run('env', '-C', 'koapp', ...env, 'ko', ...words);
      return file;
    },
  };
}

const cases: readonly Case[] = [
  crane('tarball'),
  crane('oci'),
  crane('legacy'),
  {
    name: 'crane export (a root file system)',
    needs: ['crane'],
    expected: 'pass',
    async make({ run, registry }) {
      await run('crane', 'export', `${registry}/app:1`, 'export.tar');
      return 'export.tar';
    },
  },
  skopeo('docker-archive:skopeo-docker.tar:app:1', 'skopeo-docker.tar'),
  skopeo('oci-archive:skopeo-oci.tar:v1', 'skopeo-oci.tar'),
  skopeo('oci:skopeo-oci:v1', 'skopeo-oci'),
  skopeo('oci:skopeo-zstd:v1', 'skopeo-zstd', '--dest-compress', '--dest-compress-format=zstd'),
  umoci,
  buildah('docker-archive'),
  buildah('oci-archive'),
  ko('ko.tar', '--tarball'),
  ko('ko-oci', '--oci-layout-path'),
];

async function buildTools(): Promise<string> {
  const directory = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules/.cache/goshim-tools');
  const env = { ...process.env, GOBIN: directory, GOFLAGS: '', CGO_ENABLED: '0' };
  for (const [name, from] of Object.entries(goTools))
    if (!existsSync(join(directory, name))) await execa('go', ['install', from], { env, reject: false });
  return directory;
}

/** crane's registry on a port of its own choice, in memory. */
function startRegistry(program: string): Promise<{ readonly address: string; readonly process: ChildProcess }> {
  const child = spawn(program, ['registry', 'serve', '--address', '127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', piece => {
      said += String(piece);
      const port = /port (\d+)\n/.exec(said)?.[1];
      if (port !== undefined) resolve({ address: `127.0.0.1:${port}`, process: child });
    });
    child.on('error', reject);
    child.on('close', () => reject(new Error(`${program} registry serve: ${said}`)));
  });
}
