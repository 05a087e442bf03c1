import { dirname } from 'node:path';
import spawn from 'cross-spawn';
import type { Build } from './golang/build.ts';
import type { Settings } from './settings.ts';

export interface IgnoreQuestion {
  readonly real: string;
  readonly build: Build;
  readonly settings: Settings;
  readonly environment: NodeJS.ProcessEnv;
  /** Where go will build; absolute. */
  readonly directory: string;
}

/**
 * Which main packages of this line `ignore` names. Both sides are go's to resolve (`./cmd/...`, import paths), so `go list`
 * is asked; nobody is asked while `ignore` is empty. `all`: every main of the line is ignored, and there is one (D17).
 */
export function ignoredMains(question: IgnoreQuestion): { readonly mains: ReadonlySet<string>; readonly all: boolean } {
  const { build, settings, directory } = question;
  if (settings.ignore.length === 0 || settings.file === null) return { mains: new Set(), all: false };
  const ignored = new Set(listMains(question, settings.ignore, dirname(settings.file)));
  const built = listMains(question, build.packages, directory);
  const mains = new Set(built.filter(main => ignored.has(main)));
  return { mains, all: built.length > 0 && mains.size === new Set(built).size };
}

function listMains({ real, environment }: IgnoreQuestion, packages: readonly string[], directory: string): string[] {
  const form = '{{if eq .Name "main"}}{{.ImportPath}}{{end}}';
  const env = { ...environment, PWD: directory };
  const { stdout } = spawn.sync(real, ['list', '-e', '-f', form, '--', ...packages], {
    cwd: directory,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return (stdout ?? '').split('\n').filter(Boolean);
}
