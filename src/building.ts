import { mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { readActionGraph } from './golang/action-graph.ts';
import type { Build } from './golang/build.ts';
import {
  isActionGraph,
  type Output,
  outputNamed,
  outputsListed,
  outputsOf,
  userActionGraph,
} from './golang/outputs.ts';
import { mainsListed } from './mains-listed.ts';
import { isDirectory, lookAt, wroteTo } from './named-output.ts';
import type { Surroundings } from './process/child-words.ts';
import { type Ended, runGo } from './process/run.ts';
import { holdSignals } from './process/signals.ts';
import { withChanges } from './process/with-changes.ts';

export interface Workshop {
  /** Absolute path of the real go. */
  readonly real: string;
  /** As the user gave it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where go will build; absolute. */
  readonly directory: string;
  readonly surroundings: Surroundings;
  /** Whether the main package of each output has to be known. */
  readonly named: boolean;
}

export interface Built {
  readonly ended: Ended;
  /** What a build that succeeded left behind; null when it could not be told. */
  readonly outputs: readonly Output[] | null;
}

/**
 * Runs go for this line and finds what it wrote: the file that `-o` names, else by the action graph that go itself keeps of it,
 * which costs go 5 ms for a program of 200 packages.
 */
export async function runBuild(build: Build, workshop: Workshop): Promise<Built> {
  const held = holdSignals();
  const single = workshop.named ? null : lookAt(namedBy(build, workshop.directory), workshop.environment);
  const graph = single === null ? openGraph(build, workshop) : noGraph;
  try {
    const asked = graph.ours === null ? build : build.setFlag('debug-actiongraph', graph.file);
    const environment = { ...withChanges(workshop.environment, build.envChanges()), ...graph.place };
    const ended = await runGo(workshop.real, asked.argv(), environment, workshop.surroundings, { held });
    const good = ended.code === 0 && ended.signal === null;
    return { ended, outputs: good ? (wroteTo(single) ?? findOutputs(build, graph.file, workshop)) : null };
  } finally {
    if (graph.ours !== null) remove(graph.ours, graph.file);
    raiseAgain(held.release());
  }
}

/**
 * Builds again what go called up to date although it fails: a stripped file keeps its build ID (tried on Go 1.19 and 1.23). The
 * files are set aside, and put back when go does not make them anew.
 */
export async function rebuild(build: Build, stale: readonly Output[], workshop: Workshop): Promise<Built> {
  const held = holdSignals();
  const aside = stale.map(({ path }) => {
    const place = join(dirname(path), `.${basename(path)}.goshim-${process.pid}`);
    renameSync(path, place);
    return { path, place };
  });
  const putBack = () => {
    for (const { path, place } of aside) {
      if (statSync(path, { throwIfNoEntry: false }) === undefined) renameSync(place, path);
      else rmSync(place, { force: true });
    }
  };
  try {
    return await runBuild(build, workshop);
  } finally {
    putBack();
    raiseAgain(held.release());
  }
}

/** A signal that came while something had to be put in order first. */
function raiseAgain(signal: NodeJS.Signals | null): void {
  if (signal !== null) process.kill(process.pid, signal);
}

interface Graph {
  /** Where go writes it, absolute; empty when nowhere. */
  readonly file: string;
  /** Our private directory around it; null when the graph is the user's own, or there is no place for one. */
  readonly ours: string | null;
  /** Where cgo and the linker are to put their files, when TMPDIR takes none: bare go may have needed GOTMPDIR only. */
  readonly place: { readonly TMPDIR?: string };
}

/** What a build that ended well left behind, where go was asked for no graph; null when it cannot be told. */
export function outputsWithout(build: Build, workshop: Workshop): readonly Output[] | null {
  return findOutputs(build, '', workshop);
}

/** The file that `-o` names; null where there is none, or where the graph is wanted for something else. */
export function namedBy(build: Build, directory: string): string | null {
  return userActionGraph(build) === null ? outputNamed(build, directory, isDirectory) : null;
}

const noGraph: Graph = { file: '', ours: null, place: {} };

function openGraph(build: Build, { directory, environment }: Workshop): Graph {
  const theirs = userActionGraph(build);
  if (theirs !== null) return { file: resolve(directory, theirs), ours: null, place: {} };
  const inside = (parent: string, place: Graph['place']): Graph | null => {
    try {
      const ours = mkdtempSync(join(parent, 'goshim-'));
      return { file: join(ours, 'actiongraph.json'), ours, place };
    } catch {
      return null;
    }
  };
  const second = environment.GOTMPDIR;
  const found = inside(tmpdir(), {}) ?? (second ? inside(resolve(directory, second), { TMPDIR: second }) : null);
  return found ?? noGraph;
}

function findOutputs(build: Build, file: string, { real, environment, directory }: Workshop): readonly Output[] | null {
  const graph = file === '' ? null : readGraph(file);
  if (isActionGraph(graph)) return outputsOf(graph, directory);
  const listed = mainsListed(build, { real, environment, directory });
  return outputsListed(build, listed, directory, isDirectory);
}

function readGraph(file: string): unknown {
  try {
    return readActionGraph(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** By its two calls where go wrote the file: rmSync has to load what it removes directories with. */
function remove(directory: string, file: string): void {
  try {
    unlinkSync(file);
    rmdirSync(directory);
  } catch {
    rmSync(directory, { recursive: true, force: true });
  }
}
