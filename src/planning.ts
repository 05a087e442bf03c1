import { resolve } from 'node:path';
import { goAnswers } from './go-answers.ts';
import type { Build } from './golang/build.ts';
import { layerEnv } from './golang/env.ts';
import { type CommandLine, readLine } from './golang/line.ts';
import { openBuild } from './golang/open.ts';
import { whoIs } from './host/toolchain.ts';
import { ignoredMains } from './ignored.ts';
import { type Plan, planBuild } from './rules/plan.ts';
import type { BuildSurroundings } from './rules/rule.ts';
import { profileInForce } from './settings/profile.ts';
import { loadSettings, type Settings } from './settings.ts';
import { surroundingsOf } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

export interface Asked {
  /** Absolute path of the real go. */
  readonly real: string;
  /** go's words, beginning with the command word or what stands before it. */
  readonly argv: readonly string[];
  /** The environment go's child gets. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where go was called; absolute. */
  readonly cwd: string;
}

export interface PlannedBuild {
  readonly kind: 'planned';
  readonly line: CommandLine;
  /** As it was asked, before any edit. */
  readonly asked: Build;
  readonly plan: Plan;
  readonly settings: Settings;
  readonly around: BuildSurroundings;
  /** Where go will build (after `-C`); absolute. */
  readonly directory: string;
  /** Import paths of the main packages that `ignore` names, as far as the line builds them. */
  readonly ignored: ReadonlySet<string>;
}

/** `untouched`: go gets the line as it stands; `reason` is for verbose mode and `goshim plan`. */
export type Planned =
  | PlannedBuild
  | { readonly kind: 'untouched'; readonly reason: string; readonly settings: Settings | null };

/**
 * From the words of the command line to what will be run: design.md's first two rooms. Asks go for its variables once.
 * @throws UsageError for a malformed setting or profile, and for a go that is none (TinyGo goes by its name).
 */
export function planLine({ real, argv, environment, cwd }: Asked): Planned {
  const line = readLine(argv);
  if ('untouched' in line) return { kind: 'untouched', reason: line.untouched, settings: null };
  const directory = resolve(cwd, line.chdir ?? '.');
  const settings = loadSettings(environment, directory, cwd);
  const profile = profileInForce(settings);

  const { answers, ok, goenvText, gorootEnvText } = goAnswers(real, { chdir: line.chdir, environment });
  if (!ok) return { kind: 'untouched', reason: 'go env fails here: go itself says why', settings };
  if (answers.GOVERSION === undefined) {
    const reason = `${whoIs(real, environment)}: put the official Go first on PATH, or set GOSHIM_GO`;
    if (settings.mode === 'on' && settings.onFail === 'fail') throw new UsageError(reason);
    return { kind: 'untouched', reason, settings };
  }
  const env = layerEnv({ answers, environment, goenvText, gorootEnvText });
  const asked = openBuild(line, env);
  if ('untouched' in asked) return { kind: 'untouched', reason: asked.untouched, settings };
  const elsewhere = notCaredFor(asked, settings);
  if (elsewhere !== null) return { kind: 'untouched', reason: elsewhere, settings };
  const ignored = ignoredMains({ real, build: asked, settings, environment, directory });
  if (ignored.all) return { kind: 'untouched', reason: 'every main package is in `ignore`', settings };

  const around = surroundingsOf({ real, build: asked, env, settings, profile, environment, directory });
  const plan = planBuild(asked, around);
  if (plan.untouched !== null) return { kind: 'untouched', reason: plan.untouched, settings };
  return {
    kind: 'planned',
    line,
    asked,
    plan,
    settings,
    around,
    directory,
    ignored: ignored.mains,
  };
}

/** `targets` narrows what the profile cares for (D14). */
function notCaredFor({ goos, goarch }: Build, { targets }: Settings): string | null {
  const target = `${goos}/${goarch}`;
  return targets === null || targets.includes(target) ? null : `${target} is not in \`targets\``;
}
