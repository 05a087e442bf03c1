import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lookPath } from './look-path.ts';

/** What a compiler links against. */
export interface Answer {
  readonly libc: 'glibc' | 'musl' | 'unknown';
  /** glibc's version, `2.36`; null for musl, whose headers do not say. */
  readonly version: string | null;
  /** The dynamic linker it writes into programs, where it was said. */
  readonly loader: string | null;
  /** True when these words link statically without being asked again (`-static`, zig for a musl target). */
  readonly static: boolean;
  /** Why it is unknown; null otherwise. */
  readonly why: string | null;
}

/** Variables that change what a compiler reads or starts (gcc(1) ENVIRONMENT; musl-gcc's REALGCC; PATH for wrappers). */
const heeded = ['PATH', 'REALGCC', 'GCC_EXEC_PREFIX', 'COMPILER_PATH', 'CPATH', 'C_INCLUDE_PATH', 'LIBRARY_PATH'];

/** Reads a kept answer; anything odd about the file (foreign owner, rubbish) counts as no answer. */
export function recall(words: readonly string[], environment: NodeJS.ProcessEnv): Answer | null {
  const file = fileOf(words, environment);
  if (file === null) return null;
  try {
    if (statSync(file).uid !== process.getuid?.()) return null;
    const {
      libc,
      version,
      loader,
      static: isStatic,
    } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    if ((libc !== 'glibc' && libc !== 'musl') || typeof isStatic !== 'boolean') return null;
    return { libc, version: textOrNull(version), loader: textOrNull(loader), static: isStatic, why: null };
  } catch {
    return null;
  }
}

/** Keeps an answer, readable by its owner only; an unwritable cache is no error. */
export function remember(words: readonly string[], environment: NodeJS.ProcessEnv, answer: Answer): void {
  const file = fileOf(words, environment);
  if (file === null) return;
  try {
    makeDirectories(dirname(file));
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(answer), { mode: 0o600 });
    renameSync(draft, file);
  } catch {}
}

/** At most the cache's own three levels; mkdir's `recursive` never ends where a mkdir answers ENOENT below a directory (/proc). */
function makeDirectories(directory: string): void {
  for (const level of [dirname(dirname(directory)), dirname(directory), directory])
    if (!existsSync(level)) mkdirSync(level, { mode: 0o700 });
}

function fileOf(words: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  const home = environment['HOME'];
  const asked = environment['XDG_CACHE_HOME'];
  // The XDG specification calls a relative path invalid.
  const base = asked?.startsWith('/') ? asked : home?.startsWith('/') ? join(home, '.cache') : null;
  const programs = base === null ? null : identities(words, environment['PATH']);
  if (base === null || programs === null) return null;
  const key = JSON.stringify([1, words, programs, heeded.map(name => environment[name] ?? null)]);
  return join(base, 'goshim', 'compilers', `${createHash('sha256').update(key).digest('hex')}.json`);
}

/** Every word that is a program (`ccache gcc`: both), by what a replacement or an upgrade would change. */
function identities(words: readonly string[], path: string | undefined): readonly string[] | null {
  const found = words.map(word => (word.startsWith('-') ? null : lookPath(word, path))).filter(word => word !== null);
  if (found.length === 0) return null;
  try {
    return found.map(program => {
      const real = realpathSync(program);
      const { mtimeNs, size, ino } = statSync(real, { bigint: true });
      return `${program} ${real} ${mtimeNs} ${size} ${ino}`;
    });
  } catch {
    return null;
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
