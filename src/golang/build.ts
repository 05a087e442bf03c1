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

/** One `-ldflags` occurrence (arguments or GOFLAGS), or goshim's own leading `all=` one. Immutable. */
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
  filterExternal(keep: KeepWord): LinkFlags;
  /** The same for any flag whose value is a list of words: `filterValue('extld', …)` for `-extld=gcc -static`. */
  filterValue(name: string, keep: KeepWord): LinkFlags;
  /** The value to write behind `-ldflags=`: the user's own text to the letter, but for words taken out and appended. */
  text(): string;
  readonly edits: readonly Edit[];
}

/** Answers true to keep a word, false to take it out, or the word that takes its place. */
export type KeepWord = (word: string, index: number, words: readonly string[]) => boolean | string;

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
  /** run: what go hands to the program; empty for build and install. */
  readonly programArguments: readonly string[];
  /** The directory that go enters first (`-C`), relative to its own; null when it stays. A relative `-o` is seen from there. */
  readonly chdir: string | null;
  /** The effective value of a go command flag (last wins; argument over GOFLAGS), or undefined when nobody said it. */
  flag(name: string): Wish | undefined;
  /** True when a boolean flag is in force (`-race`, `--race=1`, GOFLAGS=-race …). */
  isOn(name: string): boolean;
  /**
   * The effective go env variable (environment > go env -w > go.env > default); value is empty when unset everywhere.
   * A user who said CGO_ENABLED=0 is told from go's own default by the origin.
   */
  env(name: string): Wish;
  readonly edits: readonly Edit[];
  /**
   * The `-ldflags` occurrences that act, in order, goshim's own `all=` first once there is one. One that a later occurrence
   * of the same pattern masks is not among them.
   */
  readonly linkFlags: readonly LinkFlags[];
  /**
   * run: the words of `-exec`; null when nobody said it, so that go would look for `go_GOOS_GOARCH_exec` on PATH. One of our
   * own goes in by `setFlag('exec', …)`, with these words behind it (joinQuoted).
   */
  readonly exec: { readonly words: readonly string[]; readonly origin: Origin } | null;
  /** Makes a boolean flag false: words that set it true are taken out, a GOFLAGS one is beaten by `-name=false`. */
  dropFlag(name: string): Build;
  /** Gives a value flag this value: the user's words for it are replaced, or one is appended. */
  setFlag(name: string, value: string): Build;
  /** Merges tags into the effective `-tags` (comma form, the user's own order first). */
  addTags(tags: readonly string[]): Build;
  /** Sets a variable for go's child; `undefined` unsets it. An empty value does not mask one from `go env -w`. */
  setEnv(name: string, value: string | undefined, how?: { action?: string; overruled?: boolean }): Build;
  /**
   * Filters the words (quoted.Split) of a variable such as CGO_LDFLAGS or CC; sets it when a word went. Where none is left it
   * becomes go's own default, or a blank: an empty value would let the `go env -w` file through.
   */
  filterEnv(name: string, keep: KeepWord): Build;
  /** Runs `edit` over every occurrence; adds goshim's own leading `-ldflags=all=` when the edit adds something to it. */
  editLinkFlags(edit: (flags: LinkFlags) => LinkFlags): Build;
  /** go's argv after the edits, beginning with what stood before the command word (`-C d build …`). */
  argv(): string[];
  /** Environment changes for go's child: name → value, null = unset. Empty when nothing changes. */
  envChanges(): Readonly<Record<string, string | null>>;
}
