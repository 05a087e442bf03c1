import { announce } from './announce.ts';
import { rebuild, runBuild, type Workshop } from './building.ts';
import { judgeStarting } from './exec-judge.ts';
import { judgeOutputs, reject } from './judge-outputs.ts';
import { leavesNothing } from './leaves-nothing.ts';
import { type PlannedBuild, planLine } from './planning.ts';
import { type Handover, readHandover, userEnvironment } from './process/handover.ts';
import { unreadable } from './process/raw.ts';
import { type Ended, endAs, runGo } from './process/run.ts';
import { keepIgnored } from './process/signals.ts';
import { outputLines } from './report/lines.ts';
import { planRun } from './run-planning.ts';
import { complain, say } from './say.ts';

/** The output fails, or the build must not begin (design.md, decisions 5 and 14). */
const refused: Ended = { code: 3, signal: null };

main(readHandover(process.argv.slice(2))).then(endAs, error => endAs(complain(error)));

async function main(handover: Handover): Promise<Ended> {
  switch (handover.mode) {
    case 'exec':
      return judgeStarting(handover);
    case 'run':
      return planRun(handover);
    case 'strip':
      return (await import('./strip/run.ts')).strip(handover);
    default:
      return build(handover);
  }
}

/** A word of the command line enters, a verdict on the output's bytes leaves. */
async function build(handover: Handover): Promise<Ended> {
  keepIgnored(handover.inherited.ignored);
  const environment = userEnvironment(handover);
  const asIs = (raw = false) => runGo(handover.go, handover.argv, environment, handover, { raw });
  const odd = unreadable();
  if (odd !== null) {
    const where = odd === 'arguments' ? 'command line' : 'environment';
    say([`goshim: bytes in the ${where} are no UTF-8: plain go builds this one`]);
    return asIs(true);
  }
  const planned = planLine({ real: handover.go, argv: handover.argv, environment, cwd: process.cwd() });
  if (planned.kind === 'untouched') {
    if (planned.settings?.log === 'verbose') say([`goshim: as it stands: ${planned.reason}`]);
    return asIs();
  }
  const { settings, plan, asked, directory } = planned;
  const named = planned.ignored.size > 0;
  const workshop = { real: handover.go, environment, directory, surroundings: handover, named };
  if (leavesNothing(planned, workshop)) return asIs();
  if (!announce(planned)) return refused;
  return judged(planned, settings.mode === 'observe' ? asked : plan.build, workshop);
}

/** Builds, and builds once more what go took for up to date and the agent would refuse. */
async function judged(planned: PlannedBuild, line: PlannedBuild['asked'], workshop: Workshop): Promise<Ended> {
  const { settings } = planned;
  const observing = settings.mode === 'observe';
  let built = await runBuild(line, workshop);
  if (built.ended.code !== 0) {
    if (line !== planned.asked && built.ended.signal === null) {
      const { flipHints } = await import('./flip-hints.ts');
      say(flipHints(planned, workshop));
    }
    return built.ended;
  }
  let outputs = await judgeOutputs(built.outputs, planned, line, workshop.environment);
  const stale = outputs.filter(({ output, file }) => output.upToDate && file.verdict === 'fail');
  if (stale.length > 0 && !observing) {
    built = await rebuild(
      line,
      stale.map(({ output }) => output),
      workshop,
    );
    if (built.ended.code !== 0) return built.ended;
    outputs = await judgeOutputs(built.outputs, planned, line, workshop.environment);
  }
  say(outputs.flatMap(({ file, after }) => outputLines(file, after, settings.log)));
  if (settings.report.length > 0) {
    const { addBuildReport } = await import('./build-report.ts');
    say(await addBuildReport(outputs, planned, workshop.environment));
  }
  if (observing || settings.onFail === 'warn' || planned.plan.softened) return built.ended;
  const bad = (verdict: string) => verdict === 'fail' || (settings.strict && verdict !== 'pass');
  const rejected = outputs.filter(({ file }) => bad(file.verdict));
  for (const { output } of rejected) reject(output.path);
  return rejected.length > 0 ? refused : built.ended;
}
