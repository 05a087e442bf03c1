// `goshim check` of a 200 MB image beside `gzip -dc | sha256sum` of its layer.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import { configOf, json, sha256 } from '../../test/support/image.ts';
import { entry } from '../../test/support/tar.ts';

export interface Row {
  readonly name: string;
  /** The tools that do a comparable job. */
  readonly direct: number;
  readonly wrapped: number;
  /** What is held against the budget. */
  readonly overhead: number;
  readonly budget: number;
  readonly unit: string;
}

const rounds = 5;
const megabyte = 1e6;

/** Runs the built goshim (`npm run build`), interleaved with gzip; the medians are compared. */
export async function benchArchive(): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-bench-'));
  try {
    const layer = makeLayer(directory);
    const image = makeImage(directory, layer);
    const runs = Array.from({ length: rounds }, () => ({
      direct: timed(() => execaSync('sh', ['-c', `gzip -dc "$1" | sha256sum`, 'sh', layer])),
      wrapped: check(image),
    }));
    const direct = median(runs.map(run => run.direct));
    const wrapped = median(runs.map(run => run.wrapped.milliseconds));
    const memory = Math.max(...runs.map(run => run.wrapped.mebibytes));
    const size = Math.round(readSize(image) / megabyte);
    const name = `image of ${size} MB, gzip: goshim check (gzip -dc | sha256sum)`;
    return [
      { name, direct, wrapped, overhead: wrapped / direct, budget: 2, unit: '×' },
      { name: `image of ${size} MB: memory`, direct: 0, wrapped: memory, overhead: memory, budget: 250, unit: 'MiB' },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** GOROOT three times over: sources, archives, a dozen of real binaries. gzip's window is too short to see that. */
function makeLayer(directory: string): string {
  const goroot = execaSync('go', ['env', 'GOROOT']).stdout;
  const layer = join(directory, 'layer.tar.gz');
  const copies = ['a', 'b', 'c'].map(name => `tar -c --transform 's,^,${name}/,' -C "$1" .`);
  // Each copy ends with a mark, which all but the last must not have.
  const joined = copies.map((command, index) => (index < 2 ? `{ ${command}; } | head -c -10240` : command)).join('; ');
  execaSync('sh', ['-c', `set -e; { ${joined}; } | gzip -6 > "$2"`, 'sh', goroot, layer]);
  return layer;
}

function makeImage(directory: string, layer: string): string {
  const diffId = execaSync('sh', ['-c', 'gzip -dc "$1" | sha256sum', 'sh', layer]).stdout.slice(0, 64);
  const digest = execaSync('sha256sum', [layer]).stdout.slice(0, 64);
  const config = configOf({
    layers: [],
    entrypoint: ['/a/bin/go'],
    config: before => ({ ...before, rootfs: { type: 'layers', diff_ids: [`sha256:${diffId}`] } }),
  });
  const size = readSize(layer);
  const manifest = json({
    schemaVersion: 2,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: `sha256:${sha256(config)}`,
      size: config.length,
    },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: `sha256:${digest}`, size }],
  });
  const index = json({ manifests: [{ digest: `sha256:${sha256(manifest)}`, size: manifest.length }] });
  const image = join(directory, 'image.tar');
  const file = openSync(image, 'w');
  const put = (name: string, data: Buffer): number => writeSync(file, entry({ name, data }));
  put('oci-layout', json({ imageLayoutVersion: '1.0.0' }));
  put('index.json', index);
  put(`blobs/sha256/${sha256(manifest)}`, manifest);
  put(`blobs/sha256/${sha256(config)}`, config);
  writeSync(file, entry({ name: `blobs/sha256/${digest}`, size }));
  copyInto(file, layer);
  writeSync(file, Buffer.alloc(((512 - (size % 512)) % 512) + 1024));
  closeSync(file);
  return image;
}

function copyInto(file: number, path: string): void {
  const from = openSync(path, 'r');
  const piece = Buffer.alloc(2 ** 20);
  for (let count = readSync(from, piece); count > 0; count = readSync(from, piece)) writeSync(file, piece, 0, count);
  closeSync(from);
}

/** Time of the whole process, and the most memory it had. */
function check(image: string): { readonly milliseconds: number; readonly mebibytes: number } {
  const cli = join(dirname(fileURLToPath(import.meta.url)), '../../dist/cli.cjs');
  const memory = `${image}.memory`;
  const watch = join(dirname(image), 'watch.cjs');
  writeFileSync(
    watch,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(memory)}, String(process.resourceUsage().maxRSS)));\n`,
  );
  const milliseconds = timed(() => {
    const ended = spawnSync(process.execPath, ['--require', watch, cli, 'check', image], { encoding: 'utf8' });
    // GOROOT's go command is static: a verdict, and the right one.
    if (ended.status !== 1 || !ended.stdout.includes('/a/bin/go')) throw new Error(ended.stdout + ended.stderr);
  });
  return { milliseconds, mebibytes: Number(readFileSync(memory, 'utf8')) / 1024 };
}

function readSize(path: string): number {
  return Number(execaSync('stat', ['-c', '%s', path]).stdout);
}

function timed(work: () => unknown): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
