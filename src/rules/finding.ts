export type Verdict = 'pass' | 'warn' | 'fail' | 'unknown';

/** What a rule answers about a binary or a build line, before the profile's policy has capped it. */
export interface Outcome {
  readonly verdict: Verdict;
  /** One sentence; for a pass with a note (threadcreate, payload) the note. */
  readonly message: string;
  /** The signal seen: a symbol's name, a header's value, a build setting. */
  readonly evidence: string;
  /** What mends this case, where the rule's own `fix` is too general. */
  readonly fix?: string;
}

/** An exception from `.goshim.json`, or from a comment in a Dockerfile or manifest. */
export interface Acceptance {
  readonly reason: string;
  /** ISO date, `2027-01-31`; null = for good. */
  readonly until: string | null;
  /** A comment in the file itself says so, not `.goshim.json`. */
  readonly inSource?: true;
}

/** What the user is told about one limitation of one file, line or image. */
export interface Finding extends Outcome {
  readonly rule: string;
  /** The one command or flag that mends it; empty on a pass. */
  readonly fix: string;
  /** Set when `.goshim.json` or a comment accepts it: it stays visible and no longer counts. */
  readonly accepted?: Acceptance;
  /** 1-based line in a Dockerfile or manifest. */
  readonly line?: number;
  /** `linux/amd64!/app`: platform and path in an image. */
  readonly binary?: string;
}

/** Everything said about one path. */
export interface FileReport {
  /** As the user gave it or the walk met it; a Buffer when its bytes are no UTF-8. */
  readonly path: string | Buffer;
  readonly verdict: Verdict | 'not-go';
  readonly findings: readonly Finding[];
  /** Why it is `not-go`, or could not be judged; empty otherwise. */
  readonly reason: string;
}
