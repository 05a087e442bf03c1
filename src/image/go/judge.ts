import type { Build } from '../../golang/build.ts';
import type { Profile } from '../../profiles.ts';
import type { Finding } from '../../rules/finding.ts';
import { inForce } from '../../rules/judge.ts';
import { rewriteAll } from '../../rules/plan.ts';
import type { BuildSurroundings } from '../../rules/rule.ts';
import { askedLink } from '../../rules/shared/asked-link.ts';
import { asksForStatic } from '../../rules/shared/asked-static.ts';
import { cgoIsOn } from '../../rules/shared/cgo.ts';
import { judgeLine } from '../../rules/shared/judge-line.ts';
import { hiddenWords } from '../../rules/shared/named-loader.ts';
import type { ProgramNeeds } from '../../rules/shared/place.ts';
import type { Presence } from '../packages.ts';
import type { Word } from '../shell/words.ts';
import { holesOf } from '../text.ts';
import type { GoLine } from './go-line.ts';
import { nativeArchitecture, openLine, type Scenario } from './open-line.ts';
import { type Mood, moods } from './scenario.ts';
import { libcOf, surroundingsOf } from './surroundings.ts';

/** What is said of a line, and of the program that comes out of it. */
export interface LineVerdict {
  /** At most one a rule; rules without one pass or do not apply. */
  readonly findings: readonly Finding[];
  readonly program: ProgramNeeds;
  /** Not for Linux, or for an architecture the agent does not have: nothing is asked of it. */
  readonly isOutside: boolean;
  /** What it is built for; null where that is not known. */
  readonly goarch: string | null;
}

/** Judges a go line under every way its holes may turn out; where they disagree the verdict is unknown. */
export function judgeGoLine(line: GoLine, profile: Profile, agentVersion: string | null): LineVerdict {
  const { opaque, pattern, ...verdict } = judgeAsRead(line, profile, agentVersion);
  if (pattern !== null)
    return { ...verdict, findings: [...verdict.findings, ...onlyBy(pattern, verdict.findings, profile)] };
  if (opaque === null) return verdict;
  return {
    ...verdict,
    findings: [...verdict.findings, ...hiddenBehind(opaque, line, verdict.findings, profile, agentVersion)],
  };
}

function judgeAsRead(
  line: GoLine,
  profile: Profile,
  agentVersion: string | null,
): LineVerdict & { readonly opaque: string | null; readonly pattern: string | null } {
  const builds: Opened[] = [];
  let refused = '';
  for (const scenario of scenariosOf(line)) {
    const build = openLine(line, scenario);
    if ('untouched' in build) refused ||= build.untouched;
    else
      builds.push({ mood: scenario.mood, build, around: surroundingsOf(line, build, scenario, profile, agentVersion) });
  }
  if (builds.length === 0)
    return {
      findings: [ended(refused)],
      program: unseenProgram(''),
      isOutside: false,
      goarch: null,
      opaque: null,
      pattern: null,
    };
  const isShimmed = line.shim !== null;
  const verdicts = builds.map(({ mood, build, around }) => ({
    isExotic: exotic.has(mood),
    findings: judgeLine(build, around, isShimmed),
  }));
  const said = (isExotic: boolean): (readonly Finding[])[] =>
    verdicts.filter(each => each.isExotic === isExotic).map(({ findings }) => findings);
  const why = blame(line);
  const sure = mergeVerdicts(said(false), why);
  // What only an unusual filling of a hole would break.
  const doubts = mergeVerdicts([[], ...said(true)], why).filter(({ rule }) => !sure.some(each => each.rule === rule));
  const program = mergePrograms(builds.map(({ build, around }) => programOf(line, build, around, isShimmed)));
  return {
    findings: [...sure, ...doubts].map(finding => withCgoModule(finding, line)),
    opaque: line.opaque ?? toolexecOf(builds),
    pattern: isShimmed ? null : patternOf(builds),
    program,
    goarch: builds.every(({ build }) => build.goarch === builds[0]?.build.goarch)
      ? (builds[0]?.build.goarch ?? null)
      : null,
    isOutside: builds.every(({ build }) => build.goos !== 'linux'),
  };
}

