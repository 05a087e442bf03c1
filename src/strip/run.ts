import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { openBinary } from '../binary/open.ts';
import type { Handover } from '../process/handover.ts';
import type { Ended } from '../process/run.ts';
import { StartError } from '../process/start-error.ts';
import { line } from '../report/lines.ts';
import { say } from '../say.ts';
import { profileInForce } from '../settings/profile.ts';
import { loadSettings } from '../settings.ts';
import { expandLists } from './lists.ts';
import { readStripLine } from './words.ts';

/**
 * The strip that keeps the symbol table of Go programs: their debug sections go, with one line about it. Everything else,
 * and every line that takes no symbols, is the real strip's, options and exit codes included.
 * @throws UsageError for a malformed setting.
 */
export function strip({ go: real, argv }: Handover): Ended {
  const settings = loadSettings(process.env, process.cwd(), process.cwd());
  const policy = profileInForce(settings).rules['symbol-table'] ?? 'off';
  const words = expandLists(argv, file => readFileSync(file, 'utf8'));
  const stripLine = readStripLine(words);
  const goFiles = stripLine.takesSymbols ? stripLine.files.filter(hasGoSymbols) : [];
  if (goFiles.length === 0 || policy === 'off') return runReal(real, argv);
  const keeping = settings.mode === 'on' && policy !== 'warn';
  if (settings.log !== 'quiet')
    say(
      goFiles.map(file =>
        line(
          'symbol-table',
          keeping
            ? `${file} keeps its symbol table, which the agent needs; its debug sections are stripped (GOSHIM=off strips all)`
            : `${file} loses its symbol table, which the agent needs`,
        ),
      ),
    );
  if (!keeping) return runReal(real, argv);
  const others = stripLine.files.filter(file => !goFiles.includes(file));
  const ended = [
    ...(others.length === 0 ? [] : [runReal(real, stripLine.withFiles(others))]),
    runReal(real, stripLine.keepingSymbols(goFiles)),
  ];
  return ended.find(({ code }) => code !== 0) ?? { code: 0, signal: null };
}

/** A linked Go program with a symbol table to lose. */
function hasGoSymbols(file: string): boolean {
  const opened = openBinary(file);
  if (opened.kind !== 'elf') return false;
  try {
    const { facts } = opened;
    const isGo = facts.isGo();
    return (
      (facts.type === 'exec' || facts.type === 'dyn') && isGo.ok && isGo.value && facts.symbolTable().kind === 'present'
    );
  } finally {
    opened.close();
  }
}

function runReal(real: string, words: readonly string[]): Ended {
  const { status, signal, error } = spawnSync(real, words, { stdio: 'inherit' });
  if (error !== undefined) throw new StartError(real, error);
  return { code: status, signal };
}
