export type Libc = 'glibc' | 'musl' | 'none' | 'unknown';

/** What a program asks of the system it is put into; read from its bytes, or from the way it is built. */
export interface ProgramNeeds {
  /** `none`: static. `unknown`: dynamic or static, depending on what is imported, or not seen at all. */
  readonly libc: Libc;
  /** Whether it can still turn out to be static where `libc` names one. */
  readonly perhapsStatic: boolean;
  /** The loader it names (PT_INTERP), as far as known. */
  readonly interpreter: string | null;
  /**
   * N of GLIBC_2.N. `needed`: the highest that the bytes ask for; `built-with`: the glibc it was linked against, of which
   * it needs no more. null: not known.
   */
  readonly glibc: { readonly minor: number; readonly is: 'needed' | 'built-with' } | null;
  /** Where only that is known: the newest glibc it can have been linked against. */
  readonly glibcAtMost?: number | null;
  /** The image it was linked in, by the name that the same file gives to it everywhere; absent: not known. */
  readonly linkedIn?: string;
  /** Why the glibc is not known, in words (`the tag golang:1.22 does not say which Debian`); empty where it is. */
  readonly why: string;
}

/** The system in an image. */
export interface Place {
  /** `alpine:3.20`, `scratch`, or the platform of an archive's image. */
  readonly name: string;
  /** The image whose libc is in it, by its name in the file; absent: not known. */
  readonly image?: string;
  readonly libc: Libc;
  /** N of the highest GLIBC_2.N its libc defines; null: not known, or no glibc. */
  readonly glibcMinor: number | null;
  /** Why libc is `unknown` or `none`, or the version is not known, in words; may be empty. */
  readonly why: string;
  /** Whether the loader the program names is there, and may be started; null where nobody can look (a Dockerfile). */
  readonly loader: boolean | 'not executable' | null;
}

/** A container or service of a manifest, as far as tracing processes in it is concerned. */
export interface ContainerSecurity {
  /** `service web`, `container app of Deployment shop`. */
  readonly name: string;
  readonly engine: 'docker' | 'kubernetes';
  readonly privileged: boolean | 'unknown';
  /** Capability names without `CAP_`, upper case. */
  readonly added: readonly string[];
  readonly dropped: readonly string[];
  /** Text that nobody can read before rendering (`${CAPS}`), empty where there is none. */
  readonly unresolved: string;
  readonly seccomp:
    | { readonly kind: 'default' | 'runtime-default' | 'unconfined' | 'unsaid' }
    /** A profile of one's own; `ptrace` as its rules answer, or why it could not be read. */
    | {
        readonly kind: 'file';
        readonly path: string;
        readonly ptrace: 'allowed' | 'denied' | 'unknown';
        readonly why: string;
      };
  /** Level that Pod Security enforces in the container's namespace, as far as the same file says. */
  readonly podSecurity: 'privileged' | 'baseline' | 'restricted' | null;
}
