import type { Libc } from '../rules/shared/place.ts';
import table from './bases.json' with { type: 'json' };

export type Manager = 'apk' | 'apt' | 'dnf' | 'zypper';

/** What is known about an image that a stage starts from. */
export interface Base {
  /** As the file names it. */
  readonly name: string;
  readonly libc: Libc;
  /** N of glibc 2.N; null: not known, or no glibc. */
  readonly glibc: number | null;
  /** The newest glibc it can have, where only that is known. */
  readonly glibcAtMost: number | null;
  /** Why libc or version is not known; may be empty. */
  readonly why: string;
  /** Whose Go is in it: go.dev's, a distribution's, TinyGo, none; null: not known. */
  readonly go: 'official' | 'distribution' | 'tinygo' | 'none' | null;
  /** `go1.22`, `go1.27rc1` as far as the tag says; null: not said. */
  readonly goVersion: string | null;
  /** Whether gcc and the libc's headers are in it; null: not known. */
  readonly compiler: boolean | null;
  readonly manager: Manager | null;
  /** Where RUN starts; null: not known. */
  readonly workdir: string | null;
  /** False for an image that the table does not hold. */
  readonly isKnown: boolean;
}

/** Looks an image up. Never infers from a name that is not in the table: a private `…-alpine` is only a hint in `why`. */
export function findBase(name: string): Base {
  const { repository, tag } = splitReference(name);
  const row = findRow(repository, tag);
  if (row !== undefined) return baseOf(name, row, tag);
  const isListed = rows.some(({ names }) => names.test(repository));
  return unknownBase(name, isListed ? 'its name does not say which version it is' : `not in the table${hint(name)}`);
}

/**
 * An image whose tag holds a variable. What is behind the variable still tells the distribution of a golang image
 * (`golang:$V-alpine3.20`); any other repository counts only when its tags are all alike.
 */
export function findBaseOf(shown: string, repository: string, tail: string): Base {
  const why = 'a variable in its name is not known';
  const { repository: bare } = splitReference(repository);
  if (findRow(bare, 'variable')?.go !== 'official') {
    const row = findRow(bare, null);
    return row === undefined ? unknownBase(shown, why) : baseOf(shown, row, null);
  }
  const suffix = /-(alpine|bookworm|bullseye|trixie|buster)[\d.]*$/.exec(tail)?.[0];
  const row = suffix === undefined ? undefined : findRow(bare, `0${suffix}`);
  return row === undefined
    ? { ...unknownBase(shown, why), go: 'official', workdir: '/go', isKnown: true }
    : baseOf(shown, row, null);
}

function baseOf(name: string, row: Row, tag: string | null): Base {
  return {
    name,
    libc: row.libc as Libc,
    glibc: row.glibc ?? null,
    glibcAtMost: row.glibcAtMost ?? null,
    why: row.why ?? '',
    go: (row.go as Base['go']) ?? 'none',
    goVersion: row.go === 'official' && tag !== null ? versionOf(tag) : null,
    compiler: row.compiler ?? null,
    manager: (row.manager as Manager) ?? null,
    workdir: row.workdir ?? null,
    isKnown: true,
  };
}

export function unknownBase(name: string, why: string): Base {
  return {
    name,
    libc: 'unknown',
    glibc: null,
    glibcAtMost: null,
    why,
    go: null,
    goVersion: null,
    compiler: null,
    manager: null,
    workdir: null,
    isKnown: false,
  };
}

interface Row {
  readonly repository: string;
  readonly tag?: string;
  readonly libc: string;
  readonly glibc?: number;
  readonly glibcAtMost?: number;
  readonly why?: string;
  readonly go?: string;
  readonly compiler?: boolean;
  readonly manager?: string;
  readonly workdir?: string;
}

const rows: readonly (Row & { readonly names: RegExp; readonly tags: RegExp | null })[] = (
  table.images as readonly Row[]
).map(row => ({ ...row, names: whole(row.repository), tags: row.tag === undefined ? null : whole(row.tag) }));

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

/** The first row that holds. Without a tag (a digest, a variable) only a repository whose tags are all alike has one. */
function findRow(repository: string, tag: string | null): Row | undefined {
  const own = rows.filter(({ names }) => names.test(repository));
  if (tag === null) return own[0]?.tags === null ? own[0] : undefined;
  return own.find(({ tags }) => tags === null || tags.test(tag));
}

/** Docker Hub's official images go by several names; no tag is `latest`, and with a digest alone the tag is not known. */
function splitReference(name: string): { repository: string; tag: string | null } {
  const [reference = '', digest] = name.split('@');
  const found = /^(.*?)(?::([^:/]*))?$/.exec(reference);
  const repository = (found?.[1] ?? reference).replace(
    /^((index\.|registry-1\.)?docker\.io\/library\/|registry\.hub\.docker\.com\/library\/|mirror\.gcr\.io\/library\/|public\.ecr\.aws\/docker\/library\/|library\/|(index\.)?docker\.io\/)/,
    '',
  );
  return { repository, tag: found?.[2] ?? (digest === undefined ? 'latest' : null) };
}

/** The release in a golang tag: `1.22-alpine3.20` → go1.22. */
function versionOf(tag: string): string | null {
  const found = /^(1\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)(?:-|$)/.exec(tag);
  if (found?.[1] !== undefined) return `go${found[1]}`;
  return /^tip(-|$)/.test(tag) ? 'devel' : null;
}

function hint(name: string): string {
  const found = /alpine|musl|debian|bookworm|trixie|ubuntu|distroless|static|scratch/i.exec(name)?.[0];
  return found === undefined ? '' : ` (its name says ${found}, which proves nothing)`;
}
