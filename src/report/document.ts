import type { FileReport } from '../rules/finding.ts';

/** Where a judgement was made: what a reader needs in order to repeat it. */
export interface Basis {
  readonly profile: string;
  readonly agentVersion: string | null;
  /** goshim's own version. */
  readonly version: string;
  /** Files that took part: `.goshim.json`, a custom profile. Absolute. */
  readonly configuration: readonly string[];
}

/** One answer of verify, check, ps or of a build: what every format is rendered from. */
export interface Document {
  readonly kind: 'verify' | 'check' | 'ps' | 'build';
  /** With the exceptions of `.goshim.json` already applied (accept.ts). */
  readonly files: readonly FileReport[];
  /** ps: the process of each entry of `files`, by index. */
  readonly processes?: readonly { readonly pid: number; readonly exe: string }[];
  /** verify: how many files of a directory walk were no Go binaries. */
  readonly skipped?: number;
  readonly basis: Basis;
}

export interface RenderOptions {
  /** Passing findings in text and markdown too. */
  readonly verbose: boolean;
  /** ANSI colours in text. */
  readonly colour: boolean;
  /** Relative paths of the document are seen from here. */
  readonly cwd: string;
}
