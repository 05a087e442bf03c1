import type { Finding } from '../../rules/finding.ts';
import { unknownBase } from '../bases.ts';
import { findGo } from '../go/find-go.ts';
import { noModule, takeDown } from '../go/go-line.ts';
import { judgeGoLine } from '../go/judge.ts';
import { Machine } from '../machine.ts';
import { runCommand } from '../shell/commands.ts';
import { Shell, type World } from '../shell/shell.ts';
import type { Word } from '../shell/words.ts';
import { Source } from '../source.ts';
import type { Judging } from './judging.ts';

/**
 * What is wrong with a container's command: only `go run` can be told from it, and only by its own words, since nothing is
 * known of the image.
 */
export async function judgeCommand(command: readonly string[], { profile, agentVersion }: Judging): Promise<Finding[]> {
  if (!/\bgo\b[\s\S]*\brun\b/.test(command.join(' '))) return [];
  const { parse } = await import('unbash');
  const machine = new Machine(unknownBase('', 'not known'), 0);
  const findings: Finding[] = [];
  let budget = 200;
  const start: World['start'] = (words, shell) => {
    const go = words.map(({ text }) => text);
    const isRun = /(^|\/)go$/.test(String(go[0]?.[0] ?? '')) && go.slice(1).some(text => text[0] === 'run');
    if (!isRun) return;
    const place = { stage: 0, isPinned: false, platform: 'linux/amd64' };
    const line = takeDown(words, shell, place, noModule, findGo(words[0], shell));
    const known = { ...line, compiler: 'present' as const, headers: 'present' as const };
    findings.push(
      ...judgeGoLine(known, profile, agentVersion).findings.filter(
        ({ verdict }) => verdict === 'fail' || verdict === 'warn',
      ),
    );
  };
  const shell = new Shell({ parse, go: () => {}, spend: () => budget-- > 0, start }, machine, new Map(), '/');
  if (command.length > 0) runCommand(shell, command.map(wordOf));
  return findings;
}

function wordOf(text: string): Word {
  return { text: [text], at: 0, range: null, raw: text, source: Source.at(text, 0) };
}
