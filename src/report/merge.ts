import * as v from 'valibot';
import type { Format } from './formats.ts';
import { type TestResult, worseOf } from './in-toto.ts';
import { stringify } from './json.ts';
import { junitEnd } from './junit.ts';
import { sarifFile } from './sarif.ts';

/**
 * What a report file holds once a build's report (`fresh`, of the same format) has been added to `old`. JSON is a line a build;
 * text, Markdown, annotations and in-toto statements follow each other. SARIF (one run), JUnit (a suite a file), GitLab (one
 * array) and the in-toto predicate stay one document, in which a file that was built again replaces what was said of it
 * before; `paths` are the files of the build as GitLab's report names them. Throws an Error in words when `old` is no
 * report of this kind: then it is somebody else's file.
 */
export function merge(format: Format, old: string, fresh: string, paths: readonly string[]): string {
  if (old.trim() === '') return fresh;
  switch (format) {
    case 'sarif':
      return mergeSarif(old, fresh);
    case 'junit':
      return mergeJunit(old, fresh);
    case 'gitlab':
      return mergeGitlab(old, fresh, paths);
    case 'in-toto-predicate':
      return `${stringify(worseOf(parse(predicate, old), parse(predicate, fresh)), 2)}\n`;
    default:
      return `${old}${old.endsWith('\n') ? '' : '\n'}${fresh}`;
  }
}

const located = v.looseObject({
  physicalLocation: v.looseObject({ artifactLocation: v.looseObject({ uri: v.string() }) }),
});
const sarif = v.looseObject({
  runs: v.pipe(
    v.array(
      v.looseObject({
        tool: v.looseObject({ driver: v.looseObject({ name: v.literal('goshim') }) }),
        artifacts: v.array(v.looseObject({ location: v.looseObject({ uri: v.string() }) })),
        results: v.array(v.looseObject({ ruleId: v.string(), locations: v.array(located) })),
      }),
    ),
    v.length(1),
  ),
});
const issues = v.array(v.looseObject({ location: v.looseObject({ path: v.string() }) }));
const predicate: v.GenericSchema<unknown, TestResult> = v.object({
  result: v.picklist(['PASSED', 'WARNED', 'FAILED']),
  configuration: v.array(v.looseObject({})),
  passedTests: v.array(v.string()),
  warnedTests: v.array(v.string()),
  failedTests: v.array(v.string()),
});

function mergeSarif(old: string, fresh: string): string {
  const [before, after] = [parse(sarif, old).runs[0], parse(sarif, fresh).runs[0]];
  if (before === undefined || after === undefined) throw new Error('Assertion failed: a SARIF file without a run');
  const again = new Set(after.artifacts.map(({ location }) => location.uri));
  const kept = before.results.filter(
    ({ locations }) => !again.has(locations[0]?.physicalLocation.artifactLocation.uri ?? ''),
  );
  const artifacts = [...before.artifacts.filter(({ location }) => !again.has(location.uri)), ...after.artifacts];
  return `${stringify(sarifFile({ ...after, artifacts, results: [...kept, ...after.results] }), 2)}\n`;
}

/** A suite as junit.ts writes it; the text in it holds no `<`. */
const suite = / {2}<testsuite name="([^"]*)"[\s\S]*?\n {2}<\/testsuite>\n/g;

function mergeJunit(old: string, fresh: string): string {
  if (!old.startsWith('<?xml') || !old.endsWith(junitEnd)) throw new Error(strange);
  const again = new Set([...fresh.matchAll(suite)].map(([, name]) => name));
  const kept = old.replace(suite, (text, name: string) => (again.has(name) ? '' : text));
  return kept.slice(0, -junitEnd.length) + [...fresh.matchAll(suite)].map(([text]) => text).join('') + junitEnd;
}

function mergeGitlab(old: string, fresh: string, paths: readonly string[]): string {
  const kept = parse(issues, old).filter(({ location }) => !paths.includes(location.path));
  return `${stringify([...kept, ...parse(issues, fresh)], 2)}\n`;
}

const strange = 'it holds something that is no report of goshim';

function parse<T>(schema: v.GenericSchema<unknown, T>, text: string): T {
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    if (result.success) return result.output;
  } catch {
    // Told below: no JSON is as strange as other JSON.
  }
  throw new Error(strange);
}
