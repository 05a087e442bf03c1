import type { Origin, Wish } from './origin.ts';
import { parseRelease, type Release } from './release.ts';

/** Effective go variables and who set them. */
export interface GoEnv {
  /** Empty value and origin `default` for a variable that nobody set and that has no default here. */
  get(name: string): Wish;
  /** GOVERSION as the selected toolchain says it; null when it was not answered. */
  readonly release: Release | null;
}

export interface EnvInput {
  /** What `go env` answered to `variablesToAsk` in the build's directory, or `defaultAnswers`. */
  readonly answers: Readonly<Record<string, string>>;
  readonly environment: NodeJS.ProcessEnv;
  /** Text of the file that GOENV names; null when there is none or GOENV=off. */
  readonly goenvText: string | null;
  /** Text of `$GOROOT/go.env` (Go ≥ 1.21 reads it); null when there is none. */
  readonly gorootEnvText: string | null;
}

/**
 * What one `go env` call must ask. CGO_LDFLAGS and its kin are left out: asking for them makes go run the C compiler
 * (envcmd/env.go ExtraEnvVarsCostly), and their layers are known here.
 */
export const variablesToAsk: readonly string[] = [
  ...['GOVERSION', 'GOOS', 'GOARCH', 'GOHOSTOS', 'GOHOSTARCH', 'GOROOT', 'GOENV', 'GOFLAGS', 'GOMOD', 'GOWORK'],
  ...['GO111MODULE', 'GOBIN', 'GOPATH', 'GOMODCACHE', 'GOEXE', 'CGO_ENABLED', 'CC', 'CXX', 'GOTOOLCHAIN'],
];

/** Joins the layers as cfg.Getenv does (cmd/go/internal/cfg, Go 1.19–1.26): an empty variable does not mask the files. */
export function layerEnv({ answers, environment, goenvText, gorootEnvText }: EnvInput): GoEnv {
  const release = answers.GOVERSION === undefined ? null : parseRelease(answers.GOVERSION);
  const files = readFiles(goenvText, release !== null && (release.minor ?? 99) < 21 ? null : gorootEnvText);
  return {
    release,
    get(name) {
      const wish = layered(name);
      if (computed.has(name)) return { value: answers[name] ?? wish?.value ?? '', origin: wish?.origin ?? 'default' };
      return wish ?? { value: answers[name] ?? defaults[name] ?? '', origin: 'default' };
    },
  };

  function layered(name: string): Wish | null {
    // go takes 0 and 1 only, and falls back to its default for any other word.
    const counts = (value: string | undefined) =>
      value !== undefined && value !== '' && (name !== 'CGO_ENABLED' || /^[01]$/.test(value));
    const value = environment[name];
    if (value !== undefined && value !== '') return counts(value) ? { value, origin: 'environment' } : null;
    const line = files.get(name);
    return line !== undefined && counts(line.value) ? line : null;
  }
}

/** Variables that go computes or completes itself: its answer counts, not the text of a layer. */
const computed: ReadonlySet<string> = new Set(['GOVERSION', 'GOROOT', 'GOENV', 'GOMOD', 'GOWORK', 'GOTOOLCHAIN']);

/** go's own defaults of what is not asked (cmd/go/internal/work/exec.go buildFlags, security.go). */
const defaults: Readonly<Record<string, string>> = {
  CGO_CFLAGS: '-O2 -g',
  CGO_CXXFLAGS: '-O2 -g',
  CGO_FFLAGS: '-O2 -g',
  CGO_LDFLAGS: '-O2 -g',
};

/** go's built-in value of a cgo flag variable; empty for any other. */
export function defaultOf(name: string): string {
  return defaults[name] ?? '';
}

/** In the user's file the last line of a name counts, in go.env the first, and any user's line masks go.env's. */
function readFiles(user: string | null, goroot: string | null): Map<string, Wish> {
  const found = new Map<string, Wish>();
  for (const [name, value] of readEnvFile(user)) found.set(name, { value, origin: 'go env -w' });
  for (const [name, value] of readEnvFile(goroot)) {
    if (!found.has(name)) found.set(name, { value, origin: 'go.env' });
  }
  return found;
}

/** cfg.readEnvFile: raw up to the line feed; a line without `=` or not starting with A–Z is passed over. */
function readEnvFile(text: string | null): [string, string][] {
  return (text ?? '')
    .split('\n')
    .filter(line => /^[A-Z]/.test(line) && line.includes('='))
    .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
}

/** The origin of a flag that stands in GOFLAGS, by the layer that set GOFLAGS. */
export function goflagsOrigin(layer: Origin): Origin {
  if (layer === 'go env -w') return 'GOFLAGS (go env -w)';
  return layer === 'go.env' ? 'GOFLAGS (go.env)' : 'GOFLAGS (environment)';
}
