/**
 * A Go release as `go env GOVERSION` or a binary's build info spells it.
 * Official is `^go1\.\d+(\.\d+)?$` (reference: go.dev/doc/devel/release); everything else is a candidate, a development
 * tree or a vendor fork.
 */
export interface Release {
  /** The text as found: `go1.23.4`, `go1.23rc1`, `devel go1.22-abc …`, `go1.24.10 X:systemcrypto`. */
  readonly text: string;
  /** N of go1.N; null when the text holds none. */
  readonly minor: number | null;
  /** P of go1.N.P; 0 when it is not said. */
  readonly patch: number;
  readonly official: boolean;
  /** Why it is not official, in words (`release candidate`, `development tree`, `vendor build (Red Hat …)`); null when it is. */
  readonly reason: string | null;
}
