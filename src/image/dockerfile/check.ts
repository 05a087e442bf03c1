import type { Profile } from '../../profiles.ts';
import type { Finding } from '../../rules/finding.ts';
import { findingOf, inForce } from '../../rules/judge.ts';
import type { ProgramNeeds } from '../../rules/shared/place.ts';
import type { Base, Manager } from '../bases.ts';
import type { Context } from '../context.ts';
import type { Origin } from '../files.ts';
import { findGo } from '../go/find-go.ts';
import { type GoLine, noModule, takeDown } from '../go/go-line.ts';
import { judgeGoLine, type LineVerdict, mergePrograms, mergeVerdicts, unseenProgram } from '../go/judge.ts';
import { withPlaces } from '../go/with-places.ts';
import { showPath } from '../paths.ts';
import type { Shell } from '../shell/shell.ts';
import type { Word } from '../shell/words.ts';
import { findStarted, type Started } from './entry.ts';
import { Evaluation } from './evaluate.ts';
import { type Built, isBuild, isDoubt, isForeign, wordsOf } from './origins.ts';
import { placeOf } from './place.ts';
import type { DockerfileText } from './read.ts';
import type { StageState } from './stage-state.ts';
import { type BuildOptions, findTarget, readStages, type Stage } from './stages.ts';
import { suspectIn } from './suspects.ts';
import { unseenLine } from './unseen.ts';

export interface CheckOptions extends BuildOptions {
  readonly profile: Profile;
  readonly agentVersion: string | null;
}

/** A finding with the offset in the file it belongs to. */
export interface Located {
  readonly finding: Finding;
  readonly at: number;
}

export interface Checked {
  readonly findings: readonly Located[];
  /** False: nothing in the file builds Go, or starts anything that may be Go. */
  readonly isGo: boolean;
  readonly evaluation: Evaluation;
  /** The go lines whose files are in the image; `isFound`: something is wrong with one. */
  readonly shipped: readonly { readonly line: GoLine; readonly isFound: boolean }[];
  readonly place: RuntimePlace | null;
}

/** Where a program is built and where it runs, each with the offset of the FROM that names it. */
export interface RuntimePlace {
  readonly builder: Base | null;
  readonly builderAt: number;
  readonly runtime: Base;
  readonly runtimeAt: number;
  /** The package managers that the stages use. */
  readonly builderInstalls: ReadonlySet<Manager>;
  readonly runtimeInstalls: ReadonlySet<Manager>;
}

/** Judges what the target stage of a Dockerfile ships and starts. null: there is no such stage. */
export async function checkDockerfile(
  file: DockerfileText,
  options: CheckOptions,
  context: Context,
): Promise<Checked | null> {
  const { parse } = await import('unbash');
  const stages = readStages(file, options);
  const target = findTarget(stages, options.target);
  if (target === null) return null;
  const evaluation = new Evaluation(file, stages, options, context, parse);
  const state = evaluation.stage(target);
  if (state === null) return null;
  if (options.start !== undefined) state.startInstead(options.start, target.from.at);
  return new Check(evaluation, options, target, state).run();
}

class Check {
  readonly #evaluation: Evaluation;
  readonly #options: CheckOptions;
  readonly #target: Stage;
  readonly #state: StageState;
  readonly #verdicts = new Map<GoLine, LineVerdict>();
  readonly #found: Located[] = [];
  #open: readonly Finding[] | null = null;

  constructor(evaluation: Evaluation, options: CheckOptions, target: Stage, state: StageState) {
    this.#evaluation = evaluation;
    this.#options = options;
    this.#target = target;
    this.#state = state;
  }

