import spawn from 'cross-spawn';
import type { Build } from './golang/build.ts';
import { type ListedPackage, listQuestion, readListed } from './golang/packages.ts';

/** Which packages a line names, as go itself lists them; null where go cannot be asked. Compiles nothing. */
export function mainsListed(
  build: Build,
  {
    real,
    environment,
    directory,
  }: { readonly real: string; readonly environment: NodeJS.ProcessEnv; readonly directory: string },
): readonly ListedPackage[] | null {
  const question = listQuestion(build);
  if (question === null) return null;
  const { status, stdout } = spawn.sync(real, [...question], {
    cwd: directory,
    // go trusts PWD only where it names the directory it is in.
    env: { ...environment, PWD: directory },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? readListed(stdout) : null;
}
