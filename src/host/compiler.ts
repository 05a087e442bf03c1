import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { Wish } from '../golang/origin.ts';
import { splitQuoted } from '../golang/quoted.ts';
import { installCommand, type Missing } from './advice.ts';
import { hasHeaders, systemLibc } from './headers.ts';
import { lookPath } from './look-path.ts';
import { has32BitLibraries } from './multilib.ts';
import { type Target, targetOf } from './triples.ts';

export interface CompilerQuestion {
  readonly goos: string;
  readonly goarch: string;
  /** GOARM, for goarch arm; default 7. */
  readonly goarm?: string | undefined;
  /** GOHOSTARCH: the architecture a compiler without a triple in its name makes code for. */
  readonly hostArch: string;
  /** The effective CC (go env CC answers `gcc` where nobody asked, origin `default`). */
  readonly cc: Wish;
  /** PATH of the build. */
  readonly path: string | undefined;
  /** Prefix of the system's own directories (/usr, /etc), for tests. */
  readonly root?: string;
}

export type Compiler =
  | {
      readonly found: true;
      /** The words CC must hold. Equal to the effective CC's words where go would take the same compiler by itself. */
      readonly words: readonly string[];
      /** Absolute path of the first word's program. */
      readonly path: string;
      /** True when go would not take these words by itself: CC must be set for its child. */
      readonly setCC: boolean;
      readonly how: 'CC' | 'default' | 'other native compiler' | 'cross compiler' | 'clang with a sysroot' | 'zig';
    }
  | {
      readonly found: false;
      /** What is missing, as a noun phrase: `a C compiler for linux/arm64 (aarch64-linux-gnu-gcc)`. */
      readonly what: string;
      /** This distribution's command for it; empty where there is none to give. */
      readonly install: string;
      /** Set when the compiler is there and only this libc's headers and start-up files are not. */
      readonly headers?: 'glibc' | 'musl';
      /** Set when go itself refuses the line in its own words (a relative CC, unbalanced quotes): let it. */
      readonly refusedByGo?: true;
    };

/**
 * The C compiler for this target: the user's CC; else go's default where that makes code for the target (native, or 386 on amd64
 * with 32-bit libraries), another native one, `<triple>-gcc`, clang with the target's C library, zig. On the hot path: stats
 * along PATH only, nothing is started. CC rules as in Go 1.26 cmd/go/internal/work/init.go: quoted words, the first one absolute
 * or without a slash.
 */
export function findCompiler(question: CompilerQuestion): Compiler {
  const { goos, goarch, cc, path, root = '' } = question;
  const words = splitQuoted(cc.value);
  if (words === null) return refused('CC cannot be parsed (an unterminated quote)');
  const [first] = words;
  if (first?.includes('/') && !first.startsWith('/'))
    return refused(`CC is relative (${first}): go wants an absolute path or a name on PATH`);
  const target = targetOf(goarch, question.goarm);
  if (goos !== 'linux' || target === null) {
    const found = first === undefined ? null : lookPath(first, path);
    if (found === null || goarch === 'ppc64')
      return { found: false, what: `cgo for ${goos}/${goarch} (go has no external linking there)`, install: '' };
    return { found: true, words, path: found, setCC: false, how: 'CC' };
  }
  if (first !== undefined && cc.origin !== 'default') {
    const asked = askedFor(words, target, question);
    if (asked !== null) return asked;
  }
  return (
    native(words, question) ??
    cross(target, question) ??
    zig(target, question) ?? {
      found: false,
      what: missingWords(target, question),
      install: installCommand(missing(question), { root, path }),
      ...(missing(question).kind === 'libc headers' ? { headers: systemLibc(root) } : {}),
    }
  );
}

/** The user's own CC; null when it can be told that it has no C library, or makes code for this machine only. */
function askedFor(words: readonly string[], target: Target, question: CompilerQuestion): Compiler | null {
  const [first = ''] = words;
  const found = lookPath(first, question.path);
  if (found === null)
    return {
      found: false,
      what: `CC=${first} (${first} is not ${first.startsWith('/') ? 'an executable file' : 'on PATH'})`,
      install: withoutIt(first, question),
    };
  const plain = words.length === 1;
  const serves = runsNatively(question)
    ? !plain || usable(found, question)
    : !plain || !isHostOnly(found, target, question);
  return serves ? { found: true, words, path: found, setCC: false, how: 'CC' } : null;
}

