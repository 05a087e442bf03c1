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

/** The releases whose flag tables were read; an older one is taken for the oldest, a newer one for the newest. */
export const oldestKnown = 19;
export const newestKnown = 26;

/**
 * Reads a version text. It never fails: a text that holds no `go1.N` is a release with `minor` null and a reason.
 * `go1` alone (March 2012) does not count as official: no agent and no module-mode build knows it.
 */
export function parseRelease(text: string): Release {
  const [, minor, patch] = /(?<![\w.])go1\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  const reason = whyUnofficial(text);
  return {
    text,
    minor: minor === undefined ? null : Number(minor),
    patch: Number(patch ?? 0),
    official: reason === null,
    reason,
  };
}

/** The release's minor number for a table look-up, bent into the known range; the newest where nobody knows it. */
export function tableMinor(release: Release | null): number {
  return Math.min(newestKnown, Math.max(oldestKnown, release?.minor ?? newestKnown));
}

const candidate = /(?<![\w.])go1\.\d+(?:\.\d+)?(rc|beta)(\d+)/;

function whyUnofficial(text: string): string | null {
  if (/^go1\.\d+(\.\d+)?$/.test(text)) return null;
  if (/^devel\b|-devel/.test(text)) return 'development tree';
  const kind = candidate.exec(text)?.[1];
  if (kind !== undefined) return kind === 'rc' ? 'release candidate' : 'beta release';
  const rest = /^go1\.\d+(?:\.\d+)?(.*)$/s.exec(text)?.[1]?.trim();
  if (rest === undefined) return 'not a release name';
  if (/^-?X:/.test(rest)) return `experiments switched on (${rest.slice(rest.indexOf(':') + 1)})`;
  return `vendor build (${/^\((.*)\)$/s.exec(rest)?.[1] ?? rest})`;
}
