import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBinary } from '../binary/open.ts';
import { ask } from './ask.ts';
import type { Answer } from './libc-cache.ts';
import {
  headersQuestion,
  isZig,
  probeEnvironment,
  readHeaders,
  saysStatic,
  toldByWords,
  withoutLauncher,
} from './libc-words.ts';

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
  const told = toldByWords(compiler);
  if (told !== null) return told;
  const run = (args: readonly string[], input: string) =>
    ask(compiler[0] ?? '', [...compiler.slice(1), ...args], {
      env: probeEnvironment(environment),
      timeLimit: Math.max(1, Math.round(until - performance.now())),
      input,
    });
  const isStatic = saysStatic(compiler);
  const headers = await run(headersQuestion.args, headersQuestion.input);
  const fromHeaders = headers.failed === null ? readHeaders(headers.stdout) : null;
  if (isZig(compiler) && fromHeaders !== null) return { ...fromHeaders, loader: null, static: isStatic, why: null };
  const line = await run(['-###', '-x', 'c', '-', '-o', '/dev/null'], '');
  const loader = /-dynamic-linker=?"?,? ?"?(\/[^\s"]+)/.exec(line.stderr)?.[1] ?? null;
  const found = fromHeaders ?? fromLoader(loader);
  if (found !== null) return { ...found, loader, static: isStatic, why: null };
  const linked = headers.failed === null || line.failed === null ? await link(run) : null;
  if (linked !== null) return { ...linked, static: isStatic, why: null };
  return { libc: 'unknown', version: null, loader: null, static: isStatic, why: whyNot(compiler, headers, line) };
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