/** go turns to the system's linker by itself where a package outside the standard library uses cgo (cmd/link, mustLinkExternal). */
function withCgoModule(finding: Finding, { cgoModule }: GoLine): Finding {
  if (finding.rule !== 'musl-internal-link' || finding.verdict !== 'fail' || cgoModule === null) return finding;
  const message = `unless the program imports ${cgoModule}, which makes go link externally: ${finding.message}`;
  return { ...finding, verdict: 'unknown', message };
}

/** The pattern of packages behind which alone -linkmode=external stands, unless it is one that surely holds for the main package. */
function patternOf(builds: readonly Opened[]): string | null {
  for (const { build } of builds) {
    const acting = build.linkFlags.at(-1);
    if (acting?.get('linkmode') !== 'external') continue;
    const isSure = /^(all|\.\/.*|\.|\.\.\.|)$/.test(acting.pattern) || build.packages.includes(acting.pattern);
    if (!isSure) return acting.pattern;
  }
  return null;
}

function onlyBy(pattern: string, found: readonly Finding[], profile: Profile): Finding[] {
  const message = `whether the pattern ${pattern} of -ldflags names the main package is not known; else nothing asks for the system's linker`;
  return inForce(profile).flatMap(({ rule }) =>
    rule.id === 'dynamic-linking' && !found.some(each => each.rule === rule.id)
      ? [{ rule: rule.id, verdict: 'unknown' as const, message, evidence: `-ldflags=${pattern}=…`, fix: rule.fix }]
      : [],
  );
}

/** `-toolexec=program` runs the compiler and the linker, or whatever it wants instead; `-extld=program` links; the linker reads more in files. */
function toolexecOf(builds: readonly Opened[]): string | null {
  const value = builds.map(({ build }) => build.flag('toolexec')?.value ?? '').find(each => each !== '');
  if (value !== undefined) return `-toolexec=${value}`;
  const linker = builds.map(
    ({ build }) => /(?:^|[\s'"=])--?extld[=\s]['"]?([^\s'"]+)/.exec(build.argv().join(' '))?.[1],
  );
  const other = linker.find(each => each !== undefined && !/^(gcc|g\+\+|clang|cc)$/.test(each));
  if (other !== undefined) return `-extld=${other}`;
  return builds.map(({ build }) => hiddenWords(build)).find(each => each !== null) ?? null;
}

/** What the line itself does not break, the program behind it may. */
function hiddenBehind(
  by: string,
  line: GoLine,
  found: readonly Finding[],
  profile: Profile,
  agentVersion: string | null,
): Finding[] {
  const why = `${by} takes part in the build, and cannot be looked into`;
  const at = line.at;
  const any: Word = { text: [{ source: why, quoted: false }], at, range: null, raw: '', source: null };
  const [command, ...rest] = line.words;
  const words = command === undefined ? [any] : [command, any, ...rest];
  const open = judgeAsRead({ ...line, words }, profile, agentVersion).findings;
  return open
    .filter(({ rule }) => !found.some(each => each.rule === rule))
    .map(finding => ({ ...finding, verdict: 'unknown' as const, message: why, evidence: by }));
}

/** Of several possible builds of one file: what all say, and else unknown. */
export function mergeVerdicts(verdicts: readonly (readonly Finding[])[], why: string): Finding[] {
  const rules = new Set(verdicts.flatMap(findings => findings.map(({ rule }) => rule)));
  return [...rules].flatMap(rule => {
    const found = verdicts.map(findings => findings.find(each => each.rule === rule));
    const worst = found.find(each => each?.verdict === 'fail') ?? found.find(each => each !== undefined);
    if (worst === undefined) return [];
    if (found.every(each => each?.verdict === worst.verdict)) return [worst];
    const message = worst.verdict === 'unknown' ? worst.message : `${why}: ${worst.message}`;
    return [{ ...worst, verdict: 'unknown' as const, message }];
  });
}

/** Moods that hide other findings: they can raise doubts, and take none away. */
const exotic: ReadonlySet<Mood> = new Set(['static', 'plugin', 'gccgo']);

interface Opened {
  readonly mood: Mood;
  readonly build: Build;
  readonly around: BuildSurroundings;
}

function scenariosOf(line: GoLine): Scenario[] {
  const either = (presence: Presence): boolean[] => (presence === 'unknown' ? [true, false] : [presence === 'present']);
  const asked: readonly Mood[] = hasHoles(line) ? moods : ['plain'];
  return asked.flatMap(mood =>
    either(line.compiler).flatMap(hasCompiler =>
      (hasCompiler ? either(line.headers) : [false]).map(hasHeaders => ({ mood, hasCompiler, hasHeaders })),
    ),
  );
}

