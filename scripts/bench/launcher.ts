// What the shim costs beside the real go: CPU time, since the wall clock of a shared machine says little.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { plainEnvironment, realGo, shim } from '../../test/support/side-by-side.ts';
import { interleaved, median, type Timed } from './cpu.ts';
import type { Row } from './row.ts';

/** CPU of an empty Node 20 start where the budgets were set; a slower machine gets more in proportion. */
const referenceStart = 22;

export function benchLauncher(): readonly Row[] {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-bench-'));
  try {
    const build = (name: string, go: string, env: Record<string, string> = {}): Timed => {
      const cwd = join(directory, name);
      return { argv: [go, 'build', '-o', 'app', '.'], env: plainEnvironment(env), cwd };
    };
    const burdened = { NODE_EXTRA_CA_CERTS: certificates(directory), NODE_OPTIONS: '--max-old-space-size=4096' };
    for (const name of ['bare', 'shim', 'burdened']) writeModule(join(directory, name));
    writeFileSync(join(directory, 'empty.cjs'), '');
    const env = plainEnvironment();
    const results = interleaved(
      {
        version: { argv: [realGo, 'version'], env, cwd: directory },
        shimVersion: { argv: [shim, 'version'], env, cwd: directory },
        burdenedVersion: { argv: [shim, 'version'], env: plainEnvironment(burdened), cwd: directory },
        node: { argv: [process.execPath, join(directory, 'empty.cjs')], env, cwd: directory },
        build: build('bare', realGo),
        shimBuild: build('shim', shim),
        burdenedBuild: build('burdened', shim, burdened),
      },
      { rounds: Number(process.env['BENCH_ROUNDS'] ?? 25), batch: 4 },
    );
    type Name = keyof typeof results;
    const scale = Math.max(1, median(results.node) / referenceStart);
    // Differences round by round: what disturbed one disturbed its neighbour.
    const row = (name: string, wrapped: Name, direct: readonly Name[], budget: number): Row => {
      const sums = results[wrapped].map((_, round) => direct.reduce((sum, one) => sum + (results[one][round] ?? 0), 0));
      const overhead = median(results[wrapped].map((cpu, round) => cpu - (sums[round] ?? 0)));
      return {
        name,
        direct: median(sums),
        wrapped: median(results[wrapped]),
        overhead,
        budget: budget * scale,
        unit: 'ms CPU',
      };
    };
    return [
      row('go version', 'shimVersion', ['version'], 2),
      row('go version, NODE_OPTIONS and NODE_EXTRA_CA_CERTS set', 'burdenedVersion', ['version'], 2),
      row('go build, all cached (go + an empty Node start)', 'shimBuild', ['build', 'node'], 14),
      row('go build, all cached, NODE_… set', 'burdenedBuild', ['build', 'node'], 14),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function writeModule(directory: string): void {
  mkdirSync(directory);
  writeFileSync(join(directory, 'go.mod'), 'module example.org/bench\n\ngo 1.19\n');
  // With net, since bare go builds runtime/cgo for that too: a program without it costs go itself 40 ms more when it is linked
  // externally, for it asks the C compiler who it is.
  writeFileSync(
    join(directory, 'main.go'),
    'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe("", nil) }\n',
  );
}

/** A file as large as a distribution's /etc/ssl/certs/ca-certificates.crt. */
function certificates(directory: string): string {
  const file = join(directory, 'certificates.pem');
  writeFileSync(file, rootCertificates.join('\n'));
  return file;
}
