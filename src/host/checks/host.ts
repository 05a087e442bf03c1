import { readFileSync } from 'node:fs';
import { type GoEnv, layerEnv, variablesToAsk } from '../../golang/env.ts';
import type { Profile } from '../../profiles.ts';
import type { Settings } from '../../settings.ts';
import { UsageError } from '../../usage-error.ts';
import { agentOnHost } from '../agent.ts';
import { ask } from '../ask.ts';
import { findRealGo } from '../real-go.ts';

/** What the checks look at. Answers that several of them need are asked for once. */
export interface Host {
  /** Stands before /proc, /etc, /opt, /sys; empty but in tests. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where a build would be started; absolute. */
  readonly cwd: string;
  /** The process whose ancestors are looked at. */
  readonly pid: number;
  /** Milliseconds that one tool may take. */
  readonly timeLimit: number;
  readonly settings: Settings;
  /** Why the settings in force are not those above, which are the defaults then; null when they are. */
  readonly refusal: string | null;
  readonly profile: Profile;
  readonly agentVersion: string | null;
  /** Absolute path of the real go, or why there is none. */
  real(): { readonly path: string } | { readonly why: string };
  go(): Promise<GoAnswer>;
}

export type GoAnswer =
  | { readonly answered: true; readonly env: GoEnv; readonly answers: Readonly<Record<string, string>> }
  | { readonly answered: false; readonly why: string };

export type HostInput = Omit<Host, 'real' | 'go' | 'agentVersion'>;

export function hostOf(input: HostInput): Host {
  const real = once(() => realGo(input.env));
  return {
    ...input,
    agentVersion: input.settings.agentVersion ?? agentOnHost(input.root).version,
    real,
    go: once(async (): Promise<GoAnswer> => {
      const found = real();
      return 'why' in found ? { answered: false, why: found.why } : askGo(found.path, input);
    }),
  };
}

/** go's own variables, and those that tell whose go it is. */
const variables = [...variablesToAsk, 'GOTOOLDIR', 'GCCGO'];

/**
 * Nothing may be written: without a proxy go downloads no toolchain, and cmd/go's counter files (telemetry, Go ≥ 1.23) go where none
 * can be made (cmd/internal/telemetry/counter reads this variable).
 */
export const quietGo = { GOPROXY: 'off', TEST_TELEMETRY_DIR: '/dev/null/none' } as const;

async function askGo(real: string, { env, cwd, timeLimit }: HostInput): Promise<GoAnswer> {
  const asked = await ask(real, ['env', '-json', ...variables], { env: { ...env, ...quietGo }, cwd, timeLimit });
  if (asked.failed !== null) {
    const words = asked.stderr.trim().split('\n').at(-1) ?? '';
    return { answered: false, why: words === '' ? asked.failed : withoutValues(words, env) };
  }
  const answers = parse(asked.stdout);
  if (answers === null) return { answered: false, why: `${real} does not answer \`go env -json\`` };
  const goenvText = answers['GOENV'] === 'off' ? null : textOf(answers['GOENV']);
  const gorootEnvText = textOf(answers['GOROOT'] && `${answers['GOROOT']}/go.env`);
  return { answered: true, answers, env: layerEnv({ answers, environment: env, goenvText, gorootEnvText }) };
}

/** go quotes a word of GOFLAGS that it cannot parse, and such a word may be a secret. */
function withoutValues(words: string, env: NodeJS.ProcessEnv): string {
  return words.includes('GOFLAGS') ? `go cannot parse GOFLAGS${env['GOFLAGS'] ? '' : ' of go env -w'}` : words;
}

function parse(text: string): Readonly<Record<string, string>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, string>) : null;
  } catch {
    return null;
  }
}

function realGo(env: NodeJS.ProcessEnv): { readonly path: string } | { readonly why: string } {
  try {
    return { path: findRealGo(env) };
  } catch (error) {
    if (error instanceof UsageError) return { why: error.message };
    throw error;
  }
}

function textOf(path: string | undefined): string | null {
  if (!path) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function once<T>(answer: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => {
    known ??= { value: answer() };
    return known.value;
  };
}
