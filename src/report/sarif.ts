import type { Document, RenderOptions, RuleWords } from './document.ts';
import { acceptedWords, type Entry, entriesOf, ownRules } from './entries.ts';
import { type PlacedEntry, placed } from './fingerprint.ts';
import { stringify } from './json.ts';
import { pathText } from './mask.ts';
import { uriOf } from './place.ts';

/** GitHub shows 5,000 results of a run and refuses a file with more than 25,000. */
const limit = 5000;
const levels = { fail: 'error', warn: 'warning', unknown: 'note', pass: 'none' } as const;

/** SARIF as far as reports are added up (files.ts); everything else is carried along. */
export interface SarifResult extends More {
  readonly ruleId: string;
  readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[];
}

export interface SarifRun extends More {
  readonly tool: { readonly driver: { readonly name: string } & More };
  readonly artifacts: readonly { readonly location: { readonly uri: string } }[];
  readonly results: readonly SarifResult[];
}

export interface Sarif extends More {
  readonly runs: readonly SarifRun[];
}

interface More {
  readonly [property: string]: unknown;
}

/**
 * SARIF 2.1.0 as GitHub code scanning wants it: one run, every rule described, fingerprints that do not depend on the
 * binary's bytes, relative URIs. Accepted findings carry a suppression.
 */
export function renderSarif(document: Document, options: RenderOptions): string {
  return `${stringify(sarifOf(document, options), 2)}\n`;
}

export function sarifOf(document: Document, options: RenderOptions): Sarif {
  const entries = placed(entriesOf(document), options);
  const rules = [...document.basis.rules, ...ownRules];
  const results = entries.map(entry => resultOf(entry, rules));
  return sarifFile({
    tool: {
      driver: {
        name: 'goshim',
        version: document.basis.version,
        semanticVersion: document.basis.version,
        rules: rules.map(descriptorOf),
      },
    },
    automationDetails: { id: `goshim/${document.kind}/` },
    columnKind: 'utf16CodeUnits',
    artifacts: document.files.map(({ path }) => ({ location: { uri: uriOf(path, options) } })),
    results,
    properties: { profile: document.basis.profile.name, agentVersion: document.basis.agentVersion ?? 'unknown' },
  });
}

/** A file of one run, the worst results first, cut to what GitHub takes; how many were left out is said in the run. */
export function sarifFile(run: SarifRun): Sarif {
  const dropped = run.results.length - limit;
  const note = {
    level: 'note',
    message: { text: `${dropped} results are left out: only the first ${limit} are shown` },
  };
  const invocation = { executionSuccessful: true, ...(dropped > 0 ? { toolExecutionNotifications: [note] } : {}) };
  const whole = {
    ...run,
    invocations: [invocation],
    results: [...run.results].sort((a, b) => weight(a) - weight(b)).slice(0, limit),
  };
  return { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [whole] };
}

function resultOf(entry: PlacedEntry, rules: readonly RuleWords[]): SarifResult {
  const { finding, uri, fingerprint, ordinal } = entry;
  const ruleIndex = rules.findIndex(({ id }) => id === finding.rule);
  const begin = finding.line ?? 1;
  const language = finding.line === undefined ? {} : { sourceLanguage: /\.ya?ml$/i.test(uri) ? 'yaml' : 'dockerfile' };
  const region = { startLine: begin, startColumn: 1, endLine: begin, endColumn: 1, ...language };
  const result = {
    ruleId: finding.rule,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: levels[finding.verdict],
    message: { text: messageOf(entry) },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri }, region },
        ...(finding.binary === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: finding.binary }] }),
      },
    ],
    partialFingerprints: { primaryLocationLineHash: `${fingerprint}:${ordinal}` },
    properties: { verdict: finding.verdict, evidence: finding.evidence, fix: finding.fix },
  };
  if (finding.accepted === undefined) return result;
  return {
    ...result,
    suppressions: [
      {
        kind: finding.accepted.inSource ? 'inSource' : 'external',
        status: 'accepted',
        justification: acceptedWords(finding),
      },
    ],
  };
}

function messageOf({ finding, file }: Entry): string {
  const place = finding.binary === undefined ? pathText(file.path) : finding.binary;
  const fix = finding.fix === '' ? '' : `. Fix: ${finding.fix}`;
  return `${place}: ${finding.message || finding.evidence || finding.rule}${fix}`;
}

/** GitHub refuses empty strings and texts over 1,024 characters here. */
function descriptorOf({ id, title, why, fix }: RuleWords) {
  return {
    id,
    name: id,
    shortDescription: { text: short(title || id) },
    fullDescription: { text: short(why || title || id) },
    help: {
      text: `${why || title || id}\n\nFix: ${fix || 'see goshim explain'}`,
      markdown: `${why || title || id}\n\n**Fix**: ${fix || '`goshim explain`'}`,
    },
    defaultConfiguration: { level: 'error' },
    properties: { 'problem.severity': 'error', precision: 'very-high', tags: ['go', 'binary'] },
  };
}

function short(text: string): string {
  return text.length <= 1000 ? text : `${text.slice(0, 999)}…`;
}

function weight({ level, suppressions }: SarifResult): number {
  return suppressions !== undefined ? 3 : ['error', 'warning', 'note'].indexOf(String(level));
}
