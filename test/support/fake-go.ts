// A go that says what a process of it would find (test/process/fake-go.c), in a GOROOT of its own.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from './cached.ts';

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'process', 'fake-go.c');

/** Path of its bin/go; shared and read-only. Needs gcc. */
export function fakeGo(): string {
  const key = `fake-go-${createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 12)}`;
  return cached(key, 'bin/go', directory => {
    mkdirSync(join(directory, 'bin'));
    mkdirSync(join(directory, 'pkg', 'tool'), { recursive: true });
    const made = spawnSync('gcc', ['-O1', '-o', join(directory, 'bin', 'go'), source], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`gcc: ${made.stderr}`);
  });
}

export interface Found {
  /** Arguments and environment entries with everything but printable ASCII as \xHH. */
  readonly args: readonly string[];
  /** Sorted, without the FAKE_ ones. */
  readonly env: readonly string[];
  /** Everything else a line each: descriptors, limits, ignored signals, umask, nice, directory. */
  readonly rest: readonly string[];
}

export function readFound(file: string): Found {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const of = (kind: string) =>
    lines.filter(line => line.startsWith(`${kind} `)).map(line => line.slice(kind.length + 1));
  return {
    args: of('arg'),
    env: of('env')
      .filter(entry => !entry.startsWith('FAKE_'))
      .sort(),
    rest: lines.filter(line => !/^(arg|env) /.test(line)),
  };
}
