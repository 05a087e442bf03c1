import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { goReleases } from '../../test/support/binaries.ts';

/** A Go release whose own command tests can be run. */
export interface Release {
  /** `1.26`: the name in differences.json. */
  readonly name: string;
  /** `go1.26.8` */
  readonly version: string;
  readonly goroot: string;
  /** Whether it is the go on PATH, and not one by GOTOOLCHAIN. */
  readonly installed: boolean;
}

/** The installed go, and the one by GOTOOLCHAIN. */
export const toolchains = { installed: goReleases.installed.toolchain, '1.24': goReleases['1.24'].toolchain } as const;

/** The release behind one GOTOOLCHAIN; a string says why its tests cannot be run here. */
export function findRelease(toolchain: string): Release | string {
  const asked = execaSync('go', ['env', '-json', 'GOROOT', 'GOVERSION'], {
    env: { GOTOOLCHAIN: toolchain, GOFLAGS: '' },
    reject: false,
  });
  if (asked.exitCode !== 0) return `go env fails: ${asked.stderr.split('\n')[0] ?? ''}`;
  const { GOROOT: goroot = '', GOVERSION: version = '' } = JSON.parse(asked.stdout) as Record<string, string>;
  if (!existsSync(join(goroot, scriptsDirectory))) return `${goroot} was installed without ${scriptsDirectory}`;
  return {
    name: /^go(\d+\.\d+)/.exec(version)?.[1] ?? version,
    version,
    goroot,
    installed: toolchain === toolchains.installed,
  };
}

const scriptsDirectory = 'src/cmd/go/testdata/script';

/** Where the release's scripts lie; absolute. */
export function scriptsOf({ goroot }: Release): string {
  return join(goroot, scriptsDirectory);
}
