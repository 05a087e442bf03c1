export interface ScriptResult {
  readonly status: 'PASS' | 'FAIL' | 'SKIP';
  /** The line of the script at which it failed, counted from 1; null where it did not, or the log does not say. */
  readonly line: number | null;
  /** What the test said there; empty where it did not fail. */
  readonly why: string;
}

/** By script's name, without `.txt`. */
export type Results = ReadonlyMap<string, ScriptResult>;

/** What stands for the test as a whole: it fails also where something is left in TMPDIR, or when it dies. */
export const whole = '(the test as a whole)';

/** Reads `go test -v`'s words of TestScript (Go 1.24–1.26). */
export function readResults(log: string, exitCode: number): Results {
  const failures = new Map<string, Pick<ScriptResult, 'line' | 'why'>>();
  for (const [, script = '', line, why = ''] of log.matchAll(
    /^ {4}script_test\.go:\d+: FAIL: testdata\/script\/(.+?)\.txt:(\d+): (.*)$/gm,
  ))
    failures.set(script, { line: Number(line), why });
  const results = new Map<string, ScriptResult>();
  for (const [, status, script = ''] of log.matchAll(/^ {4}--- (PASS|FAIL|SKIP): TestScript\/(\S+) \(/gm)) {
    const failure = status === 'FAIL' ? (failures.get(script) ?? { line: null, why: 'see the log' }) : null;
    results.set(script, { line: null, why: '', ...failure, status: status as ScriptResult['status'] });
  }
  const left = /unexpected (?:files|subdirectories) left in tmpdir: .*/.exec(log)?.[0] ?? null;
  const failed = [...results.values()].some(({ status }) => status === 'FAIL');
  const why = left ?? (exitCode !== 0 && !failed ? `exit ${exitCode}` : '');
  return results.set(whole, { status: why === '' ? 'PASS' : 'FAIL', line: null, why });
}
