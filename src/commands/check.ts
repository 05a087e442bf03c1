import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PathOptions } from '../image/check-path.ts';
import { checkInput, checkPath } from '../image/check-path.ts';
import { mask, pathText } from '../report/mask.ts';
import type { FileReport } from '../rules/finding.ts';
import { UsageError } from '../usage-error.ts';
import type { Io } from './command.ts';
import { judgingFor } from './judging.ts';
import { type Options, readOptions } from './options.ts';
import { publish, readPublishing } from './publish.ts';
import { rawWords } from './raw-words.ts';

/** `goshim check PATH…`: will the agent take what a Dockerfile, a manifest or an image archive brings? */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = readOptions(argv, 'check');
  const publishing = readPublishing(options, io);
  const words = options.words;
  if (words.length === 0)
    throw new UsageError('check: which Dockerfile, manifest or image archive? goshim check PATH…');
  if (options.has('write') && !options.has('fix')) throw new UsageError('check: --write goes with --fix');
  if (options.has('fix') && words.includes('-'))
    throw new UsageError('check: --fix wants a file, not - (standard input)');
  if (words.filter(word => word === '-').length > 1) throw new UsageError('check: - (standard input) can be read once');
  const { around, settings, basis } = judgingFor(options, io);
  const asked = { ...readBuildOptions(options, io), ...around, around };

  const reports: FileReport[] = [];
  const patches: string[] = [];
  for (const path of rawWords(words)) {
    const progress = io.stderr.isTTY === true ? (await import('./bytes-progress.ts')).bytesOn(io.stderr) : null;
    const one: PathOptions = progress === null ? asked : { ...asked, progress: progress.show };
    const found = path === '-' ? await checkInput(process.stdin, one) : await checkPath(path, one);
    progress?.end();
    reports.push(...found);
    if (options.has('fix')) {
      const { fixReports } = await import('../image/fix/fix.ts');
      patches.push(...(await fixReports(found, asked, { isWritten: options.has('write') }, io)));
    }
  }
  if (reports.length === 0)
    io.stderr.write(`goshim: check: no Dockerfile with Go and no manifest found in ${words.map(mask).join(', ')}\n`);
  const files =
    settings.accept.length === 0 ? reports : (await import('../accept.ts')).applyAccepted(reports, settings, io);
  const digests = await digestsOf(
    files,
    publishing.outputs.some(({ format }) => format === 'in-toto'),
  );
  // The patch is what stdout is for; the report about the file as it was stands beside it.
  for (const patch of patches) io.stdout.write(patch);
  const beside = options.has('fix') ? { ...io, stdout: io.stderr } : io;
  return publish({ kind: 'check', files, ...digests, basis }, publishing, beside);
}

function readBuildOptions(options: Options, io: Io): Omit<PathOptions, 'profile' | 'agentVersion' | 'around'> {
  const platform = options.get('platform') ?? null;
  if (platform !== null && !/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9.]+)?$/.test(platform))
    throw new UsageError(`check: --platform wants OS/ARCH as in linux/arm64, not "${platform}"`);
  const context = options.get('context');
  if (context !== undefined) wantDirectory(resolve(io.cwd, context), '--context');
  const contexts = pairs(options.all('build-context'), 'build-context', name => name.toLowerCase());
  for (const [name, place] of contexts)
    if (!/^[a-z-]+:\/\/|^git@/.test(place)) wantDirectory(resolve(io.cwd, place), `--build-context ${name}`);
  return {
    buildArgs: pairs(options.all('build-arg'), 'build-arg', name => name),
    contexts,
    platform,
    target: options.get('target') ?? null,
    context: context === undefined ? null : resolve(io.cwd, context),
    all: options.has('all'),
    cwd: io.cwd,
  };
}

function wantDirectory(path: string, option: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`check: ${option}: ${path} is no directory`);
}

/** A build argument without `=` takes its value from the environment, which is not ours to read: it stays unknown. */
function pairs(words: readonly string[], option: string, key: (name: string) => string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals === 0 || (equals < 0 && option !== 'build-arg'))
      throw new UsageError(`check: --${option} wants NAME=VALUE, not "${word}"`);
    if (equals > 0) found.set(key(word.slice(0, equals)), word.slice(equals + 1));
  }
  return found;
}

async function digestsOf(files: readonly FileReport[], isWanted: boolean): Promise<{ digests?: (string | null)[] }> {
  if (!isWanted) return {};
  const { sha256Of } = await import('../report/digest.ts');
  return { digests: files.map(({ path }) => (pathText(path) === '-' ? null : sha256Of(path))) };
}
