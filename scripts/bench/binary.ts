// Reading one large binary in process, beside `go version -m` and `nm`.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { execaSync } from 'execa';
import type { BinaryFacts } from '../../src/binary/facts.ts';
import { openSource } from '../../src/binary/open.ts';
import { loadProfile } from '../../src/profiles.ts';
import { judge } from '../../src/rules/judge.ts';
import { largeProgram } from './large-program.ts';
import type { Row } from './row.ts';

/** The quickest of several fresh readings, since a busy machine only adds; the file is in the page cache for all alike. */
export async function benchBinary(): Promise<readonly Row[]> {
  const path = largeProgram();
  const around = { profile: loadProfile('oneagent', '/'), agentVersion: null, runtime: null };
  const headers = measure(path, facts => [
    facts.interpreter(),
    facts.needed(),
    facts.versionNeeds(),
    facts.isPie(),
    facts.buildInfo(),
  ]);
  const verdicts = measure(path, facts => judge(facts, around));
  const version = quickest(7, () => execaSync('go', ['version', '-m', path]));
  const nm = quickest(7, () => execaSync('nm', [path], { stdout: 'ignore' }));
  const megabytes = 2 ** 20;
  const row = (name: string, direct: number, wrapped: number, budget: number, unit: string): Row => ({
    name,
    direct,
    wrapped,
    overhead: wrapped,
    budget,
    unit,
  });
  return [
    row('60 MB: headers, dynamic table, build info (go version -m)', version, headers.milliseconds, 3, 'ms'),
    row('60 MB: headers, dynamic table, build info, read', 0, headers.bytes / 1024, 32, 'KB'),
    row('60 MB: all verdicts of a binary (nm)', nm, verdicts.milliseconds, 40, 'ms'),
    row('60 MB: all verdicts of a binary, read', 0, verdicts.bytes / megabytes, 8, 'MB'),
  ];
}

/** Every round opens the file anew, since facts are remembered. */
function measure(path: string, use: (facts: BinaryFacts) => unknown): { milliseconds: number; bytes: number } {
  let bytes = 0;
  const milliseconds = quickest(25, () => {
    bytes = 0;
    const fd = openSync(path, 'r');
    const opened = openSource({
      size: fstatSync(fd).size,
      read(offset, length) {
        const part = Buffer.allocUnsafe(length);
        bytes += readSync(fd, part, 0, length, offset);
        return part;
      },
    });
    if (opened.kind === 'elf') use(opened.facts);
    closeSync(fd);
  });
  return { milliseconds, bytes };
}

function quickest(rounds: number, work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return Math.min(...times);
}
