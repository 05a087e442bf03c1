import { basename, join } from 'node:path';
import type { FileReport, Finding } from '../rules/finding.ts';
import { verdictOf } from '../rules/judge.ts';
import { UsageError } from '../usage-error.ts';
import { openContext } from './context.ts';
import { type CheckOptions, checkDockerfile, type Located } from './dockerfile/check.ts';
import { type DockerfileText, readDockerfile } from './dockerfile/read.ts';
import { readStages } from './dockerfile/stages.ts';
import { applyIgnores, type Block } from './ignore.ts';
import { isMapping } from './manifests/data.ts';

export interface TextOptions extends CheckOptions {
  /** The build context that was named; null: the directory of the Dockerfile. */
  readonly context: string | null;
}

/** A text and where it stands. */
export interface TextFile {
  /** As the report carries it. */
  readonly path: string | Buffer;
  readonly text: string;
  /** Where its relative paths are seen from; null for standard input without one. */
  readonly directory: string | null;
}

/** Larger texts are no Dockerfiles and no manifests that anybody wrote. */
export const largestText = 1 << 20;

const mostStages = 500;
const mostInstructions = 5000;

/** Judges a Dockerfile, a compose file or Kubernetes manifests, told apart by what is in them. Other files may follow. */
export async function checkText(file: TextFile, options: TextOptions): Promise<readonly FileReport[]> {
  const { text, path } = file;
  if (text.length > largestText) return [unknown(path, 'larger than 1 MiB')];
  if (text.includes('\0')) return [unknown(path, `line ${lineOf(text, text.indexOf('\0'))}: a NUL byte`)];
  if (text.trim() === '') return [unknown(path, 'empty')];
  const name = String(path);
  if (looksLikeDockerfile(text, name)) return [await checkDockerfileText(file, options)];
  return checkManifests(file, options);
}

