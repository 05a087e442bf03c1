import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { cached } from '../../test/support/cached.ts';
import type { Release } from './releases.ts';

/** Settings of the shim that reach the scripts, which otherwise see an environment of their own. */
export const letThrough = ['GOSHIM', 'GOSHIM_GO', 'GOSHIM_NODE', 'GOSHIM_PROFILE'] as const;

/** The variable that names what stands as `go` on the scripts' PATH. */
export const standIn = 'CONFORMANCE_GO';

interface Replacement {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const replacements: readonly Replacement[] = [
  { file: 'go_test.go', from: 'os.Symlink(testExe, testGo)', to: `os.Symlink(os.Getenv("${standIn}"), testGo)` },
  {
    file: 'script_test.go',
    from: 'var extraEnvKeys = []string{',
    to: `var extraEnvKeys = []string{${letThrough.map(name => `"${name}", `).join('')}`,
  },
];

/**
 * Path of cmd/go's own test binary, which is at the same time the go under test (Go 1.24–1.26); built when nobody has yet, in half a
 * minute. The release's files stay as they are: an overlay puts another program in the place of go, and lets our settings through.
 * @throws Error, one line, where a release's test does not read as it did; execa's error where it does not build.
 */
export function testBinary(release: Release): string {
  const key = createHash('sha256').update(JSON.stringify([release, replacements]));
  // It must have go's name, which is the first word of some of go's messages.
  return cached(`conformance-${key.digest('hex').slice(0, 20)}`, 'go', directory =>
    build(release, join(directory, 'go')),
  );
}

function build({ goroot }: Release, output: string): void {
  const place = join(goroot, 'src', 'cmd', 'go');
  const overlay: Record<string, string> = {};
  const directory = mkdtempSync(join(tmpdir(), 'goshim-overlay-'));
  try {
    for (const { file, from, to } of replacements) {
      const original = join(place, file);
      overlay[original] = join(directory, file);
      writeFileSync(join(directory, file), replaceOnce(original, from, to));
    }
    const overlayFile = join(directory, 'overlay.json');
    writeFileSync(overlayFile, JSON.stringify({ Replace: overlay }));
    execaSync(
      join(goroot, 'bin', 'go'),
      ['test', '-c', '-vet=off', `-overlay=${overlayFile}`, '-o', output, 'cmd/go'],
      {
        cwd: place,
        env: { GOFLAGS: '', GOENV: 'off', GOWORK: 'off', GOTOOLCHAIN: 'local', GOROOT: goroot },
      },
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function replaceOnce(file: string, from: string, to: string): string {
  const parts = readFileSync(file, 'utf8').split(from);
  if (parts.length !== 2) throw new Error(`${file} holds \`${from}\` ${parts.length - 1} times, not once`);
  return parts.join(to);
}
