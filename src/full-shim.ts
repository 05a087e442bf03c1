import { announce } from './announce.ts';
import type { AsBefore } from './as-before.ts';
import { type Built, namedBy, outputsWithout, rebuild, runBuild, type Workshop } from './building.ts';
import { judgeStarting } from './exec-judge.ts';
import type { Output } from './golang/outputs.ts';
import { judgeOutputs, nameOf, reject } from './judge-outputs.ts';
import { groundsOf, keepLine } from './kept-line.ts';
import { leavesNothing } from './leaves-nothing.ts';
import { type PlannedBuild, planLine } from './planning.ts';
import { type Handover, userEnvironment } from './process/handover.ts';
import { unreadable } from './process/raw.ts';
import { type Ended, runGo } from './process/run.ts';
import { keepIgnored } from './process/signals.ts';
import { outputLines, planLines } from './report/lines.ts';
import { planRun } from './run-planning.ts';
import { say } from './say.ts';
import { judgingOf } from './surroundings.ts';
import { witnessed } from './witness.ts';

/** The output fails, or the build must not begin (design.md, decisions 5 and 14). */
const refused: Ended = { code: 3, signal: null };

/** @param before what a build came to that has been run by now. */
export async function shim(handover: Handover, before: AsBefore | null): Promise<Ended> {
  switch (handover.mode) {
    case 'exec':
      return judgeStarting(handover);
    case 'run':
      return planRun(handover);
    case 'strip':
      return (await import('./strip/run.ts')).strip(handover);
    default:
      return build(handover, before);
  }
}

async function build(handover: Handover, before: AsBefore | null): Promise<Ended> {
  keepIgnored(handover.inherited.ignored);
  const environment = userEnvironment(handover);
  const asIs = (raw = false) => runGo(handover.go, handover.argv, environment, handover, { raw });
  const odd = unreadable();
  if (odd !== null) {
    const where = odd === 'arguments' ? 'command line' : 'environment';
    say([`goshim: bytes in the ${where} are no UTF-8: plain go builds this one`]);
    return asIs(true);
  }
  const question = { real: handover.go, argv: handover.argv, environment, cwd: process.cwd() };
  const seen = witnessed(environment, heeded => planLine({ ...question, environment: heeded }));
  const planned = seen.value;
  if (planned.kind === 'untouched') {
    if (planned.settings?.log === 'verbose') say([`goshim: as it stands: ${planned.reason}`]);
    return before?.ended ?? asIs();
  }
  const { settings, plan, asked, directory } = planned;
  const named = planned.ignored.size > 0;
  const workshop = { real: handover.go, environment, directory, surroundings: handover, named };
  const line = settings.mode === 'observe' ? asked : plan.build;
  if (before !== null) return judged(planned, line, workshop, builtBefore(before, line, workshop));
  if (leavesNothing(planned, workshop)) return asIs();
  if (!announce(planned)) return refused;
  const isSilent = settings.mode === 'on' && planLines(plan, settings.log).length === 0;
  const canBeKept = seen.whole && isSilent && !named && namedBy(line, directory) !== null;
  const grounds = canBeKept ? groundsOf(question, seen) : null;
  const first = await runBuild(line, workshop);
  if (grounds === null) return judged(planned, line, workshop, first);
  return judged(planned, line, workshop, first, ({ path }) => {
    const around = judgingOf(settings, planned.around.profile);
    const kept = { argv: line.argv(), changes: line.envChanges(), output: path, name: nameOf(path), around };
    keepLine(question, kept, grounds);
  });
}

function builtBefore({ ended, outputs }: AsBefore, line: PlannedBuild['asked'], workshop: Workshop): Built {
  return { ended, outputs: ended.code === 0 ? (outputs ?? outputsWithout(line, workshop)) : null };
}

/**
 * Judges what was built, and builds once more what go took for up to date and the agent would refuse.
 * @param passed is called with the one output of a build that passes and about which there is nothing to say.
 */
async function judged(
  planned: PlannedBuild,
  line: PlannedBuild['asked'],
  workshop: Workshop,
  first: Built,
  passed?: (output: Output) => void,
): Promise<Ended> {
  const { settings } = planned;
  const observing = settings.mode === 'observe';
  let built = first;
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
  const lines = outputs.flatMap(({ file, after }) => outputLines(file, after, settings.log));
  say(lines);
  if (settings.report.length > 0) {
    const { addBuildReport } = await import('./build-report.ts');
    say(await addBuildReport(outputs, planned, workshop.environment));
  }
  const [only, ...others] = outputs;
  const isSilent = lines.length === 0 && settings.report.length === 0 && built === first;
  if (isSilent && only?.file.verdict === 'pass' && others.length === 0) passed?.(only.output);
  if (observing || settings.onFail === 'warn' || planned.plan.softened) return built.ended;
  const bad = (verdict: string) => verdict === 'fail' || (settings.strict && verdict !== 'pass');
  const rejected = outputs.filter(({ file }) => bad(file.verdict));
  for (const { output } of rejected) reject(output.path);
  return rejected.length > 0 ? refused : built.ended;
}
