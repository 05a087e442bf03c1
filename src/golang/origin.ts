/**
 * Where a word or a setting came from, strongest first. A flag that stands in GOFLAGS also says which layer set GOFLAGS.
 * `go env -w` names the file that `go env GOENV` prints; `go.env` the one in GOROOT (Go ≥ 1.21).
 */
export type Origin =
  | 'argument'
  | 'GOFLAGS (environment)'
  | 'GOFLAGS (go env -w)'
  | 'GOFLAGS (go.env)'
  | 'environment'
  | 'go env -w'
  | 'go.env'
  | 'default';

/** An origin in brackets, for a sentence: `(argument)`, `(GOFLAGS, go env -w)`. */
export function bracketed(origin: Origin | 'goshim'): string {
  return `(${origin.replace(/ \((.+)\)$/, ', $1')})`;
}

/** A value that go will act on, and who asked for it. Booleans are the canonical words `true` and `false`. */
export interface Wish {
  readonly value: string;
  readonly origin: Origin;
}
