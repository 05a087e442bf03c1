import type { Base, Manager } from './bases.ts';

export type Presence = 'present' | 'absent' | 'unknown';

/** What a stage's package managers brought, as far as compiling C is concerned. */
export class Packages {
  readonly #base: Base;
  #installed = new Map<string, Installed>();
  /** An install line whose words are not all known: anything may have come with it. */
  #unseen: number | null = null;

  /** The image's own compiler, or headers, were removed. */
  #lacks = { compiler: false, headers: false };
  /** The command that removes libc6, musl or glibc; null: none does. */
  libcRemovedBy: string | null = null;
  /** The command that may have brought the libc of another release of the distribution; null: none does. */
  libcReplacedBy: string | null = null;

  constructor(base: Base) {
    this.#base = base;
  }

  fork(): Packages {
    const forked = new Packages(this.#base);
    forked.#installed = new Map(this.#installed);
    forked.#unseen = this.#unseen;
    forked.#lacks = { ...this.#lacks };
    forked.libcRemovedBy = this.libcRemovedBy;
    forked.libcReplacedBy = this.libcReplacedBy;
    return forked;
  }

  /** After a branch: what one side installed may be there. */
  join(other: Packages): void {
    for (const [name, installed] of other.#installed) this.#installed.set(name, installed);
    this.#unseen ??= other.#unseen;
    this.#lacks.compiler ||= other.#lacks.compiler;
    this.#lacks.headers ||= other.#lacks.headers;
    this.libcRemovedBy ??= other.libcRemovedBy;
    this.libcReplacedBy ??= other.libcReplacedBy;
  }

  install(names: readonly string[], installed: Installed): void {
    for (const name of names) this.#installed.set(bareName(name), installed);
    if (names.some(name => compilers.test(bareName(name)))) this.#lacks.compiler = false;
    if (names.some(name => headers.test(bareName(name)))) this.#lacks.headers = false;
  }

  installUnseen(at: number): void {
    this.#unseen = at;
  }

  remove(names: readonly string[]): void {
    for (const name of names) {
      this.#installed.delete(name);
      if (compilers.test(name)) this.#lacks.compiler = true;
      if (headers.test(name)) this.#lacks.headers = true;
      for (const [each, { group }] of this.#installed) if (group === name) this.#installed.delete(each);
    }
  }

  has(name: RegExp): Installed | null {
    for (const [each, installed] of this.#installed) if (name.test(each)) return installed;
    return null;
  }

  /** The package managers that brought something. */
  get managers(): ReadonlySet<Manager> {
    return new Set([...this.#installed.values()].map(({ manager }) => manager));
  }

  /** gcc or another C compiler under a name that go would call. */
  get compiler(): Presence {
    if ((this.#base.compiler === true && !this.#lacks.compiler) || this.has(compilers) !== null) return 'present';
    return this.#unseen !== null || this.#base.compiler === null ? 'unknown' : 'absent';
  }

  /** The C library's headers and start-up files. */
  get headers(): Presence {
    if ((this.#base.compiler === true && !this.#lacks.headers) || this.has(headers) !== null) return 'present';
    for (const [name, { manager, withRecommended }] of this.#installed) {
      if (manager === 'dnf' && compilers.test(name)) return 'present';
      if (manager === 'apt' && (/^g\+\+/.test(name) || (withRecommended && compilers.test(name)))) return 'present';
      if (manager !== 'apt' && /^(g\+\+|go|clang)/.test(name)) return 'unknown';
    }
    return this.#unseen !== null || this.#base.compiler === null ? 'unknown' : 'absent';
  }

  /** The install that brought the compiler without the headers, for the finding's place. */
  get compilerAt(): number | null {
    return this.has(compilers)?.at ?? null;
  }

  /** Go from the distribution, and where it was installed. */
  get distributionGo(): Installed | null {
    return this.has(/^(go|golang(-go|-\d.*)?|golang-bin|go-toolset)$/);
  }
}

export interface Installed {
  readonly at: number;
  readonly manager: Manager;
  /** apk's `--virtual` name. */
  readonly group: string | null;
  /** apt without --no-install-recommends: gcc brings libc6-dev. */
  readonly withRecommended: boolean;
}

/** `gcc=13.2.1-r0`, `gcc>13`, `gcc:amd64`, `gcc/bookworm` name gcc. */
function bareName(name: string): string {
  return name.replace(/(?<!^)[=<>~@/:].*$/, '');
}

const compilers =
  /^(gcc(-\d+(\.\d+)*)?|build-base|build-essential|alpine-sdk|g\+\+(-\d+)?|gcc-c\+\+|golang(-go|-\d.*)?|golang-bin|go-toolset|@development-tools|@?development.tools|patterns-devel-base.*|base-devel)$/i;
const headers =
  /^(musl-dev|libc-dev|build-base|alpine-sdk|build-essential|libc6-dev|glibc-devel|glibc-dev|@development-tools|@?development.tools|patterns-devel-base.*|base-devel)$/i;
