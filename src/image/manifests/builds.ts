import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { FileReport, Finding } from '../../rules/finding.ts';
import { checkDockerfileText, type TextFile, type TextOptions } from '../check-text.ts';
import { readText } from '../read-text.ts';
import type { ComposeBuild } from './compose.ts';
import { isUnresolved } from './data.ts';
import { malformed } from './judging.ts';
import { type BuiltFrom, doubtsOfStart } from './service-start.ts';

export interface BuildsChecked {
  /** One report a Dockerfile. */
  readonly reports: readonly FileReport[];
  /** What belongs to the compose file: inline Dockerfiles, and those that cannot be read. */
  readonly findings: readonly Finding[];
}

/** Leads the `build:` sections of a compose file to their Dockerfiles, each once a target. */
export async function checkBuilds(
  builds: readonly ComposeBuild[],
  file: TextFile,
  options: TextOptions,
): Promise<BuildsChecked> {
  const reports: FileReport[] = [];
  const findings: Finding[] = [];
  const seen = new Map<string, FileReport>();
  const directory = file.directory ?? process.cwd();
  for (const build of builds) {
    const { context, dockerfile, inline, line, service } = build;
    const stated = [context, dockerfile ?? '', build.target ?? ''].find(isUnresolved);
    if (stated !== undefined || /^(https?|git|ssh):|^git@|\.git(#|$)/.test(context)) {
      findings.push(
        malformed(`service ${service}: its build (${stated ?? context}) cannot be followed from here`, line),
      );
      continue;
    }
    const program = (build.start.entrypoint ?? build.start.cmd ?? [])[0] ?? '';
    const isOpen = isUnresolved(program);
    if (isOpen)
      findings.push(
        malformed(`service ${service}: what it starts (${program}) is not known before it is rendered`, line),
      );
    const place = resolve(directory, context);
    const inner: TextOptions = {
      ...options,
      context: place,
      target: build.target ?? options.target,
      buildArgs: new Map([...build.args, ...options.buildArgs]),
      contexts: new Map([...named(build.contexts), ...options.contexts]),
      platform: options.platform ?? (isUnresolved(build.platform ?? '') ? null : build.platform),
      ...(isOpen ? {} : { start: build.start }),
    };
    const doubt = async (from: BuiltFrom, { verdict, reason }: FileReport): Promise<void> => {
      // What could not be read is not read again.
      if (isOpen || (verdict === 'unknown' && reason !== '')) return;
      for (const what of await doubtsOfStart(build, from, inner))
        findings.push(malformed(`service ${service}: ${what}`, line));
    };
    if (inline !== null) {
      const report = await checkDockerfileText({ path: file.path, text: inline, directory: place }, inner);
      const reason = report.reason === '' || report.verdict === 'not-go' ? [] : [malformed(report.reason, line)];
      // Lines of an inline file are not the compose file's.
      findings.push(...[...report.findings, ...reason].map(finding => ({ ...finding, line })));
      await doubt({ shown: 'its Dockerfile', text: inline, path: String(file.path), verdict: report.verdict }, report);
      continue;
    }
    const name =
      dockerfile ?? ['Dockerfile', 'Containerfile'].find(each => existsSync(join(place, each))) ?? 'Dockerfile';
    const path = resolve(place, name);
    const shown = isAbsolute(name) || typeof file.path !== 'string' ? path : shownPath(file.path, context, name);
    const key = JSON.stringify([path, inner.target, [...inner.buildArgs], inner.start, inner.platform]);
    const text = isFile(path) ? readText(path) : null;
    if (text === null || 'why' in text) {
      const why = text === null ? 'there is no such file' : text.why;
      findings.push(malformed(`service ${service}: ${shown}: ${why}`, line));
      continue;
    }
    const known = seen.get(key);
    if (known !== undefined) {
      await doubt({ shown, text: text.text, path, verdict: known.verdict }, known);
      continue;
    }
    const report = await checkDockerfileText({ path: shown, text: text.text, directory: place }, inner);
    seen.set(key, report);
    await doubt({ shown, text: text.text, path, verdict: report.verdict }, report);
    const same = reports.findIndex(each => each.path === report.path);
    if (report.verdict !== 'not-go' && same < 0) reports.push(report);
    else if (same >= 0) reports[same] = both(reports[same] ?? report, report);
  }
  return { reports, findings };
}

/** Two services of one Dockerfile: what is wrong with either. */
function both(first: FileReport, second: FileReport): FileReport {
  const isNew = (finding: Finding): boolean =>
    !first.findings.some(
      ({ rule, line, verdict }) => rule === finding.rule && line === finding.line && verdict === finding.verdict,
    );
  const worst = verdicts.find(verdict => verdict === first.verdict || verdict === second.verdict) ?? first.verdict;
  return {
    ...first,
    verdict: worst,
    findings: [...first.findings, ...second.findings.filter(isNew)],
    reason: first.reason || second.reason,
  };
}

const verdicts: readonly FileReport['verdict'][] = ['fail', 'unknown', 'warn', 'pass', 'not-go'];

function named(contexts: ReadonlyMap<string, string>): [string, string][] {
  return [...contexts].map(([name, value]) => [name.toLowerCase(), value]);
}

/** The Dockerfile's path as the compose file's own was given. */
function shownPath(compose: string, context: string, name: string): string {
  const slash = compose.lastIndexOf('/');
  const directory = slash < 0 ? '' : compose.slice(0, slash + 1);
  return isAbsolute(context) ? join(context, name) : join(directory, context, name);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
