import { parseRelease } from './release.ts';

export interface Toolchain {
  /** `go1.26.8`, or whatever an image's tag lets one say. */
  readonly goversion: string;
  /** The platform that go itself runs on; the build's target too, unless the environment names another. */
  readonly goos: string;
  readonly goarch: string;
  /** Whether go's built-in C compiler (gcc) is on PATH there. */
  readonly hasCompiler: boolean;
  /** The build's environment: GOOS, GOARCH, CC and CGO_ENABLED in it decide as they do in go. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * What `go env` would answer where no go can be asked (a Dockerfile's RUN line), for layerEnv. GOMOD and GOWORK are empty,
 * since no directory was looked at. CGO_ENABLED's default as in cfg.defaultContext: off when cross-compiling, off (Go ≥ 1.20)
 * without a C compiler unless CC is in the environment, else what the platform supports.
 */
export function defaultAnswers(toolchain: Toolchain): Record<string, string> {
  const { goversion, goos, goarch, environment = {} } = toolchain;
  const targetOs = environment.GOOS || goos;
  const targetArch = environment.GOARCH || goarch;
  const said = environment.CGO_ENABLED;
  return {
    GOVERSION: goversion,
    GOOS: targetOs,
    GOARCH: targetArch,
    GOHOSTOS: goos,
    GOHOSTARCH: goarch,
    GOROOT: environment.GOROOT || '/usr/local/go',
    GOENV: environment.GOENV || `${environment.HOME || '/root'}/.config/go/env`,
    GOFLAGS: environment.GOFLAGS || '',
    GOMOD: '',
    GOWORK: '',
    GO111MODULE: environment.GO111MODULE || '',
    GOBIN: environment.GOBIN || '',
    GOPATH: environment.GOPATH || '/go',
    GOMODCACHE: environment.GOMODCACHE || '/go/pkg/mod',
    GOEXE: targetOs === 'windows' ? '.exe' : '',
    CGO_ENABLED: said === '0' || said === '1' ? said : defaultCgo(toolchain, targetOs, targetArch),
    CC: environment.CC || 'gcc',
    CXX: environment.CXX || 'g++',
    GOTOOLCHAIN: environment.GOTOOLCHAIN || 'local',
  };
}

function defaultCgo(
  { goversion, goos, goarch, hasCompiler, environment }: Toolchain,
  os: string,
  arch: string,
): string {
  if (os !== goos || arch !== goarch) return '0';
  const asksPath = (parseRelease(goversion).minor ?? 99) >= 20 && !environment?.CC;
  return os === 'linux' && arch !== 'ppc64' && (hasCompiler || !asksPath) ? '1' : '0';
}