  run(): Checked {
    const started = findStarted(this.#target, this.#state, this.#evaluation);
    const shipped = this.#shipped();
    for (const [path, origins] of shipped) this.#judgeFile(path, origins);
    // What the start command makes before it starts it is in no layer.
    for (const each of started)
      if (each.kind === 'program' && !shipped.some(([path, origins]) => path === each.path && origins === each.origins))
        this.#judgeFile(each.path, each.origins);
    const programs = started.flatMap(each => this.#judgeStarted(each));
    const others = shipped
      .filter(([path]) => !started.some(each => each.kind === 'program' && each.path === path))
      .flatMap(([path, origins]) => this.#programsOf(origins).map(needs => ({ path, needs })));
    if (programs.length === 0) programs.push(...others.map(({ needs }) => needs));
    const isOpen = started.every(({ kind }) => kind === 'script');
    if (programs.length === 0 && isOpen) programs.push(...this.#judgeSuspects(started.length > 0, false));
    // Behind a script, or a program that is not ours, any of them may be what is started.
    else if (isOpen || started.some(({ kind }) => kind === 'script')) this.#judgeSuspects(true, true);
    const isGo = programs.length > 0 || started.some(({ kind }) => kind !== 'script');
    for (const { keyword, at } of this.#state.triggers) this.#note(`ONBUILD ${keyword}: ${judgedElsewhere}`, at);
    for (const needs of programs.length > 0 || !isGo ? programs : [unseenProgram('')]) this.#judgePlace(needs, '');
    for (const { path, needs } of others) this.#judgePlace(needs, showPath(path));
    const lines = [...this.#verdicts].filter(([line]) => this.#evaluation.goLines.includes(line));
    return {
      findings: this.#sorted(),
      isGo,
      evaluation: this.#evaluation,
      shipped: lines.map(([line, { findings }]) => ({ line, isFound: findings.length > 0 })),
      place: this.#place(lines[0]?.[0] ?? null),
    };
  }

  #place(line: GoLine | null): RuntimePlace {
    const { current } = this.#state.machine;
    return {
      builder: line?.base ?? null,
      builderAt: line?.goAt ?? 0,
      runtime: current.base,
      runtimeAt: this.#state.imageAt,
      builderInstalls: line?.installs ?? new Set(),
      runtimeInstalls: current.packages.managers,
    };
  }

  /** Every file and tree in the image that a go line may have written. */
  #shipped(): (readonly [string, readonly Origin[]])[] {
    const { files } = this.#state.machine.current;
    return [...files.paths, ...files.trees].filter(([, origins]) => origins.some(isBuild));
  }

  /** All alternatives of a file must agree. */
  #judgeFile(path: string, origins: readonly Origin[]): void {
    const sure = origins.filter(origin => !isDoubt(origin));
    const builds = origins.filter(isBuild);
    const places = new Map<string, number>();
    const verdicts = sure.map(origin => {
      if (!isBuild(origin)) return [];
      const located = this.#findingsOf(origin);
      for (const { finding, at } of located) if (!places.has(finding.rule)) places.set(finding.rule, at);
      return located.map(({ finding }) => finding);
    });
    const why = `one of ${builds.length} builds that may have written it`;
    for (const finding of mergeVerdicts(verdicts, why))
      this.#add(finding, places.get(finding.rule) ?? builds[0]?.line.at ?? 0);
    const doubt = origins.find(isDoubt);
    if (doubt !== undefined) this.#unseen(wordsOf(doubt, path), doubt.at);
  }

  #findingsOf(origin: Built): Located[] {
    const { line, changes } = origin;
    const { lineOf } = this.#evaluation.file;
    const located = this.#verdictOf(line).findings.map(finding => ({
      finding: withPlaces(finding, line, lineOf),
      at: placeOfRule(finding, line),
    }));
    for (const { what, by, at } of changes) {
      const message =
        what === 'packed' ? `packed executable (${by}): no symbol table` : `${by} takes the symbol table away`;
      const fix = what === 'packed' ? 'ship the file unpacked' : 'leave it, or strip --strip-debug';
      for (const { rule, policy } of inForce(this.#options.profile))
        if (rule.id === 'symbol-table')
          located.unshift({ finding: findingOf(rule, policy, { verdict: 'fail', message, evidence: by, fix }), at });
    }
    return located;
  }

  /** The programs that are started, as far as they may be Go. */
  #judgeStarted(started: Started): ProgramNeeds[] {
    if (started.kind === 'go run') return this.#judgeGoRun(started.words, started.shell, started.at);
    if (started.kind !== 'program') return [];
    const { origins, path, at } = started;
    const foreign = origins.find(isForeign);
    if (origins.length === 0) this.#unseen(`nothing in the file makes ${showPath(path)}`, at);
    else if (foreign !== undefined)
      this.#unseen(wordsOf(foreign, path), foreign.kind === 'image' && foreign.at === 0 ? at : foreign.at);
    for (const { line } of origins.filter(isBuild)) this.#judgeArchitecture(line, path);
    return [
      ...this.#programsOf(origins),
      ...(origins.some(origin => isForeign(origin) && !isDoubt(origin)) || origins.length === 0
        ? [unseenProgram('')]
        : []),
    ];
  }

