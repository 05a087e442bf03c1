import { statSync } from 'node:fs';
import { judgeFile } from '../judge-file.ts';
import { mask } from '../report/mask.ts';
import type { FileReport } from '../rules/finding.ts';
import { UsageError } from '../usage-error.ts';
import type { Io } from './command.ts';
import { judgingFor } from './judging.ts';
import { readOptions } from './options.ts';
import { publish, readPublishing } from './publish.ts';
import { rawWords } from './raw-words.ts';
import type { WalkFilter } from './walk.ts';

type Path = string | Buffer;

interface Judged {
  readonly file: FileReport;
  /** SHA-256; null where it was not asked for, or cannot be told. */
  readonly digest: string | null;
}

/** `goshim verify PATH…`: will the agent take these Go binaries? */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = readOptions(argv, 'verify');
  const publishing = readPublishing(options, io);
  const paths = rawWords(options.words);
  if (paths.length === 0) throw new UsageError('verify: which files or directories? goshim verify PATH…');
  const { around, settings, basis } = judgingFor(options, io);
  const digester = publishing.outputs.some(({ format }) => format === 'in-toto')
    ? await import('../report/digest.ts')
    : null;
  const judge = (path: Path): Judged =>
    digester === null
      ? { file: judgeFile(path, around), digest: null }
      : digester.withDigest(path, () => judgeFile(path, around));

  const found: Judged[] = [];
  let skipped: number | undefined;
  for (const path of paths) {
    if (!isDirectory(path)) {
      found.push(judge(path));
      continue;
    }
    const tree = await judgeTree(path, { include: options.all('include'), exclude: options.all('exclude') }, judge, io);
    found.push(...tree.found);
    skipped = (skipped ?? 0) + tree.skipped;
  }

  if (found.length === 0) io.stderr.write(`${nothingFound(options.words, skipped ?? 0)}\n`);
  const reports = found.map(({ file }) => file);
  const files =
    settings.accept.length === 0 ? reports : (await import('../accept.ts')).applyAccepted(reports, settings, io);
  const digests = digester === null ? {} : { digests: found.map(({ digest }) => digest) };
  const counted = skipped === undefined ? {} : { skipped };
  return publish({ kind: 'verify', files, ...digests, ...counted, basis }, publishing, io);
}

/** Go binaries below a directory; what is none is only counted. */
async function judgeTree(directory: Path, filter: WalkFilter, judge: (path: Path) => Judged, { stderr }: Io) {
  const { walk } = await import('./walk.ts');
  const progress = stderr.isTTY === true ? (await import('./progress.ts')).progressOn(stderr) : null;
  const found: Judged[] = [];
  let skipped = 0;
  for (const met of walk(directory, filter)) {
    progress?.tick();
    if (met.kind === 'unreadable') {
      const reason = `${met.code}: the directory cannot be listed`;
      found.push({ file: { path: met.path, verdict: 'unknown', findings: [], reason }, digest: null });
      continue;
    }
    const judged = judge(met.path);
    if (judged.file.verdict === 'not-go') skipped++;
    else found.push(judged);
  }
  progress?.end();
  return { found, skipped };
}

function nothingFound(words: readonly string[], skipped: number): string {
  const others = skipped === 0 ? '' : ` (${skipped} other ${skipped === 1 ? 'file' : 'files'})`;
  return `goshim: verify: no Go binary found in ${words.map(mask).join(', ')}${others}`;
}

function isDirectory(path: Path): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
