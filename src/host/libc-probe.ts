import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openBinary } from '../binary/open.ts';
import { ask } from './ask.ts';
import type { Answer } from './libc-cache.ts';
import { lookPath } from './look-path.ts';

/**
 * Asks a compiler for its libc, the cheapest question that cannot lie first: preprocess <features.h>, then the link line of
 * `-###`, then a real link. `words` begins with the program's absolute path.
 */
export async function probe(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  timeLimit: number,
): Promise<Answer> {
  const until = performance.now() + timeLimit;
  const compiler = withoutLauncher(words, environment['PATH']);
  const isZig = basename(compiler[0] ?? '') === 'zig';
  const told = isZig ? zigTarget(compiler) : null;
  if (told !== null) return told;
  const run = (args: readonly string[], input: string) =>
    ask(compiler[0] ?? '', [...compiler.slice(1), ...args], {
      // A compiler's answer is read by us, so it must be in English; ccache must neither answer nor count.
      env: { ...environment, LC_ALL: 'C', CCACHE_DISABLE: '1' },
      timeLimit: Math.max(1, Math.round(until - performance.now())),
      input,
    });
  const isStatic = compiler.some(word => /^--?static(-pie)?$/.test(word));
  const headers = await run(
    ['-E', '-P', '-x', 'c', '-'],
    '#include <features.h>\nGOSHIM_LIBC __GLIBC__ __GLIBC_MINOR__\n',
  );
  const [, major, minor] = /^GOSHIM_LIBC (\S+) (\S+)$/m.exec(headers.stdout) ?? [];
  const fromHeaders = headers.failed === null && major !== undefined ? libcOf(major, minor) : null;
  if (isZig && fromHeaders !== null) return { ...fromHeaders, loader: null, static: isStatic, why: null };
  const line = await run(['-###', '-x', 'c', '-', '-o', '/dev/null'], '');
  const loader = /-dynamic-linker=?"?,? ?"?(\/[^\s"]+)/.exec(line.stderr)?.[1] ?? null;
  const found = fromHeaders ?? fromLoader(loader);
  if (found !== null) return { ...found, loader, static: isStatic, why: null };
  const linked = headers.failed === null || line.failed === null ? await link(run) : null;
  if (linked !== null) return { ...linked, static: isStatic, why: null };
  return { libc: 'unknown', version: null, loader: null, static: isStatic, why: whyNot(compiler, headers, line) };
}

/** ccache and its like keep statistics and servers: the compiler behind them is asked. */
function withoutLauncher(words: readonly string[], path: string | undefined): readonly string[] {
  const [first = '', second, ...rest] = words;
  if (second === undefined || !/^(ccache|sccache|distcc|icecc|env)$/.test(basename(first))) return words;
  const program = lookPath(second, path);
  return program === null ? words : [program, ...rest];
}

/**
 * `zig cc -target CPU-linux-ABI[.VERSION]` says it all, and asking would fill zig's cache. A musl target is linked statically
 * unless `-dynamic` is said (tried with zig 0.17.1).
 */
function zigTarget(words: readonly string[]): Answer | null {
  const at = words.findIndex(word => word === '-target' || word === '--target');
  const triple = at >= 0 ? words[at + 1] : words.find(word => word.startsWith('--target='))?.slice('--target='.length);
  const [, abi, version] = /^[\w.]+-linux(?:\.[\d.]+)*-(gnu|musl)\w*?(?:\.([\d.]+))?$/.exec(triple ?? '') ?? [];
  if (abi === undefined) return null;
  const isStatic = (abi === 'musl' && !words.includes('-dynamic')) || words.includes('-static');
  if (abi === 'musl') return { libc: 'musl', version: null, loader: null, static: isStatic, why: null };
  return { libc: 'glibc', version: version ?? null, loader: null, static: isStatic, why: null };
}

function libcOf(major: string, minor: string | undefined): Pick<Answer, 'libc' | 'version'> | null {
  if (/^\d+$/.test(major)) return { libc: 'glibc', version: `${major}.${minor ?? '0'}` };
  // The macro stays as its own name where features.h does not define it: musl, on everything Go's linux port meets.
  return major === '__GLIBC__' ? { libc: 'musl', version: null } : null;
}

function fromLoader(loader: string | null): Pick<Answer, 'libc' | 'version'> | null {
  if (loader === null) return null;
  if (/\/ld-musl-/.test(loader)) return { libc: 'musl', version: null };
  return /\/ld(-linux[\w-]*|64)?\.so\.\d/.test(loader) ? { libc: 'glibc', version: null } : null;
}

async function link(
  run: (args: readonly string[], input: string) => Promise<{ readonly failed: string | null }>,
): Promise<Pick<Answer, 'libc' | 'version' | 'loader'> | null> {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-libc-'));
  try {
    const output = join(directory, 'probe');
    const { failed } = await run(['-x', 'c', '-', '-o', output], 'int main(void) { return 0; }\n');
    const opened = failed === null ? openBinary(output) : null;
    if (opened?.kind !== 'elf') return null;
    const interpreter = opened.facts.interpreter();
    opened.close();
    const loader = interpreter.ok ? interpreter.value : null;
    const found = fromLoader(loader);
    return found === null ? null : { ...found, loader };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function whyNot(
  [program = '']: readonly string[],
  headers: { readonly failed: string | null; readonly stderr: string },
  line: { readonly failed: string | null },
): string {
  if (headers.stderr.includes('features.h'))
    return `${program} finds no <features.h>: the C library's headers are missing`;
  return headers.failed ?? line.failed ?? `${program} gave no answer that a C compiler would give`;
}
