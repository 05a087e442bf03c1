import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FileReport } from '../rules/finding.ts';
import type { Document, RenderOptions } from './document.ts';
import { findingsOf } from './entries.ts';
import { stringify } from './json.ts';
import { pathText } from './mask.ts';
import { relativePath } from './place.ts';

const predicateType = 'https://in-toto.io/attestation/test-result/v0.1';

/** Predicate of a test result; `result` is PASSED only when nothing but passes was found. */
export interface TestResult {
  readonly result: 'PASSED' | 'WARNED' | 'FAILED';
  readonly configuration: readonly object[];
  readonly passedTests: readonly string[];
  readonly warnedTests: readonly string[];
  readonly failedTests: readonly string[];
}

/**
 * JSON Lines, a Statement v1 a file over its SHA-256. A file without a digest (unreadable, standard input) has no statement:
 * nothing could be matched with it.
 */
export function renderInToto(document: Document, options: RenderOptions): string {
  return document.files
    .map((file, index) => {
      const digest = document.digests?.[index] ?? null;
      if (digest === null) return '';
      const subject = [{ name: relativePath(pathText(file.path), options), digest: { sha256: digest } }];
      const predicate = predicateOf(document, [file]);
      return `${stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate })}\n`;
    })
    .join('');
}

/** The predicate alone, over all files, for `cosign attest --type` of an image. */
export function renderPredicate(document: Document): string {
  return `${stringify(predicateOf(document, document.files), 2)}\n`;
}

/** Of two predicates the worse, test by test; the configuration is the newer one's. */
export function worseOf(older: TestResult, newer: TestResult): TestResult {
  return resultOf(
    newer.configuration,
    [...older.failedTests, ...newer.failedTests],
    [...older.warnedTests, ...newer.warnedTests],
    [...older.passedTests, ...newer.passedTests],
  );
}

function predicateOf({ basis }: Document, files: readonly FileReport[]): TestResult {
  const findings = files.flatMap(file => findingsOf(file));
  const rulesWith = (...verdicts: string[]) =>
    findings.filter(finding => verdicts.includes(weightOf(finding))).map(({ rule }) => rule);
  const unjudged = files.length === 0 || files.some(({ verdict }) => verdict === 'not-go') ? ['go-binary'] : [];
  return resultOf(
    configurationOf(basis),
    rulesWith('fail'),
    [...rulesWith('warn', 'unknown'), ...unjudged],
    rulesWith('pass'),
  );
}

/** What is accepted stays visible: a warning, since the verifier of an attestation did not accept it. */
function weightOf({ verdict, accepted }: FileReport['findings'][number]): string {
  return accepted === undefined ? verdict : 'warn';
}

function resultOf(
  configuration: readonly object[],
  failed: readonly string[],
  warned: readonly string[],
  passed: readonly string[],
): TestResult {
  const failedTests = [...new Set(failed)].sort();
  const warnedTests = [...new Set(warned)].filter(rule => !failedTests.includes(rule)).sort();
  const better = [...failedTests, ...warnedTests];
  const passedTests = [...new Set(passed)].filter(rule => !better.includes(rule)).sort();
  const result =
    failedTests.length > 0 ? 'FAILED' : warnedTests.length > 0 || passedTests.length === 0 ? 'WARNED' : 'PASSED';
  return { result, configuration, passedTests, warnedTests, failedTests };
}

/** ResourceDescriptors of what the verdict rests on: the rules, the profile, the settings. */
function configurationOf({ profile, agentVersion, settingsFile, version }: Document['basis']): object[] {
  const rules = { name: 'goshim', uri: `pkg:npm/goshim@${version}` };
  const agent = {
    name: `profile/${profile.name}`,
    digest: { sha256: sha256(JSON.stringify(profile)) },
    annotations: { agentVersion: agentVersion ?? 'unknown' },
  };
  if (settingsFile === null) return [rules, agent];
  return [rules, agent, { name: '.goshim.json', digest: { sha256: sha256(readFileSync(settingsFile)) } }];
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