/** What helps against a CC that is not there: to let go of it, where something else would do. */
function withoutIt(first: string, question: CompilerQuestion): string {
  const { cc, path, root = '' } = question;
  if (basename(first) === 'musl-gcc') return installCommand({ kind: 'musl compiler' }, { root, path });
  const other = findCompiler({ ...question, cc: { value: 'gcc', origin: 'default' } });
  if (!other.found) return other.install;
  return cc.origin === 'go env -w' ? 'go env -u CC' : `unset CC (${other.words.join(' ')} is there)`;
}

/** `gcc` → `x86_64-linux-gnu-gcc-12`: a plain name whose real file carries the host's triple cannot make code for another. */
function isHostOnly(path: string, target: Target, { hostArch, goarch }: CompilerQuestion): boolean {
  if (goarch === '386' && hostArch === 'amd64') return false;
  if (!/^(gcc|cc|c99|musl-gcc)(-\d+)?$/.test(basename(path))) return false;
  const real = basename(realpath(path));
  const cpu = targetOf(hostArch)?.triples[0]?.split('-')[0];
  return cpu !== undefined && !target.triples.some(triple => real.startsWith(triple)) && real.startsWith(`${cpu}-`);
}

function native(words: readonly string[], question: CompilerQuestion): Compiler | null {
  if (!runsNatively(question)) return null;
  const { path, root = '' } = question;
  const [first = 'gcc'] = words;
  const found = lookPath(first, path);
  if (found !== null && usable(found, question))
    return { found: true, words: words.length === 0 ? [first] : words, path: found, setCC: false, how: 'default' };
  for (const name of ['gcc', 'clang', 'cc']) {
    const other = name === first ? null : lookPath(name, path);
    if (other !== null && hasHeaders(other, null, root) && usable(other, question))
      return { found: true, words: [name], path: other, setCC: true, how: 'other native compiler' };
  }
  return null;
}

function cross(target: Target, question: CompilerQuestion): Compiler | null {
  const { path, root = '' } = question;
  for (const triple of target.triples) {
    const name = `${triple}-gcc`;
    const found = lookPath(name, path);
    if (found !== null && (isHostTriple(triple, question) || hasHeaders(found, triple, root)))
      return { found: true, words: [name], path: found, setCC: true, how: 'cross compiler' };
  }
  const clang = lookPath('clang', path);
  if (clang === null) return null;
  for (const triple of target.triples) {
    if (!hasHeaders('/usr/bin/clang', triple, root)) continue;
    const words = ['clang', `--target=${triple}`];
    if (lookPath(`${triple}-ld`, path) === null) {
      if (lookPath('ld.lld', path) === null) continue;
      words.push('-fuse-ld=lld');
    }
    return { found: true, words, path: clang, setCC: true, how: 'clang with a sysroot' };
  }
  return null;
}

/** `-linux-gnu` links dynamically by default, `-linux-musl` statically (tried with zig 0.17): only the first is of use. */
function zig(target: Target, { path }: CompilerQuestion): Compiler | null {
  const found = lookPath('zig', path);
  if (found === null) return null;
  return { found: true, words: ['zig', 'cc', '-target', target.zig], path: found, setCC: true, how: 'zig' };
}

function runsNatively({ goarch, hostArch, root = '' }: CompilerQuestion): boolean {
  return goarch === hostArch || (goarch === '386' && hostArch === 'amd64' && has32BitLibraries(root));
}

function usable(compiler: string, { root = '' }: CompilerQuestion): boolean {
  return hasHeaders(compiler, null, root);
}

function isHostTriple(triple: string, { goarch, hostArch }: CompilerQuestion): boolean {
  return goarch === hostArch && (targetOf(hostArch)?.triples.includes(triple) ?? false);
}

function missing(question: CompilerQuestion): Missing {
  const { goarch, goarm, hostArch, path, root = '' } = question;
  if (goarch !== hostArch) return { kind: 'cross compiler', goarch, ...(goarm === undefined ? {} : { goarm }) };
  const gcc = lookPath('gcc', path);
  return { kind: gcc !== null && !hasHeaders(gcc, null, root) ? 'libc headers' : 'compiler' };
}

function missingWords(target: Target, question: CompilerQuestion): string {
  const { goarch } = question;
  const kind = missing(question).kind;
  if (kind === 'libc headers') return "the C library's headers (gcc is there, stdlib.h is not)";
  if (kind === 'compiler') return 'a C compiler (gcc)';
  return `a C compiler for linux/${goarch} (${target.triples[0]}-gcc, clang with a sysroot, or zig)`;
}

function refused(what: string): Compiler {
  return { found: false, what, install: '', refusedByGo: true };
}

function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