const askedVariables = /^(CGO_|GO|CC$|CXX$)/;

function hasHoles(line: GoLine): boolean {
  if (line.isXx || line.words.some(({ text }) => holesOf(text).length > 0)) return true;
  return [...line.environment, ...line.goEnv, ...line.rootEnv].some(
    ([name, { text }]) => askedVariables.test(name) && holesOf(text).length > 0,
  );
}

/** Words for what is not known. */
function blame(line: GoLine): string {
  const sources = [
    ...line.words.flatMap(({ text }) => holesOf(text)),
    ...[...line.environment, ...line.goEnv, ...line.rootEnv].flatMap(([name, { text }]) =>
      askedVariables.test(name) && name !== 'GOOS' ? holesOf(text) : [],
    ),
  ].map(({ source }) => source);
  const named = [...new Set(sources)].slice(0, 3).join(', ');
  if (named !== '') return `depends on ${named}`;
  return line.compiler === 'unknown'
    ? 'whether the stage has a C compiler is not known'
    : 'depends on what is not known here';
}

function ended(why: string): Finding {
  return {
    rule: 'dynamic-linking',
    verdict: 'unknown',
    message: `go does not build this line: ${why}`,
    evidence: why,
    fix: 'mend the line',
  };
}

/** The program of a line nobody can see. */
export function unseenProgram(why: string): ProgramNeeds {
  return { libc: 'unknown', perhapsStatic: true, interpreter: null, glibc: null, glibcAtMost: null, why };
}

function programOf(line: GoLine, asked: Build, around: BuildSurroundings, isShimmed: boolean): ProgramNeeds {
  const build = isShimmed ? rewriteAll(asked, around).planned : asked;
  const compiler = around.compiler();
  if (!cgoIsOn(build) || asksForStatic(build) || (!compiler.found && compiler.headers === undefined))
    return { ...unseenProgram(''), libc: 'none' };
  const libc = libcOf(line, build);
  if (libc === 'unknown') return unseenProgram(`which libc ${line.base.name} builds against is not known`);
  const { libcReplacedBy } = line;
  const { name } = line.base;
  const { glibc, glibcAtMost, why } =
    libcReplacedBy === null
      ? line.base
      : { glibc: null, glibcAtMost: null, why: `${libcReplacedBy} takes it from elsewhere` };
  return {
    libc,
    perhapsStatic: askedLink(build) === 'as Go decides',
    interpreter: loaders[libc][nativeOr(build, line)] ?? null,
    glibc: libc === 'glibc' && glibc !== null ? { minor: glibc, is: 'built-with' } : null,
    glibcAtMost: libc === 'glibc' ? glibcAtMost : null,
    ...(line.base.isKnown && libcReplacedBy === null ? { linkedIn: name } : {}),
    why: glibc === null ? `${name}: ${why || 'its glibc is not known'}` : '',
  };
}

function nativeOr(build: Build, line: GoLine): string {
  return build.goarch || nativeArchitecture(line);
}

/** What the most demanding of them needs; a static program among dynamic ones makes it a perhaps. */
export function mergePrograms(programs: readonly ProgramNeeds[]): ProgramNeeds {
  const asks = ({ glibc }: ProgramNeeds): number => glibc?.minor ?? Number.POSITIVE_INFINITY;
  const [dynamic] = programs.filter(({ libc }) => libc !== 'none').sort((a, b) => asks(b) - asks(a));
  const [first] = programs;
  if (dynamic === undefined || first === undefined) return first ?? unseenProgram('');
  const perhapsStatic = programs.some(program => program.libc === 'none' || program.perhapsStatic);
  const other = programs.find(({ libc }) => libc !== 'none' && libc !== dynamic.libc);
  return other === undefined ? { ...dynamic, perhapsStatic } : unseenProgram('built against one libc or another');
}

/** Loaders that the compilers put in (S13; an image's check reads PT_INTERP instead). */
const loaders: Readonly<Record<'glibc' | 'musl', Readonly<Record<string, string>>>> = {
  glibc: { amd64: '/lib64/ld-linux-x86-64.so.2', arm64: '/lib/ld-linux-aarch64.so.1' },
  musl: { amd64: '/lib/ld-musl-x86_64.so.1', arm64: '/lib/ld-musl-aarch64.so.1' },
};
