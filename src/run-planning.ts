import { writeSync } from 'node:fs';
import { lookPath } from './host/look-path.ts';
import { planLine } from './planning.ts';
import { type Handover, userEnvironment } from './process/handover.ts';
import { unreadable } from './process/raw.ts';
import type { Ended } from './process/run.ts';
import { execFlag, runPlan } from './process/run-plan.ts';
import { planLines } from './report/lines.ts';
import { say } from './say.ts';

/**
 * Plans a `go run` and prints the plan for the launcher, which becomes go (D10). Nothing printed: the line as it was given.
 * @throws UsageError for a malformed setting.
 */
export function planRun(handover: Handover): Ended {
  const good: Ended = { code: 0, signal: null };
  if (unreadable() !== null) return good;
  const environment = userEnvironment(handover);
  const planned = planLine({ real: handover.go, argv: handover.argv, environment, cwd: process.cwd() });
  if (planned.kind === 'untouched') return good;
  const { plan, settings, asked } = planned;
  const observing = settings.mode === 'observe';
  // The program of a `go run` is no release: what cannot be rewritten is said, and it runs (D13, D14 are about outputs).
  say(
    planLines(
      { changes: observing ? [] : plan.changes, warnings: [...plan.warnings, ...plan.refusals], refusals: [] },
      settings.log,
    ),
  );
  const build = observing ? asked : plan.build;
  const user =
    asked.exec?.words ??
    foreignExec(asked.goos, asked.goarch, asked.env('GOHOSTOS').value, asked.env('GOHOSTARCH').value, environment.PATH);
  const exec = execFlag(handover, build.envChanges(), user);
  if (exec === null) return good;
  writeSync(1, runPlan(build.setFlag('exec', exec).argv(), build.envChanges()));
  return good;
}

/** go looks for `go_GOOS_GOARCH_exec` on PATH where it builds for another platform (cmd/go/internal/work/build.go FindExecCmd). */
function foreignExec(
  goos: string,
  goarch: string,
  hostOs: string,
  hostArch: string,
  path: string | undefined,
): readonly string[] {
  if (goos === hostOs && goarch === hostArch) return [];
  const found = lookPath(`go_${goos}_${goarch}_exec`, path);
  return found === null ? [] : [found];
}
