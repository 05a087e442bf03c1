import type { Profile } from '../profiles.ts';
import type { FileReport } from '../rules/finding.ts';
import type { Rule } from '../rules/rule.ts';

/** What a report says about a rule. */
export type RuleWords = Pick<Rule, 'id' | 'title' | 'why' | 'fix'>;

/** How a judgement was made: what a reader needs in order to repeat it. */
export interface Basis {
  /** As it was applied, the settings' own policies in it. */
  readonly profile: Profile;
  readonly agentVersion: string | null;
  /** The `.goshim.json` that took part, absolute; null when there was none. */
  readonly settingsFile: string | null;
  /** goshim's own version. */
  readonly version: string;
  /** Every rule there is. */
  readonly rules: readonly RuleWords[];
}

/** A process of `ps`; the executable is its file report's path. */
export interface ListedProcess {
  readonly pid: number;
  /** `loaded`, `not loaded` or `unknown`. */
  readonly agent: string;
  /** What a reader of a table has to know about it: `deleted: restart pending`. */
  readonly notes: readonly string[];
  /** JSON's other properties of a process (schema/ps.schema.json). */
  readonly details: Readonly<Record<string, unknown>>;
}

/** One answer of verify, check, ps or of a build: what every format is rendered from. */
export interface Document {
  readonly kind: 'verify' | 'check' | 'ps' | 'build';
  /** With the exceptions of `.goshim.json` already applied (accept.ts). */
  readonly files: readonly FileReport[];
  /** ps: the process of each entry of `files`, by index. */
  readonly processes?: readonly ListedProcess[];
  /** SHA-256 of each entry of `files` (lower-case hex, null where it could not be read), for in-toto. */
  readonly digests?: readonly (string | null)[];
  /** verify: how many files of a directory walk were no Go binaries. */
  readonly skipped?: number;
  readonly basis: Basis;
}

export interface RenderOptions {
  /** Passing findings in text and markdown too. */
  readonly verbose: boolean;
  /** ANSI colours in text. */
  readonly colour: boolean;
  /** Relative paths of the document are seen from here; absolute. */
  readonly cwd: string;
  /** Paths of SARIF and GitLab are written relative to this directory (place.ts); absolute. */
  readonly root: string;
}
