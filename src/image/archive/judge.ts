import type { FileReport, Finding } from '../../rules/finding.ts';
import { findingOf, inForce, judge, verdictOf } from '../../rules/judge.ts';
import type { Place, ProgramNeeds } from '../../rules/shared/place.ts';
import type { ArchiveImage, ArchiveInput, FileContent, FileSystem, JudgeOptions } from './archive.ts';
import { openArchive } from './open.ts';
import { ArchiveProblem } from './problem.ts';
import { startedBy } from './started.ts';

/**
 * Judges the binaries that every image of an archive starts (with `all` every Go binary), and the libc that they meet there.
 * `path` is what the report carries; `input` is given where the bytes come from elsewhere (`-`). A bad archive is a report whose
 * verdict is unknown, never an error.
 */
export async function judgeArchive(
  path: string | Buffer,
  options: JudgeOptions,
  input: ArchiveInput = path,
): Promise<FileReport> {
  const findings: Finding[] = [];
  const notGo: { readonly where: string; readonly why: string }[] = [];
  let judged = 0;
  try {
    const { platform, progress } = options;
    const archive = await openArchive(input, {
      platform,
      judge: facts => judge(facts, options.around),
      ...(progress === undefined ? {} : { progress }),
    });
    for (const image of archive.images()) {
      const { binaries, said, why } = judgeImage(image, options);
      for (const each of said) findings.push(each);
      judged += binaries;
      if (binaries === 0 && said.length === 0) notGo.push({ where: `${image.platform}!/`, why });
    }
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    return { path, verdict: 'unknown', findings: [], reason };
  }
  if (judged === 0 && findings.length === 0)
    return { path, verdict: 'not-go', findings: [], reason: notGo.map(({ why }) => why).join('; ') };
  for (const { where, why } of notGo) findings.push({ ...unknownAt(where, why), rule: 'go-binary' });
  return { path, verdict: verdictOf(findings, { strict: false }), findings, reason: '' };
}

/** Files that could not be read are not named without end. */
const mostUnread = 20;

/** null: a bug of ours. */
function reasonOf(error: unknown): string | null {
  if (error instanceof ArchiveProblem) return error.message;
  const isSystem = error instanceof Error && 'syscall' in error && 'code' in error;
  return isSystem ? `cannot be read (${error.code})` : null;
}

interface Judged {
  /** How many Go binaries were judged. */
  readonly binaries: number;
  readonly said: readonly Finding[];
  /** Why there were none. */
  readonly why: string;
}

function judgeImage({ platform, name, config, files }: ArchiveImage, options: JudgeOptions): Judged {
  const named = name === '' ? platform : `${name} (${platform})`;
  if ('problem' in files)
    return { binaries: 0, said: [unknownAt(`${platform}!/`, `${named}: ${files.problem}`)], why: '' };
  if (config === null) return judgeBinaries(binariesIn(files), platform, files, options, 'no Go binary in it');
  if (config.entrypoint.length + config.cmd.length === 0) {
    const all = judgeBinaries(binariesIn(files), platform, files, options, '');
    // With --all nobody asks what it starts.
    if (options.all && all.binaries > 0) return all;
    const message = `${named} names no program to start: Entrypoint and Cmd are empty`;
    return { ...all, said: [...all.said, unknownAt(`${platform}!/`, message)] };
  }
  const started = startedBy(config, files);
  const missing = started.missing.map(why => unknownAt(`${platform}!/`, `${named} starts what is not there: ${why}`));
  const isAll = options.all || started.unclear !== '';
  const binaries = new Map([...started.programs, ...(isAll ? binariesIn(files) : [])]);
  const others = started.others.length > 0 ? `${started.others.join(', ')}, no Go binary` : 'no Go binary';
  const why =
    started.unclear === '' ? `${named} starts ${others}` : `${named}: ${started.unclear}, and no Go binary is there`;
  const judged = judgeBinaries(binaries, platform, files, options, why);
  return { ...judged, said: [...judged.said, ...missing] };
}

function judgeBinaries(
  binaries: ReadonlyMap<string, FileContent>,
  platform: string,
  files: FileSystem,
  { around }: JudgeOptions,
  why: string,
): Judged {
  const unread = [...binaries].flatMap(([path, content]) =>
    content.kind === 'unread' ? [unknownAt(`${platform}!${path}`, `${path}: ${content.why}`)] : [],
  );
  const more = unread.length - mostUnread;
  const said = [...binaries].flatMap(([path, content]) => {
    if (content.kind !== 'go') return [];
    const place = files.place(content.needs, 'the image');
    const findings = [...content.findings, ...judgePlace(content.needs, place, around.profile)];
    const binary = `${platform}!${path}`;
    const judged = findings.map(finding => ({ ...finding, binary }));
    if (runsOn(content.goarch, platform)) return judged;
    return [...judged, unknownAt(binary, `${path} is a program for ${content.goarch}, in an image for ${platform}`)];
  });
  const all = [...said, ...unread.slice(0, mostUnread)];
  if (more > 0) all.push(unknownAt(`${platform}!/`, `${more} more files were not looked at`));
  return { binaries: binaries.size, said: all, why };
}

/** Whether an image of this platform starts such a program by itself; of an image that names none nobody knows. */
function runsOn(goarch: string, platform: string): boolean {
  const [, architecture = 'unknown'] = platform.split('/');
  return architecture === 'unknown' || goarch === (spellings[architecture] ?? architecture);
}

/** containerd's platforms.Normalize takes the kernel's names as well. */
const spellings: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  i386: '386',
  armhf: 'arm',
  armel: 'arm',
};

function judgePlace(needs: ProgramNeeds, place: Place, profile: JudgeOptions['around']['profile']): Finding[] {
  return inForce(profile).flatMap(({ rule, policy }) => {
    const outcome = rule.place?.(needs, place, profile) ?? null;
    return outcome === null ? [] : [findingOf(rule, policy, outcome)];
  });
}

function binariesIn(files: FileSystem): Map<string, FileContent> {
  return new Map([...files.goBinaries()].map(({ path, content }) => [path, content] as const));
}

function unknownAt(binary: string, message: string): Finding {
  return { rule: 'readable', verdict: 'unknown', message, evidence: '', fix: '', binary };
}
