// The probe as the matrix asks for it.
import which from 'which';
import { interpreterOf, isForProbe, runProbe as run } from '../support/probe.ts';

/** null where this machine cannot run the program, or cannot build the library for its libc. */
export function runProbe(binary: string): { readonly works: boolean; readonly why: string } | null {
  const compiler = interpreterOf(binary)?.includes('ld-musl') === true ? 'musl-gcc' : 'gcc';
  if (!isForProbe(binary) || which.sync(compiler, { nothrow: true }) === null) return null;
  const { carried, symptom } = run(binary);
  return { works: carried, why: symptom };
}
