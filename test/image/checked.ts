import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkText, type TextOptions } from '../../src/image/check-text.ts';
import { loadProfile } from '../../src/profiles.ts';
import type { FileReport } from '../../src/rules/finding.ts';

/** A build context with `go.mod` (example.com/shop), mains in `.` and `./cmd/app`, and no vendor directory. */
export const context = mkdtempSync(join(tmpdir(), 'goshim-context-'));
mkdirSync(join(context, 'cmd/app'), { recursive: true });
writeFileSync(join(context, 'go.mod'), 'module example.com/shop\n\ngo 1.22\n');
for (const file of ['main.go', 'GoMinimal.go', 'cmd/app/main.go']) writeFileSync(join(context, file), 'package main\n');
process.on('exit', () => rmSync(context, { recursive: true }));

const vectors = join(dirname(fileURLToPath(import.meta.url)), 'vectors');

export function vector(name: string): string {
  return readFileSync(join(vectors, `${name}.Dockerfile`), 'utf8');
}

export interface Asked extends Partial<Omit<TextOptions, 'profile'>> {
  readonly profile?: string;
  readonly path?: string;
  /** Where the file stands; not said: in the build context. */
  readonly directory?: string;
}

export async function reportsOf(text: string, asked: Asked = {}): Promise<readonly FileReport[]> {
  const { profile = 'oneagent', path = 'Dockerfile', directory = context, ...options } = asked;
  return checkText(
    { path, text, directory },
    {
      buildArgs: new Map(),
      platform: null,
      target: null,
      contexts: new Map(),
      agentVersion: null,
      context: null,
      ...options,
      profile: loadProfile(profile, '/'),
    },
  );
}

export async function reportOf(text: string, asked: Asked = {}): Promise<FileReport> {
  const [report] = await reportsOf(text, asked);
  if (report === undefined) throw new Error('Assertion failed: no report');
  return report;
}

/** `rule verdict @line` of every finding that is no pass, accepted ones marked, in a fixed order. */
export async function said(text: string, asked: Asked = {}): Promise<string[]> {
  const { findings } = await reportOf(text, asked);
  return findings
    .filter(({ verdict }) => verdict !== 'pass')
    .map(
      ({ rule, verdict, line, accepted }) => `${rule} ${verdict} @${line}${accepted === undefined ? '' : ' accepted'}`,
    )
    .sort();
}
