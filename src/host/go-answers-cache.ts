import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { splitQuoted } from '../golang/quoted.ts';
import { lookPath } from './look-path.ts';
import * as cache from './private-cache.ts';
import { type Stamps, settled, stampsOf } from './stamps.ts';

/** One `go env` of the real go. */
export interface GoQuestion {
  /** Absolute path of the real go. */
  readonly real: string;
  readonly variables: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Where it is asked; absolute, with no link in it. */
  readonly cwd: string;
}

/** What it answered, and the two files of settings that it names. */
export interface KeptAnswers {
  readonly answers: Readonly<Record<string, string>>;
  readonly goenvText: string | null;
  readonly gorootEnvText: string | null;
}

/**
 * Answers that were kept, where everything that go drew them from can be seen to be as it was: go itself, its settings files,
 * each go.mod and go.work from here to the root (or that there is none), the variables it reads, and whether its C compiler is on
 * PATH. null otherwise. Read from cmd/go/internal/{cfg,envcmd,modload,toolchain} of Go 1.19–1.26.
 */
export function recallAnswers(question: GoQuestion): KeptAnswers | null {
  const kept = cache.recall(entryOf(question));
  if (typeof kept !== 'object' || kept === null) return null;
  const { answers, goenvText, gorootEnvText, seen } = kept as Record<string, unknown>;
  if (typeof answers !== 'object' || answers === null) return null;
  const found: KeptAnswers = {
    answers: answers as Record<string, string>,
    goenvText: textOrNull(goenvText),
    gorootEnvText: textOrNull(gorootEnvText),
  };
  return seen === seenBy(question, found.answers)?.text ? found : null;
}

/**
 * Keeps answers that were asked for at `since` (ms since the epoch), unless something of what they follow from could change unseen:
 * a wrapper or another toolchain answered, GOFLAGS says where else go.mod may be, GOENV is relative, PATH leads through the working
 * directory, PWD leads here by a link, the compiler that decides CGO_ENABLED is not the one that is named, or a file is so young that
 * it may have changed since.
 */
export function keepAnswers(question: GoQuestion, found: KeptAnswers, since: number): void {
  const { answers, goenvText, gorootEnvText } = found;
  const { real, cwd, environment } = question;
  const { GOFLAGS = '', GOENV = '', GOROOT = '', GOMOD = '', GOWORK = '' } = answers;
  const isPlain =
    [undefined, cwd].includes(environment['PWD']) &&
    !/overlay|modfile/.test(GOFLAGS) &&
    // No file: go answers nothing where GOENV says off.
    (['', 'off'].includes(GOENV) || GOENV.startsWith('/')) &&
    (environment['PATH'] ?? '').split(':').every(entry => entry.startsWith('/')) &&
    !/^CC=/m.test(`${goenvText ?? ''}\n${gorootEnvText ?? ''}`) &&
    isSame(real, join(GOROOT, 'bin', 'go'));
  const stamps = isPlain ? seenBy(question, answers) : null;
  if (stamps === null || stamps.newest > since - settled) return;
  if (![GOMOD, GOWORK].every(file => !file.startsWith('/') || file === '/dev/null' || stamps.present.has(file))) return;
  cache.remember(entryOf(question), { ...found, seen: stamps.text });
}

function entryOf({ real, variables, environment, cwd }: GoQuestion): cache.Entry {
  const heeded = Object.keys(environment).filter(isHeeded).sort();
  const key = JSON.stringify([1, real, cwd, variables, heeded.map(name => [name, environment[name]])]);
  return { kind: 'go-env', about: `${cwd} ${environment['GOOS']} ${environment['GOARCH']}`, key, environment };
}

/** More than go reads for these answers, never less; but no address of a proxy, in which a password may stand. */
function isHeeded(name: string): boolean {
  if (/^GO(PROXY|AUTH|NOPROXY|NOSUMDB|SUMDB|PRIVATE|INSECURE|VCS)$/.test(name)) return false;
  return name.startsWith('GO') || name.startsWith('CGO_') || name.startsWith('TESTGO') || others.has(name);
}

const others: ReadonlySet<string> = new Set([
  'PATH',
  'HOME',
  'PWD',
  'XDG_CONFIG_HOME',
  'CC',
  'CXX',
  'FC',
  'AR',
  'GCCGO',
]);

/** What can be seen of the files that go looks at; null where one of them cannot be asked for. */
function seenBy({ real, environment, cwd }: GoQuestion, answers: KeptAnswers['answers']): Stamps | null {
  const { GOROOT = '', GOENV = '', GOWORK = '', CC = '' } = answers;
  const files = [real, join(GOROOT, 'go.env'), GOENV, GOWORK].filter(file => file.startsWith('/'));
  for (let place = cwd; ; place = dirname(place)) {
    files.push(join(place, 'go.mod'), join(place, 'go.work'));
    if (place === dirname(place)) break;
  }
  const stamps = stampsOf(files);
  if (stamps === null) return null;
  // Asked only where the environment does not say CC (cfg.defaultContext, Go ≥ 1.20).
  const compiler = environment['CC'] ? '' : lookPath(splitQuoted(CC)?.[0] ?? '', environment['PATH']);
  return { ...stamps, text: stamps.text + compiler };
}

function isSame(file: string, other: string): boolean {
  try {
    return realpathSync(file) === realpathSync(other);
  } catch {
    return false;
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
