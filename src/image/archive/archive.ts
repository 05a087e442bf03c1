import type { FileReport, Finding } from '../../rules/finding.ts';
import type { VerifySurroundings } from '../../rules/rule.ts';

/** What a configuration says about the start of an image (OCI image-spec config.md); empty where it says nothing. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Absolute; `/` when the configuration leaves it empty. */
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What one ELF file asks of the system it starts on. */
export interface LibcNeeds {
  /** PT_INTERP's text; null = none (static). */
  readonly interpreter: string | null;
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[];
  /** N of the highest `GLIBC_2.N` among the version needs; null = none. */
  readonly glibcMinor: number | null;
}

/** What a root file system offers to one binary (LibcNeeds), every path after links. */
export interface LibcOffered {
  /** The file that PT_INTERP leads to inside the root, or why it leads nowhere (`no /lib64 in the image`). */
  readonly loader: { readonly found: true; readonly path: string } | { readonly found: false; readonly why: string };
  /** `libc.so.6` or musl's `ld-musl-*`/`libc.musl-*`, null when there is none where that loader looks. */
  readonly libc: { readonly kind: 'glibc' | 'musl'; readonly path: string } | null;
  /** N of the highest `GLIBC_2.N` that the libc defines; null for musl, for no libc, and where it could not be read. */
  readonly glibcMinor: number | null;
}

/** A path inside a root, after links: what is there, or why there is nothing. */
export type Resolved =
  | { readonly kind: 'file'; readonly path: string; readonly executable: boolean; readonly content: FileContent }
  | { readonly kind: 'directory'; readonly path: string }
  /** `why` is a whole sentence part: `/app: no such file`, `/app: more than 40 links`. */
  | { readonly kind: 'missing' | 'loop' | 'not-a-directory'; readonly why: string };

/** What was seen of a file's bytes while its layer was read. */
export type FileContent =
  | { readonly kind: 'plain' }
  /** Starts with `#!`; `line` is that first line (at most 256 bytes) without the mark. */
  | { readonly kind: 'script'; readonly line: string }
  | { readonly kind: 'elf'; readonly go: false; readonly needs: LibcNeeds; readonly glibcMinor: number | null }
  | { readonly kind: 'elf'; readonly go: true; readonly needs: LibcNeeds; readonly findings: readonly Finding[] }
  /** Could not be read whole or as ELF (truncated, sparse, over a limit): `why` says which. Never a pass. */
  | { readonly kind: 'unread'; readonly why: string };

/** A root file system as a container would see it: whiteouts applied, links followed without leaving the root. */
export interface FileSystem {
  resolve(path: string, workingDir?: string): Resolved;
  /** execvp's search: a name with a slash is resolved, any other is looked for in PATH's directories. */
  find(program: string, config: ImageConfig): Resolved;
  /** Every Go binary once, by the first of its paths. */
  goBinaries(): Iterable<{ readonly path: string; readonly content: FileContent }>;
  libc(needs: LibcNeeds): LibcOffered;
}

export interface ArchiveImage {
  /** A tag or a digest, for messages; empty for a bare root file system. */
  readonly name: string;
  /** `linux/amd64`, `linux/arm/v7`; of a bare root file system that of its binaries. */
  readonly platform: string;
  /** null for a bare root file system: nothing says what it starts. */
  readonly config: ImageConfig | null;
  readonly files: FileSystem;
}

export interface Archive {
  readonly format: 'docker-archive' | 'oci' | 'root file system';
  /** Every Linux image and platform (attestations, signatures and other artifacts are none), one file system in memory at a time. */
  images(): Iterable<ArchiveImage>;
}

export interface ArchiveOptions {
  /** `linux/arm64`: only images of this platform; null = every one. */
  readonly platform: string | null;
  /** Where the binaries are judged from; passed on to src/rules/judge.ts. */
  readonly around: VerifySurroundings;
  /** Called a few times a second with what is being read, for a terminal's progress line. */
  readonly progress?: (what: string, bytes: number, total: number | null) => void;
}

export interface JudgeOptions extends ArchiveOptions {
  /** Every Go binary of the image, not only what it starts. */
  readonly all: boolean;
  /** src/rules/libc-in-image.ts: what the image offers against what the binary asks for; capped by the profile already. */
  readonly libc: (needs: LibcNeeds, offered: LibcOffered) => readonly Finding[];
}

/** A tar file (compressed or not), an OCI layout or root file system directory, or the bytes of a tar as they come. */
export type ArchiveInput = string | Buffer | AsyncIterable<Buffer>;

/** The signatures of ./open.ts and ./judge.ts, which hold the code. */
export type OpenArchive = (input: ArchiveInput, options: ArchiveOptions) => Promise<Archive>;
/** `path` is what the report carries; `input` where it differs (`-` with standard input's bytes). Never throws for a bad archive. */
export type JudgeArchive = (path: string, options: JudgeOptions, input?: ArchiveInput) => Promise<FileReport>;
/** Whether the first bytes of a file (512 or more) are a tar's, gzip's or zstd's: a text file is none. */
export type LooksLikeArchive = (head: Buffer) => boolean;
