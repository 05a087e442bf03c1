import { realpathSync, statSync } from 'node:fs';
import { lookPath } from './look-path.ts';
import * as cache from './private-cache.ts';

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

/** A kept answer; null where there is none that is still about these programs. */
export function recall(words: readonly string[], environment: NodeJS.ProcessEnv): Answer | null {
  const key = keyOf(words, environment);
  const kept = key === null ? null : cache.recall(entryOf(words, key, environment));
  if (typeof kept !== 'object' || kept === null) return null;
  const { libc, version, loader, static: isStatic } = kept as Record<string, unknown>;
  if ((libc !== 'glibc' && libc !== 'musl') || typeof isStatic !== 'boolean') return null;
  return { libc, version: textOrNull(version), loader: textOrNull(loader), static: isStatic, why: null };
}

export function remember(words: readonly string[], environment: NodeJS.ProcessEnv, answer: Answer): void {
  const key = keyOf(words, environment);
  if (key !== null) cache.remember(entryOf(words, key, environment), answer);
}

function entryOf(words: readonly string[], key: string, environment: NodeJS.ProcessEnv): cache.Entry {
  return { kind: 'compilers', about: words.join(' '), key, environment };
}

function keyOf(words: readonly string[], environment: NodeJS.ProcessEnv): string | null {
  const programs = identities(words, environment['PATH']);
  return programs === null ? null : JSON.stringify([2, words, programs, heeded.map(name => environment[name] ?? null)]);
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
