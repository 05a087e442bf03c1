import type { Origin, Wish } from './origin.ts';
import type { Release } from './release.ts';

/** One thing an edit did to the line, in a form that a rule can put into words. */
export interface Edit {
  /** The thing that was edited, as the user would spell it: `-race`, `-s`, `CGO_ENABLED=0`, `-extldflags=-static`. */
  readonly subject: string;
  /** What happened to it: `dropped`, `overruled`, `added`, … */
  readonly action: string;
  /** Where the wish stood (an Origin, or `goshim` where nobody asked for anything). */
  readonly from: Origin | 'goshim';
  /** True when a wish of the user's was overruled; false when something nobody spoke about was added. */
  readonly overruled: boolean;
}

/** One `-ldflags` occurrence (arguments, else GOFLAGS), or goshim's own leading `all=` one. Immutable. */
export interface LinkFlags {
  /** The package pattern before `=`; empty for the packages named on the command line. */
  readonly pattern: string;
  readonly origin: Origin | 'goshim';
  /** The words as go splits them (quoted.Split). */
  readonly words: readonly string[];
  /** Last value of a cmd/link flag (`true`/`false` for booleans), or undefined when it is not said. */
  get(name: string): string | undefined;
  /** Appends `-name=value` (cmd/link takes the last). No edit when that value is already in force and last. */
  set(name: string, value: string, how?: { action?: string; overruled?: boolean }): LinkFlags;
  /** Takes out every word of a flag, for flags that act wherever they stand (-race, -linkshared, -d). */
  remove(name: string, how?: { action?: string }): LinkFlags;
  /**
   * Filters the words of the effective `-extldflags`: `keep` gets each word and answers true, or false to take it out.
   * The filtered value is appended as a new `-extldflags`; nothing happens when every word is kept.
   */
  filterExternal(keep: (word: string, index: number, words: readonly string[]) => boolean): LinkFlags;
  readonly edits: readonly Edit[];
}

/**
 * A go build, install or run line while it is being planned: what was asked, and the edits made so far.
 * Immutable: every edit returns a new Build whose `edits` is longer, or the same Build when there was nothing to do.
 */
export interface Build {
  readonly command: 'build' | 'install' | 'run';
  readonly goos: string;
  readonly goarch: string;
  /** The release that will really build (toolchain switch included), or null where it could not be learned. */
  readonly release: Release | null;
  /** The package and file words after the flags (for run: only go's own, not the program's arguments). */
  readonly packages: readonly string[];
  /** The effective value of a go command flag (last wins; argument over GOFLAGS), or undefined when nobody said it. */
  flag(name: string): Wish | undefined;
  /** True when a boolean flag is in force (`-race`, `--race=1`, GOFLAGS=-race …). */
  isOn(name: string): boolean;
  /** The effective go env variable (environment > go env -w > go.env > default); value is empty when unset everywhere. */
  env(name: string): Wish;
  /** True when the user said CGO_ENABLED=0 (or `-w` it): not when go's own default is 0. */
  readonly edits: readonly Edit[];
  /** The `-ldflags` occurrences that will be emitted, in order, goshim's own `all=` first once there is one. */
  readonly linkFlags: readonly LinkFlags[];
  /** Makes a boolean flag false: words that set it true are taken out, a GOFLAGS one is beaten by `-name=false`. */
  dropFlag(name: string): Build;
  /** Gives a value flag this value: the user's words for it are replaced, or one is appended. */
  setFlag(name: string, value: string): Build;
  /** Merges tags into the effective `-tags` (comma form, the user's own order first). */
  addTags(tags: readonly string[]): Build;
  /** Sets a variable for go's child; `undefined` unsets it. */
  setEnv(name: string, value: string | undefined, how?: { action?: string; overruled?: boolean }): Build;
  /** Filters the words (quoted.Split) of a variable such as CGO_LDFLAGS or CC; sets it when a word went. */
  filterEnv(name: string, keep: (word: string, index: number, words: readonly string[]) => boolean): Build;
  /** Runs `edit` over every occurrence; adds goshim's own leading `-ldflags=all=` when the edit adds something to it. */
  editLinkFlags(edit: (flags: LinkFlags) => LinkFlags): Build;
  /** go's argv after the edits, beginning with what stood before the command word (`-C d build …`). */
  argv(): string[];
  /** Environment changes for go's child: name → value, null = unset. Empty when nothing changes. */
  envChanges(): Readonly<Record<string, string | null>>;
}