  /** A program for another processor than the image's is started by none of the two. */
  #judgeArchitecture(line: GoLine, path: string): void {
    const { platform } = this.#evaluation.place(this.#target);
    const isSaid = this.#options.platform !== null || this.#target.platform !== null;
    const verdict = this.#verdictOf(line);
    const other = otherPlatform(verdict, platform, isSaid);
    // Nobody said which machine builds it: worth a word only where nothing else is wrong.
    if (other === null || (!isSaid && verdict.findings.length > 0)) return;
    const message = `${showPath(path)} is built for ${other}`;
    this.#add({ rule: 'readable', verdict: 'unknown', message, evidence: '', fix: '' }, line.at);
  }

  /** What may be started, where it is not seen what is. */
  #judgeSuspects(isBehindScript: boolean, isBeside: boolean): ProgramNeeds[] {
    const suspect = suspectIn(this.#state, this.#evaluation.context, { isBehindScript, isBeside });
    if (suspect === null) return [];
    this.#unseen(wordsOf(suspect.origin, suspect.path), suspect.origin.at);
    return [unseenProgram('')];
  }

  /** None, or what all the builds that may have made a file need together. */
  #programsOf(origins: readonly Origin[]): ProgramNeeds[] {
    const programs = origins.filter(isBuild).flatMap(({ line }) => {
      const { program, isOutside } = this.#verdictOf(line);
      return isOutside ? [] : [program];
    });
    return programs.length === 0 ? [] : [mergePrograms(programs)];
  }

  #judgeGoRun(words: readonly Word[], shell: Shell, at: number): ProgramNeeds[] {
    const line = takeDown(words, shell, this.#evaluation.place(this.#target), noModule, findGo(words[0], shell));
    const { findings, program } = this.#verdictOf(line);
    for (const finding of findings) this.#add(withPlaces(finding, line, this.#evaluation.file.lineOf), at);
    return [program];
  }

  /** A build that nobody can see: every rule that a line could break is unknown. */
  #unseen(why: string, at: number): void {
    this.#open ??= this.#verdictOf(unseenLine(this.#evaluation, this.#target, this.#state, at)).findings;
    for (const finding of this.#open)
      this.#add({ ...finding, verdict: 'unknown', message: why, evidence: why, fix: seeTheImage }, at);
  }

  #verdictOf(line: GoLine): LineVerdict {
    const known = this.#verdicts.get(line);
    if (known !== undefined) return known;
    const verdict = judgeGoLine(line, this.#options.profile, this.#options.agentVersion);
    this.#verdicts.set(line, verdict);
    return verdict;
  }

  /** `path`: of a program that is in the image and not started; empty: what is started. */
  #judgePlace(program: ProgramNeeds, path: string): void {
    const { platform } = this.#evaluation.place(this.#target);
    const place = placeOf(this.#state, platform, this.#evaluation.context);
    for (const { rule, policy } of inForce(this.#options.profile)) {
      const outcome = rule.place?.(program, place, this.#options.profile) ?? null;
      if (outcome === null || outcome.verdict === 'pass') continue;
      const message = path === '' ? outcome.message : `${path}: ${outcome.message}`;
      this.#add(findingOf(rule, policy, { ...outcome, message }), this.#state.imageAt);
    }
  }

  #note(message: string, at: number): void {
    this.#add({ rule: 'readable', verdict: 'pass', message, evidence: '', fix: '' }, at);
  }

  /** One finding a rule and line: the gravest. */
  #add(finding: Finding, at: number): void {
    const line = this.#evaluation.file.lineOf(at);
    const index = this.#found.findIndex(each => each.finding.rule === finding.rule && each.finding.line === line);
    const located = { finding: { ...finding, line }, at };
    const before = this.#found[index];
    if (before === undefined) this.#found.push(located);
    else if (before.finding.verdict !== 'fail' && finding.verdict === 'fail') this.#found[index] = located;
  }

  #sorted(): readonly Located[] {
    const order = new Map(inForce(this.#options.profile).map(({ rule }, index) => [rule.id, index]));
    const rank = ({ finding }: Located): number => (finding.line ?? 0) * 1000 + (order.get(finding.rule) ?? 999);
    return [...this.#found].sort((a, b) => rank(a) - rank(b));
  }
}

const judgedElsewhere = 'runs in builds that start from this image, and is judged there';

/** In words, another system or processor than those of the image; null: they are the same, or not known. */
function otherPlatform({ goarch, isOutside }: LineVerdict, platform: string, isSaid: boolean): string | null {
  const [system, architecture] = platform.split('/');
  if (isOutside) return system === 'linux' ? `another system than linux, and the image is for ${platform}` : null;
  if (goarch === null || goarch === architecture) return null;
  const guess = isSaid ? '' : `, as nothing says otherwise: try --platform linux/${goarch}`;
  return `${goarch}, and the image is for ${platform}${guess}`;
}

/** What mends a build that cannot be seen: look at what came of it. */
const seeTheImage = 'build the image and check it: docker save IMAGE | goshim check -';

/** The line to mend: the image that brings the Go, the install that left the headers out, else the command. */
function placeOfRule(finding: Finding, line: GoLine): number {
  const chosen = line.environment.get('GOTOOLCHAIN');
  const isOfLine = chosen !== undefined && chosen.by !== 'ENV' && chosen.by !== 'ARG' && chosen.by !== 'image';
  if (isOfLine && finding.evidence.startsWith('GOVERSION')) return chosen.at;
  if (finding.rule === 'official-release') return line.goAt;
  if (finding.rule === 'musl' && line.compilerAt !== null && finding.evidence !== '-d') return line.compilerAt;
  if (finding.evidence.startsWith('GOVERSION')) return line.goAt;
  return line.at;
}
