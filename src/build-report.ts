import { basisOf } from './commands/judging.ts';
import type { JudgedOutput } from './judge-outputs.ts';
import type { PlannedBuild } from './planning.ts';
import { addToReports } from './report/files.ts';
import { line } from './report/lines.ts';
import { rootOf } from './report/place.ts';

/** Adds a build's verdicts to the reports that the settings ask for. Answers lines for stderr. */
export async function addBuildReport(
  outputs: readonly JudgedOutput[],
  { settings, around: { profile, agentVersion } }: PlannedBuild,
  environment: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const cwd = process.cwd();
  const files = outputs.map(({ file }) => file);
  const document = { kind: 'build', files, basis: basisOf(settings, profile, agentVersion) } as const;
  const { annotations, problems } = await addToReports(
    settings.report,
    document,
    { cwd, root: rootOf(cwd, environment) },
    environment,
  );
  return [...annotations.split('\n').filter(Boolean), ...problems.map(problem => line(null, problem))];
}
