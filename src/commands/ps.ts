import { type Details, type GoProcess, goProcesses } from '../host/proc/go-processes.ts';
import type { ListedProcess } from '../report/document.ts';
import type { FileReport, Finding } from '../rules/finding.ts';
import { findingOf, inForce, judge, verdictOf } from '../rules/judge.ts';
import type { VerifySurroundings } from '../rules/rule.ts';
import type { ProcessFacts } from '../rules/shared/process.ts';
import { UsageError } from '../usage-error.ts';
import type { Io } from './command.ts';
import { judgingFor } from './judging.ts';
import { readOptions } from './options.ts';
import { publish, readPublishing } from './publish.ts';

/**
 * `goshim ps`: the Go processes of this machine, each judged by the file it runs (never by the path that file once had) and by
 * what only a process shows. `root` stands before /proc, for tests.
 */
export async function run(argv: readonly string[], io: Io, root = ''): Promise<number> {
  const options = readOptions(argv, 'ps');
  const publishing = readPublishing(options, io);
  if (options.words.length > 0) throw new UsageError('ps: no words wanted; it lists every Go process');
  const { around, settings, basis } = judgingFor(options, io);
  const { listed, incomplete } = list(around, io, root);
  const reports = listed.map(({ report }) => report);
  const files =
    settings.accept.length === 0 ? reports : (await import('../accept.ts')).applyAccepted(reports, settings, io);
  const processes = listed.map(({ process }) => process);
  const code = await publish({ kind: 'ps', files, processes, basis }, publishing, io);
  if (incomplete !== null) io.stderr.write(`goshim: ps: ${incomplete}\n`);
  else if (files.length === 0) io.stderr.write('goshim: ps: no Go process is running\n');
  return code;
}

interface Listed {
  readonly report: FileReport;
  readonly process: ListedProcess;
}

function list(around: VerifySurroundings, io: Io, root: string) {
  const judged = new Map<string, readonly Finding[]>();
  const listed: Listed[] = [];
  const processes = goProcesses(io.env, root);
  for (let next = processes.next(); ; next = processes.next()) {
    if (next.done) {
      listed.sort((a, b) => a.process.pid - b.process.pid);
      return { listed, incomplete: next.value.why };
    }
    listed.push(next.value.kind === 'go' ? judgeProcess(next.value, around, judged) : unjudged(next.value));
  }
}

function judgeProcess(
  { pid, exe, file, facts, process, details }: GoProcess & { kind: 'go' },
  around: VerifySurroundings,
  judged: Map<string, readonly Finding[]>,
): Listed {
  const ofFile = judged.get(file) ?? judge(facts, around);
  judged.set(file, ofFile);
  const findings = [...ofFile, ...judgeRunning(process, around)];
  const { agent, ...rest } = details;
  return {
    report: { path: textOrBytes(exe), verdict: verdictOf(findings, { strict: false }), findings, reason: '' },
    process: { pid, agent, notes: notesOf(details), details: rest },
  };
}

function judgeRunning(process: ProcessFacts, around: VerifySurroundings): Finding[] {
  return inForce(around.profile).flatMap(({ rule, policy }) => {
    const outcome = rule.process?.(process, around) ?? null;
    return outcome === null ? [] : [findingOf(rule, policy, outcome)];
  });
}

function unjudged({ pid, exe, why }: GoProcess & { kind: 'unknown' }): Listed {
  return {
    report: { path: textOrBytes(exe), verdict: 'unknown', findings: [], reason: why },
    process: { pid, agent: 'unknown', notes: [], details: {} },
  };
}

/** Bytes stay bytes only where they are no UTF-8. */
function textOrBytes(path: Buffer): string | Buffer {
  const text = path.toString('utf8');
  return Buffer.from(text, 'utf8').equals(path) ? text : path;
}

function notesOf({ program, via, foundBy, file, otherMountNamespace }: Details): string[] {
  return [
    ...(program === undefined ? [] : [`${wrappers[via ?? 'exe']} ${program}, found by ${foundBy ?? ''}`]),
    ...(file === 'deleted' ? ['deleted: restart pending'] : []),
    ...(file === 'memfd' ? ['runs from memory (memfd)'] : []),
    ...(otherMountNamespace === true ? ['path in another mount namespace'] : []),
  ];
}

const wrappers = {
  exe: 'runs',
  'ld.so': 'the dynamic linker runs',
  dynamizer: "the agent's dynamizer runs",
  'qemu-user': 'qemu runs',
} as const;
