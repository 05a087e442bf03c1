import type { BinaryFacts } from '../binary/facts.ts';
import type { Build, Edit } from '../golang/build.ts';
import type { Profile } from '../profiles.ts';
import type { Outcome } from './finding.ts';
import type { ContainerSecurity, Place, ProgramNeeds } from './shared/place.ts';
import type { ProcessFacts } from './shared/process.ts';

/** What a rule may know about the place a build runs in. Every answer is asked for lazily: most lines need none. */
export interface BuildSurroundings {
  readonly profile: Profile;
  /** The C compiler go would use for this target, or why there is none (with the install command of this distribution). */
  compiler():
    | { readonly found: true; readonly words: readonly string[] }
    | {
        readonly found: false;
        readonly what: string;
        readonly install: string;
        /** Set when the compiler itself is there and only this libc's start-up files and headers are not. */
        readonly headers?: 'glibc' | 'musl';
      };
  /** libc that the compiler links against; `unknown` when it was not or could not be asked. */
  compilerLibc(): 'glibc' | 'musl' | 'unknown';
  /** Why it is `unknown` though the compiler was asked, one line; null where it is known. Absent: nobody asks it. */
  compilerLibcWhy?(): string | null;
  /** True where these words of CC are known to link statically by themselves (`zig cc -target x86_64-linux-musl`). Absent: nobody asks. */
  compilerIsStatic?(words: readonly string[]): boolean;
  /**
   * Module-mode vendoring in force for this build: the modules that vendor/modules.txt lists; null when it is not.
   * `differs` says in words why the vendored packages cannot be taken from their modules instead (a file differs, a module
   * is not in the module cache), or null when each is byte-identical to its module. Absent: nobody can tell.
   */
  vendored(): { readonly directory: string; readonly modules: readonly string[]; differs?(): string | null } | null;
  /** Whose Go it is, where only an image's name tells: null = not known. Absent: the release alone says it. */
  toolchain?(): { readonly official: boolean | null; readonly what: string };
  /** Whose go command it is, by its GOROOT and its name; nothing is started for it. Absent: the release alone says it. */
  maker?(): { readonly kind: 'gc' | 'gccgo' | 'tinygo' | 'unknown'; readonly evidence: string };
  /** Agent version that decides (setting, .goshim.json, or found on this host); null when nobody knows. */
  readonly agentVersion: string | null;
}

export interface VerifySurroundings {
  readonly profile: Profile;
  readonly agentVersion: string | null;
  /** `.goshim.json`'s runtime: where the output will run. */
  readonly runtime: { readonly libc: 'glibc' | 'musl' | 'none'; readonly version: string | null } | null;
}

/**
 * One limitation of an agent: how to rewrite it away, how to see it in a binary, what to tell the user.
 * Removing a rule's file and its line in index.ts removes it from plan, verify and explain.
 */
export interface Rule {
  /** The id profiles and reports use: `no-race`. */
  readonly id: string;
  /** What must hold, as a noun phrase: `built without the race detector`. */
  readonly title: string;
  /** Why the agent wants it and what goes wrong otherwise, for `goshim explain`. Says so where it is policy only. */
  readonly why: string;
  /** The one command or flag that mends it. */
  readonly fix: string;
  /** Rows of the seed it comes from: `S16`. */
  readonly seed: string;
  /** Said after an overruled wish: `the agent refuses race builds; GOSHIM=off keeps it`. */
  readonly because?: string;
  /** As `because`, where it depends on what was overruled. */
  becauseOf?(edit: Edit): string;
  /**
   * Names that `verify` looks up with `definedSymbols`. The judge looks all rules' names up at once, since every look-up walks
   * the string table of a file that may hold 100,000 names.
   */
  readonly symbols?: readonly string[];
  /**
   * Rewrites the limitation away. The planner reads `edits`: under policy `warn` the rewriting is thrown away and the
   * overruled wishes become warnings; under `fail` they stop the build; under `fix` they are said and done.
   */
  rewrite?(build: Build, around: BuildSurroundings): Build;
  /** What must be said before the build and cannot be rewritten away (a release candidate, no compiler, vendoring). */
  before?(build: Build, around: BuildSurroundings): Outcome | null;
  /**
   * Judges a line as it was asked where nobody will see its output (a Dockerfile), beyond the wishes that `rewrite` overrules
   * and what `before` says. null: nothing more to say.
   */
  line?(asked: Build, around: BuildSurroundings): Outcome | null;
  /** Judges a binary. null: the question does not arise for this file. Several outcomes are allowed. */
  verify?(facts: BinaryFacts, around: VerifySurroundings): Outcome | readonly Outcome[] | null;
  /**
   * What the user must know about an output whose build overruled something, beyond its verdict. Asked after `verify`; `name`
   * is the file as the user knows it. null: nothing.
   */
  after?(facts: BinaryFacts, build: Build, name: string): Outcome | null;
  /** Judges the system of the image that a program is put into. null: nothing to say. */
  place?(program: ProgramNeeds, place: Place, profile: Profile): Outcome | null;
  /** Judges how a container is started. null: the question does not arise. */
  container?(container: ContainerSecurity, profile: Profile): Outcome | null;
  /** Judges a running program beyond its bytes (`ps`). null: the question does not arise. */
  process?(process: ProcessFacts, around: VerifySurroundings): Outcome | null;
}
