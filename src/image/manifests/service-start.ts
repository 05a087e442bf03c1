import { basename, join } from 'node:path';
import type { Verdict } from '../../rules/finding.ts';
import type { TextOptions } from '../check-text.ts';
import { openContext } from '../context.ts';
import { findStarted, type Started } from '../dockerfile/entry.ts';
import { Evaluation } from '../dockerfile/evaluate.ts';
import { isBuild } from '../dockerfile/origins.ts';
import { libraries, loadersOf } from '../dockerfile/place.ts';
import { readDockerfile } from '../dockerfile/read.ts';
import type { StageState } from '../dockerfile/stage-state.ts';
import { findTarget, readStages, type Stage } from '../dockerfile/stages.ts';
import type { ComposeBuild } from './compose.ts';
import { decisive, isGoBuild } from './start-build.ts';
import { namesStarted } from './started-names.ts';
import { hides } from './volumes.ts';

/** A Dockerfile that a service is built of, and what was said of it. */
export interface BuiltFrom {
  /** As messages name it. */
  readonly shown: string;
  readonly text: string;
  /** Where it stands. */
  readonly path: string;
  readonly verdict: Verdict | 'not-go';
}

/**
 * What keeps a service from starting the program that its Dockerfile was judged for: a command that names another, which the
 * Dockerfile does not make, or a volume that is laid over it. In words, without the service's name.
 */
export async function doubtsOfStart(build: ComposeBuild, from: BuiltFrom, options: TextOptions): Promise<string[]> {
  const { entrypoint, cmd } = build.start;
  if (entrypoint === null && cmd === null && build.mounts.length === 0) return [];
  const { parse } = await import('unbash');
  const read = readDockerfile(from.text);
  const stages = readStages(read, options);
  const target = findTarget(stages, options.target);
  const context = openContext(options.context, join(options.context ?? '', basename(from.path)));
  const evaluation = new Evaluation(read, stages, options, context, parse);
  const state = target === null ? null : evaluation.stage(target);
  // Whoever judged the Dockerfile has said so.
  if (target === null || state === null || evaluation.isOverfull) return [];
  const { current } = state.machine;
  // An image with a Go in it can build what it starts.
  if (from.verdict === 'not-go' && !current.hasGo) return [];
  const service = new ServiceStart(evaluation, target, state);
  const own = state.cmd?.words ?? null;
  service.set(build.start);
  const started = service.started();
  const doubts: string[] = [];
  for (const name of await service.names())
    if (service.isUnmade(name, started))
      doubts.push(`it starts ${name}, which ${from.shown} does not make: what that leads to cannot be seen`);
  // The Dockerfile was judged without the service's variables.
  const variable = [...build.environment.keys()].find(each => decisive.test(each));
  if (variable !== undefined && isGoBuild([...(entrypoint ?? []), ...(cmd ?? [])]))
    doubts.push(`what its command builds follows from ${variable} of its environment, which is not followed`);
  const [given] = cmd ?? [];
  // A script that starts what it is given is given something else.
  if (entrypoint === null && given !== undefined && started[0]?.kind === 'script' && own !== null && service.makes(own))
    if (service.isUnmade(given, started) && (await namesStarted([given])).length > 0)
      doubts.push(`its entrypoint is given ${given}, which ${from.shown} does not make: what starts cannot be seen`);
  const programs = started.flatMap(each => (each.kind === 'program' ? [each.path] : []));
  const shipped = [...current.files.paths].flatMap(([path, origins]) => (origins.some(isBuild) ? [path] : []));
  const paths = programs.length > 0 ? programs : shipped;
  const { libc } = current.base;
  const { platform } = evaluation.place(target);
  const system = libc === 'glibc' || libc === 'musl' ? [...loadersOf(libc, platform), ...libraries] : [];
  for (const mount of build.mounts) {
    if (mount.target !== null && system.some(path => hides(mount, path) === true))
      doubts.push(`the volume ${mount.shown} is laid over the C library of ${current.base.name}`);
    const covered = paths.find(
      path => hides(mount, path) !== false || hides(mount, current.files.resolve(path)) !== false,
    );
    if (covered !== undefined) {
      const how = mount.target === null ? 'may be' : 'is';
      doubts.push(`the volume ${mount.shown} ${how} laid over ${covered}: what starts is not what ${from.shown} makes`);
    }
  }
  return doubts;
}

class ServiceStart {
  readonly #evaluation: Evaluation;
  readonly #target: Stage;
  readonly #state: StageState;
  /** The Dockerfile's ENTRYPOINT and CMD are left as they are. */
  #isOwn = true;

  constructor(evaluation: Evaluation, target: Stage, state: StageState) {
    this.#evaluation = evaluation;
    this.#target = target;
    this.#state = state;
  }

  set(start: ComposeBuild['start']): void {
    this.#state.startInstead(start, this.#target.from.at);
    this.#isOwn = start.entrypoint === null && start.cmd === null;
  }

  started(): readonly Started[] {
    return findStarted(this.#target, this.#state, this.#evaluation);
  }

  /** The programs that a start of the service's own names. */
  async names(): Promise<readonly string[]> {
    const { entrypoint, cmd } = this.#state;
    const first = entrypoint ?? cmd;
    if (this.#isOwn || first === null || first.words === null) return [];
    return namesStarted([...first.words, ...(entrypoint === null ? [] : (cmd?.words ?? []))]);
  }

  /** Whether these words start a program or a script of the Dockerfile's. */
  makes(words: readonly string[]): boolean {
    const { entrypoint, cmd } = this.#state;
    this.#state.startInstead({ entrypoint: words, cmd: null }, this.#target.from.at);
    const found = this.started();
    this.#state.entrypoint = entrypoint;
    this.#state.cmd = cmd;
    return found.some(each => each.kind !== 'program' || each.origins.length > 0);
  }

  isUnmade(name: string, started: readonly Started[]): boolean {
    const base = name.split('/').at(-1) ?? name;
    if (this.#state.machine.current.packages.has(new RegExp(`^${base.replace(/[^\w-]/g, '.')}$`)) !== null)
      return false;
    // What the command itself makes is among what it starts.
    const isMade = (each: Started): boolean =>
      each.kind === 'program' && each.origins.length > 0 && each.path.split('/').at(-1) === base;
    if (started.some(isMade)) return false;
    return !this.makes([name]);
  }
}