/** The first instruction is FROM or ARG; or the name says so and it is no YAML. */
export function looksLikeDockerfile(text: string, name: string): boolean {
  if (/\.(ya?ml|json)$/i.test(name)) return false;
  const first = /^(?:\uFEFF)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*([A-Za-z]+)(?=[ \t\\`])/.exec(text)?.[1]?.toUpperCase();
  if (first === 'FROM' || first === 'ARG') return true;
  return /(^|\/)([^/]*\.)?(dockerfile|containerfile)([.-][^/]*)?$/i.test(name);
}

export async function checkDockerfileText(file: TextFile, options: TextOptions): Promise<FileReport> {
  const { path, text } = file;
  try {
    return await judgeDockerfile(readDockerfile(text), file, options);
  } catch (error) {
    if (error instanceof RangeError) return unknown(path, 'nested too deep to be read');
    throw error;
  }
}

async function judgeDockerfile(read: DockerfileText, file: TextFile, options: TextOptions): Promise<FileReport> {
  const { path } = file;
  const stages = readStages(read, options);
  if (stages.stages.length === 0) return unknown(path, problemOf(read) ?? 'no FROM in it');
  if (stages.stages.length > mostStages) return unknown(path, `more than ${mostStages} stages`);
  if (read.instructions.length > mostInstructions) return unknown(path, `more than ${mostInstructions} instructions`);
  const [problem] = read.problems;
  if (problem !== undefined) return unknown(path, `line ${problem.line}: ${problem.what}`);
  const name = file.directory === null || String(path) === '-' ? null : join(file.directory, basename(String(path)));
  const context = openContext(options.context ?? file.directory, name);
  const checked = await checkDockerfile(read, options, context);
  if (checked === null) {
    const names = stages.stages.map(({ name, index }) => name ?? String(index)).join(', ');
    if (options.target !== null)
      throw new UsageError(`--target: there is no stage ${options.target} in ${String(path)}; there are ${names}`);
    return unknown(path, 'its stages need each other in a circle');
  }
  const broken = checked.evaluation.problems[0];
  if (checked.evaluation.isOverfull) return unknown(path, 'more files than are followed');
  const reason = broken === undefined ? '' : `line ${read.lineOf(broken.at)}: ${broken.what}`;
  if (!checked.isGo && reason === '')
    return { path, verdict: 'not-go', findings: checked.findings.map(({ finding }) => finding), reason: notGo };
  return report(path, ignored(checked.findings, read, String(path)), reason);
}

const notGo = 'no go build is seen in it, and nothing that is seen to start Go';

/** Comments in the file accept findings. */
function ignored(located: readonly Located[], read: DockerfileText, path: string): readonly Finding[] {
  const blocks = read.instructions.map(({ at, end }): Block => ({ first: read.lineOf(at), last: read.lineOf(end) }));
  return applyIgnores(
    located.map(({ finding }) => finding),
    read.comments,
    blocks,
    path,
  );
}

async function checkManifests(file: TextFile, options: TextOptions): Promise<readonly FileReport[]> {
  const { path, text } = file;
  if (isTemplate(text)) return [unknown(path, 'a Helm template: render it first: helm template … | goshim check -')];
  const { readYaml } = await import('./manifests/read-yaml.ts');
  const read = await readYaml(text);
  if ('problem' in read) {
    const { line, what } = read.problem;
    const template = /\{\{/.test(text) ? ' (a template? helm template … | goshim check -)' : '';
    return [unknown(path, `${line === null ? '' : `line ${line}: `}${what}${template}`)];
  }
  const { checkCompose, isCompose } = await import('./manifests/compose.ts');
  const { checkKubernetes, isKubernetes } = await import('./manifests/kubernetes.ts');
  const blocks = blocksOf(text);
  const comments = commentsOf(text);
  const documents = read.documents.filter(({ value }) => value !== null && value !== undefined);
  const directory = file.directory ?? process.cwd();
  const findings: Finding[] = [];
  const others: FileReport[] = [];
  let recognised = 0;
  for (const parsed of documents) {
    if (!isCompose(parsed.value)) continue;
    recognised++;
    const checked = await checkCompose(parsed, directory, options);
    findings.push(...checked.findings);
    const { checkBuilds } = await import('./manifests/builds.ts');
    const { reports, findings: said } = await checkBuilds(checked.builds, file, options);
    others.push(...reports);
    findings.push(...said);
  }
  const kubernetes = documents.filter(({ value }) => isKubernetes(value));
  if (documents.some(({ value }) => isKustomization(value, String(path))))
    return [unknown(path, 'a kustomization: render it first: kubectl kustomize … | goshim check -')];
  const said = await checkKubernetes(kubernetes, options);
  if (said !== null) findings.push(...said);
  if (said === null && kubernetes.length > 0 && recognised === 0)
    return [{ path, verdict: 'not-go', findings: [], reason: 'Kubernetes objects, and none that starts a container' }];
  if (recognised === 0 && kubernetes.length === 0)
    return [unknown(path, whatItIs(documents.map(({ value }) => value)))];
  const first = report(path, applyIgnores(findings, comments, blocks, String(path)), '');
  return [first, ...others];
}

function whatItIs(values: readonly unknown[]): string {
  if (values.length === 0) return 'empty';
  return values.some(isMapping)
    ? 'neither a compose file (services) nor a Kubernetes manifest (apiVersion and kind)'
    : 'neither a Dockerfile nor a compose file nor a Kubernetes manifest';
}

/** In a file of its name neither kind nor apiVersion has to be said. */
function isKustomization(value: unknown, path: string): boolean {
  if (!isMapping(value)) return false;
  const { kind, apiVersion } = value;
  if (kind === undefined && apiVersion === undefined) return /(^|\/)kustomization(\.ya?ml)?$/i.test(path);
  return kind === 'Kustomization' && /^(undefined|kustomize\.config\.k8s\.io\/.*)$/.test(String(apiVersion));
}

/** Actions of a template that stand for YAML themselves: a line of their own, or a bare value. */
function isTemplate(text: string): boolean {
  return /^\s*(- )?\{\{-?\s*(?!.*["'].*:)/m.test(text) || /^[^#"'\n]*:[ \t]+\{\{/m.test(text);
}

/** A line and everything indented below it, for comments that accept. */
function blocksOf(text: string): Block[] {
  const lines = text.split('\n', 100_000);
  const indents = lines.map(line => (/^\s*(#|$)/.test(line) ? null : (/^ */.exec(line)?.[0].length ?? 0)));
  return indents.flatMap((indent, index): Block[] => {
    // Only the lines right below a comment are ever asked for.
    if (indent === null || !/^\s*#/.test(lines[index - 1] ?? '')) return [];
    let last = index;
    for (let next = index + 1; next < indents.length; next++) {
      const below = indents[next];
      if (below == null) continue;
      if (below <= indent) break;
      last = next;
    }
    return [{ first: index + 1, last: last + 1 }];
  });
}

function commentsOf(text: string): { line: number; text: string }[] {
  return text.split('\n', 100_000).flatMap((line, index) => {
    const found = /^\s*#(.*)$/.exec(line.replace(/\r$/, ''));
    return found === null ? [] : [{ line: index + 1, text: found[1] ?? '' }];
  });
}

export function unknown(path: string | Buffer, reason: string): FileReport {
  return { path, verdict: 'unknown', findings: [], reason };
}

function report(path: string | Buffer, findings: readonly Finding[], reason: string): FileReport {
  const verdict = verdictOf(findings, { strict: false });
  return { path, verdict: reason !== '' && verdict !== 'fail' ? 'unknown' : verdict, findings, reason };
}

function problemOf({ problems }: DockerfileText): string | null {
  const [problem] = problems;
  return problem === undefined ? null : `line ${problem.line}: ${problem.what}`;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
