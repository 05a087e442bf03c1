import { basename } from 'node:path';
import type { Answer } from './libc-cache.ts';
import { lookPath } from './look-path.ts';

/** The cheapest question that cannot lie: preprocess this. musl's features.h does not define the macro. */
export const headersQuestion = {
  args: ['-E', '-P', '-x', 'c', '-'],
  input: '#include <features.h>\nGOSHIM_LIBC __GLIBC__ __GLIBC_MINOR__\n',
} as const;

/** A compiler's words are read by us, so they must be in English; ccache must neither answer nor count. */
export function probeEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, LC_ALL: 'C', CCACHE_DISABLE: '1' };
}

/** What the preprocessor made of it; null when that is no answer. */
export function readHeaders(stdout: string): Pick<Answer, 'libc' | 'version'> | null {
  const [, major = '', minor] = /^GOSHIM_LIBC (\S+) (\S+)$/m.exec(stdout) ?? [];
  if (/^\d+$/.test(major)) return { libc: 'glibc', version: `${major}.${minor ?? '0'}` };
  // The macro stays as its own name where features.h does not define it: musl, on everything Go's linux port meets.
  return major === '__GLIBC__' ? { libc: 'musl', version: null } : null;
}

/** ccache and its like keep statistics and servers: the compiler behind them is asked. `words` begins with an absolute path. */
export function withoutLauncher(words: readonly string[], path: string | undefined): readonly string[] {
  const [first = '', second, ...rest] = words;
  if (second === undefined || !/^(ccache|sccache|distcc|icecc|env)$/.test(basename(first))) return words;
  const program = lookPath(second, path);
  return program === null ? words : [program, ...rest];
}

export function isZig(words: readonly string[]): boolean {
  return basename(words[0] ?? '') === 'zig';
}

/** `-static` and its like among the words. */
export function saysStatic(words: readonly string[]): boolean {
  return words.some(word => /^--?static(-pie)?$/.test(word));
}

/**
 * `zig cc -target CPU-linux-ABI[.VERSION]` says it all, and asking would fill zig's cache. A musl target is linked statically
 * unless `-dynamic` is said (tried with zig 0.17.1). null: the words alone do not tell.
 */
export function toldByWords(words: readonly string[]): Answer | null {
  if (!isZig(words)) return null;
  const at = words.findIndex(word => word === '-target' || word === '--target');
  const triple = at >= 0 ? words[at + 1] : words.find(word => word.startsWith('--target='))?.slice('--target='.length);
  const [, abi, version] = /^[\w.]+-linux(?:\.[\d.]+)*-(gnu|musl)\w*?(?:\.([\d.]+))?$/.exec(triple ?? '') ?? [];
  if (abi === undefined) return null;
  const isStatic = (abi === 'musl' && !words.includes('-dynamic')) || words.includes('-static');
  if (abi === 'musl') return { libc: 'musl', version: null, loader: null, static: isStatic, why: null };
  return { libc: 'glibc', version: version ?? null, loader: null, static: isStatic, why: null };
}
