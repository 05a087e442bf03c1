import type { Finding } from '../../rules/finding.ts';
import { checkDockerfileText } from '../check-text.ts';
import type { StartInstead } from '../dockerfile/stages.ts';
import { isUnresolved } from './data.ts';
import { type Judging, malformed } from './judging.ts';
import { namesStarted } from './started-names.ts';

/** A container that is started from an image, not from a Dockerfile. */
export interface ImageStart {
  readonly name: string;
  readonly image: string | null;
  readonly workingDir: string | null;
  readonly environment: ReadonlyMap<string, string>;
  /** More variables come from elsewhere. */
  readonly isOpen?: boolean;
  readonly start: StartInstead;
  readonly line: number;
}

/**
 * What a container's command builds before it starts it: judged as if a Dockerfile of nothing but the image had this command.
 * Only what the command itself builds and starts is asked about; of the image's own programs nothing is said.
 */
export async function judgeStartBuild(container: ImageStart, { profile, agentVersion }: Judging): Promise<Finding[]> {
  const { start, line, name } = container;
  const words = [...(start.entrypoint ?? []), ...(start.cmd ?? [])];
  if (!isGoBuild(words)) return [];
  const report = await checkDockerfileText(
    { path: name, text: dockerfileOf(container), directory: null },
    {
      ...{ profile, agentVersion, start, buildArgs: new Map(), contexts: new Map() },
      ...{ platform: null, target: null, context: null },
    },
  );
  const open = [...container.environment].find(([, value]) => isUnresolved(value));
  const found: Finding[] = report.findings
    .filter(({ verdict }) => verdict !== 'pass')
    .map(finding => ({ ...finding, message: withoutLines(finding.message), line }));
  if (container.isOpen === true && report.verdict !== 'not-go')
    found.push(
      malformed(`${name}: the variables of envFrom, with which it builds what it starts, are not known`, line),
    );
  const [started] = report.verdict === 'not-go' ? await namesStarted(words) : [];
  if (started !== undefined)
    found.push(malformed(`${name}: it builds with go and starts ${started}, which may be what it built`, line));
  if (report.reason !== '' && report.verdict !== 'not-go') found.push(malformed(`${name}: ${report.reason}`, line));
  else if (report.verdict !== 'not-go' && open !== undefined && decisive.test(open[0]))
    found.push(malformed(`${name}: ${open[0]}, with which it builds what it starts, is not known`, line));
  return found;
}

/** Whether a command may hold a build. */
export function isGoBuild(words: readonly string[]): boolean {
  return /\bgo\b[\s\S]*\b(build|install)\b/.test(words.join(' '));
}

/** Whether a rule was not already said to be broken at this line. */
export function isNewIn(findings: readonly Finding[]): (finding: Finding) => boolean {
  const seen = new Set(findings.map(({ rule, line }) => `${rule} ${line}`));
  return finding => finding.rule === 'readable' || !seen.has(`${finding.rule} ${finding.line}`);
}

/** Of a Dockerfile that is in no file. */
function withoutLines(message: string): string {
  return message.replace(/ \((\w+), line \d+\)/, (_, by: string) => ` (${by === 'ENV' ? 'environment' : by})`);
}

/** Variables that a build follows from. */
export const decisive = /^(CGO|GO)/;

function dockerfileOf({ image, workingDir, environment }: ImageStart): string {
  const isPlain = image !== null && /^[\w./:@-]+$/.test(image);
  const lines = [`FROM ${isPlain ? image : 'image-not-known'}`];
  for (const [name, value] of environment)
    if (/^\w+$/.test(name) && !isUnresolved(value) && !/[\r\n]/.test(value)) lines.push(`ENV ${name}=${quoted(value)}`);
  const isKnown = workingDir !== null && !isUnresolved(workingDir) && !/[\r\n]/.test(workingDir);
  // Somewhere below what Go's own images start in, away from where their programs are.
  lines.push(`WORKDIR ${isKnown ? quoted(workingDir) : '/go/src'}`);
  return `${lines.join('\n')}\n`;
}

function quoted(value: string): string {
  return `"${value.replace(/["\\$]/g, '\\$&')}"`;
}
