import type { Document, RenderOptions } from '../../src/report/document.ts';
import type { FileReport, Finding } from '../../src/rules/finding.ts';
import { rules } from '../../src/rules/index.ts';

export const options: RenderOptions = { verbose: false, colour: false, cwd: '/project', root: '/project' };

export const pass: Finding = { rule: 'no-race', verdict: 'pass', message: '', evidence: 'no sign of -race', fix: '' };
export const fail: Finding = {
  rule: 'symbol-table',
  verdict: 'fail',
  message: 'no symbol table',
  evidence: 'no .symtab',
  fix: 'build without -s',
};
export const warn: Finding = {
  rule: 'no-plugin',
  verdict: 'warn',
  message: 'it can load plugins',
  evidence: 'plugin.open',
  fix: 'build without plugins',
};
export const unknown: Finding = {
  rule: 'cgo-enabled',
  verdict: 'unknown',
  message: 'it could not be read',
  evidence: 'truncated',
  fix: '',
};
export const accepted: Finding = { ...fail, accepted: { reason: 'a known tool', until: '2027-01-31' } };

export function file(path: string | Buffer, ...findings: Finding[]): FileReport {
  const left = findings.filter(finding => finding.accepted === undefined).map(({ verdict }) => verdict);
  const verdict = (['fail', 'unknown', 'warn'] as const).find(each => left.includes(each)) ?? 'pass';
  return { path, verdict, findings, reason: '' };
}

export const notGo: FileReport = { path: 'notes.txt', verdict: 'not-go', findings: [], reason: 'text' };
export const missing: FileReport = {
  path: 'missing',
  verdict: 'unknown',
  findings: [],
  reason: 'no such file or directory (ENOENT)',
};

/** Names that a format could stumble over. */
export const oddNames: readonly (string | Buffer)[] = [
  'with blank',
  'line\nbreak',
  'tab\tand\rreturn',
  '"quoted" \'name\'',
  '100%25',
  'a:b,c=d;e',
  '<b>&amp;]]>',
  '::error::not a command',
  '##vso[task.complete]',
  'pipe|`tick`*_[x](y)',
  'esc\u001b[31mred\u0000',
  'bidi\u202egnp.exe',
  'surrogate\ud800',
  '-x',
  'ünï',
  Buffer.from([0x66, 0xff, 0xfe, 0x6f]),
];

export function documentOf(files: readonly FileReport[], more: Partial<Document> = {}): Document {
  return {
    kind: 'verify',
    files,
    basis: {
      profile: {
        name: 'oneagent',
        title: 'sample',
        rules: {},
        staticMonitoring: false,
        architectures: null,
        releases: null,
      },
      agentVersion: null,
      settingsFile: null,
      version: '1.2.3',
      rules,
    },
    ...more,
  };
}

export const everyVerdict = documentOf([
  file('good', pass),
  file('bin/bad', pass, fail, warn),
  file('warned', warn),
  file('odd', unknown),
  file('known', accepted, pass),
  notGo,
  missing,
]);

export const oddDocument = documentOf(oddNames.map(name => file(name, fail, unknown)));
