import type { Base, Manager } from '../bases.ts';
import type { Machine, Variable } from '../machine.ts';
import type { Presence } from '../packages.ts';
import type { Shell } from '../shell/shell.ts';
import type { Word } from '../shell/words.ts';
import { type FoundGo, replacedCompiler } from './find-go.ts';
import { rootSettings, type Settings, userSettings } from './go-settings.ts';

/** What a go command found around it when it was met. */
export interface GoLine {
  /** The words after `go`. */
  readonly words: readonly Word[];
  /** Offset of the word `go` in the file. */
  readonly at: number;
  readonly environment: ReadonlyMap<string, Variable>;
  /** What the user's go/env file sets. */
  readonly goEnv: Settings;
  /** What go.env in GOROOT sets. */
  readonly rootEnv: Settings;
  /** Where it runs; null where that is not known. */
  readonly directory: string | null;
  readonly base: Base;
  /** The image that the Go comes from. */
  readonly go: Base;
  readonly compiler: Presence;
  readonly headers: Presence;
  /** Where a compiler without headers was installed. */
  readonly compilerAt: number | null;
  /** Offsets of installs of other compilers, by what go would call them: `musl-gcc`, `aarch64-linux-gnu-gcc`. */
  readonly hasPackage: (name: RegExp) => boolean;
  /** A command after which the stage's libc may be that of another release. */
  readonly libcReplacedBy: string | null;
  /** The package managers that brought something to the stage. */
  readonly installs: ReadonlySet<Manager>;
  /** Go from the distribution: where it was installed. */
  readonly distributionGo: number | null;
  /** Where goshim was put before go; null: it was not. */
  readonly shim: number | null;
  /** A program that has the last word on what comes out, and cannot be looked into: another gcc; null: none. */
  readonly opaque: string | null;
  /** What may make another toolchain of it than the one that is named; null: nothing. */
  readonly doubt: string | null;
  /** The stage runs on the build machine's platform, whatever the target's is. */
  readonly isPinned: boolean;
  /** `linux/amd64`: what the image is for. */
  readonly platform: string;
  readonly stage: number;
  /** Where the image that the Go comes from is named. */
  readonly goAt: number;
  /** `go mod vendor` ran before it, or the context brings a vendor directory. */
  readonly vendor: string | null;
  /** A module of go.mod that compiles C; null: none is known to. */
  readonly cgoModule: string | null;
  /** The newest toolchain that go.mod or go.work asks for; null: neither does, or they are not known. */
  readonly toolchain: string | null;
  /** xx-go sets GOOS, GOARCH and CC for the target. */
  readonly isXx: boolean;
}

export interface StagePlace {
  readonly stage: number;
  readonly isPinned: boolean;
  readonly platform: string;
}

/** What the build context says of the module that a line builds. */
export type ModuleFacts = Pick<GoLine, 'vendor' | 'cgoModule' | 'toolchain'>;

export const noModule: ModuleFacts = { vendor: null, cgoModule: null, toolchain: null };

/** Takes down a go command with what is around it; `machine` is the shell's, or that of the stage which it would run in. */
export function takeDown(
  words: readonly Word[],
  shell: Shell,
  place: StagePlace,
  { vendor, cgoModule, toolchain }: ModuleFacts,
  { shim, doubt, root, from }: FoundGo,
  machine: Machine = shell.machine,
): GoLine {
  const environment = new Map<string, Variable>();
  for (const [name, variable] of shell.variables) if (variable.exported) environment.set(name, variable);
  const packages = machine.packages.fork();
  // One that is seen on PATH or by its path comes before a package's.
  const distributionGo = from === null ? packages.distributionGo : null;
  const isXx = words[0]?.raw.endsWith('xx-go') ?? false;
  return {
    ...place,
    words: words.slice(1),
    at: words[0]?.at ?? 0,
    environment,
    goEnv: userSettings(shell),
    rootEnv: rootSettings(shell, root),
    directory: shell.directory,
    base: machine.base,
    go: from?.base ?? machine.go,
    goAt: distributionGo?.at ?? from?.at ?? machine.goAt,
    // xx-go takes clang, which is a compiler for the target where xx-apk or xx-apt brought the rest.
    compiler:
      machine.files.gone('/usr/bin/gcc') !== null && packages.compiler === 'present'
        ? 'unknown'
        : isXx && packages.compiler === 'absent' && packages.has(/^clang/) !== null
          ? 'unknown'
          : packages.compiler,
    headers: packages.headers,
    compilerAt: packages.compilerAt,
    hasPackage: name => packages.has(name) !== null,
    libcReplacedBy: packages.libcReplacedBy,
    installs: packages.managers,
    distributionGo: distributionGo?.at ?? null,
    shim,
    doubt,
    opaque: replacedCompiler(shell),
    vendor,
    cgoModule,
    toolchain,
    isXx,
  };
}
