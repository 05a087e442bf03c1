import type { Finding } from '../../rules/finding.ts';
import type { VerifySurroundings } from '../../rules/rule.ts';
import type { Place, ProgramNeeds } from '../../rules/shared/place.ts';

/** What a configuration says about the start of an image (OCI image-spec config.md); empty where it says nothing. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Absolute; `/` when the configuration leaves it empty. */
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What was seen of a file's bytes while its layer was read. */
export type FileContent =
  | { readonly kind: 'plain' }
  /** Starts with `#!`. */
  | { readonly kind: 'script' }
  /** ELF, not Go: `glibcMinor` is N of the highest GLIBC_2.N it defines, null for all but a glibc's libc.so.6. */
  | { readonly kind: 'elf'; readonly glibcMinor: number | null }
  | {
      readonly kind: 'go';
      readonly goarch: string;
      readonly needs: ProgramNeeds;
      readonly findings: readonly Finding[];
    }
  /** Not read whole, or no sound ELF file; `mayBeGo`: a limit of ours stopped the reading, so that it may be a Go binary. */
  | { readonly kind: 'unread'; readonly why: string; readonly mayBeGo: boolean };

/** A path inside a root, after links: what is there, or why there is nothing. */
export type Resolved =
  | { readonly kind: 'file'; readonly path: string; readonly executable: boolean; readonly content: FileContent }
  | { readonly kind: 'directory'; readonly path: string }
  /** `why` names the path: `/app: no such file`, `/app: more than 40 links`. */
  | { readonly kind: 'missing'; readonly why: string };

/** A root file system as a container would see it: whiteouts applied, links followed without leaving the root. */
export interface FileSystem {
  resolve(path: string, workingDir?: string): Resolved;
  /** execvp's search: a name with a slash is resolved, any other is looked for in PATH's directories. */
  find(program: string, config: ImageConfig): Resolved;
  /** Every Go binary (and what may be one) once, by the first of its paths. */
  goBinaries(): Iterable<{ readonly path: string; readonly content: FileContent }>;
  /** The libc that this program would meet; `name` is put into messages. */
  place(needs: ProgramNeeds, name: string): Place;
}

export interface ArchiveImage {
  /** A tag or a digest, for messages; empty for a bare root file system. */
  readonly name: string;
  /** `linux/amd64`, `linux/arm/v7`; of a bare root file system that of its binaries. */
  readonly platform: string;
  /** null for a bare root file system: nothing says what it starts. */
  readonly config: ImageConfig | null;
  /** The root, or the ArchiveProblem because of which nothing can be said about this image. */
  readonly files: FileSystem | { readonly problem: string };
}

export interface Archive {
  readonly format: 'docker-archive' | 'oci' | 'root file system';
  /** Every Linux image and platform (attestations, signatures and other artifacts are none), one file system in memory at a time. */
  images(): Iterable<ArchiveImage>;
}

export interface JudgeOptions {
  /** `linux/arm64`: only images of this platform; null = every one. */
  readonly platform: string | null;
  /** Every Go binary of the image, not only what it starts. */
  readonly all: boolean;
  readonly around: VerifySurroundings;
  /** Called after each stretch that was read; `total` is null for what comes through a pipe. */
  readonly progress?: (bytes: number, total: number | null) => void;
}

/** A tar file (compressed or not), an OCI layout or root file system directory, or the bytes of a tar as they come. */
export type ArchiveInput = string | Buffer | AsyncIterable<Buffer>;
