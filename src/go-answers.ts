import { readFileSync } from 'node:fs';
import { variablesToAsk } from './golang/env.ts';
import { type KeptAnswers, keepAnswers, recallAnswers } from './host/go-answers-cache.ts';
import { askGoEnv } from './process/goenv.ts';

export interface GoAnswers extends KeptAnswers {
  /** Whether go answered; where it did not there are no answers. */
  readonly ok: boolean;
}

/**
 * What the real go says of its variables in the build's directory, with the texts of the files that set them. Kept answers save
 * a cached build 7 ms; behind a `-C` go is always asked.
 * @param chdir the `-C` directory, relative to our own; null without one.
 */
export function goAnswers(
  real: string,
  { chdir, environment }: { readonly chdir: string | null; readonly environment: NodeJS.ProcessEnv },
): GoAnswers {
  const question = { real, variables: variablesToAsk, environment, cwd: process.cwd() };
  const known = chdir === null ? recallAnswers(question) : null;
  if (known !== null) return { ...known, ok: true };
  const since = Date.now();
  const { answers, status } = askGoEnv(real, variablesToAsk, { chdir, env: environment });
  const { GOENV = 'off', GOROOT } = answers;
  const found = {
    answers,
    goenvText: GOENV === 'off' ? null : textOf(GOENV),
    gorootEnvText: GOROOT ? textOf(`${GOROOT}/go.env`) : null,
  };
  if (status === 0 && chdir === null) keepAnswers(question, found, since);
  return { ...found, ok: status === 0 };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
