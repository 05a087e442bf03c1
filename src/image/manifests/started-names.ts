import { unknownBase } from '../bases.ts';
import { Machine } from '../machine.ts';
import { isOrdinary, runCommand } from '../shell/commands.ts';
import { Shell, type World } from '../shell/shell.ts';
import { wordOf } from '../shell/words.ts';
import { literal } from '../text.ts';

/**
 * The programs that a command starts, through shells and wrappers, as they are named: all but those that every system has, go
 * itself and shells' builtins. Names that hold a variable are as they are written.
 */
export async function namesStarted(command: readonly string[]): Promise<readonly string[]> {
  const { parse } = await import('unbash');
  const names = new Set<string>();
  let budget = 1000;
  const start: World['start'] = ([first]) => {
    const name = wordOf(first) ?? first?.raw ?? '';
    const base = name.split('/').at(-1) ?? '';
    const isOfSystem = isOrdinary(base) && (!name.includes('/') || systemProgram.test(name));
    if (name !== '' && !isOfSystem && !/^(go|gofmt|goshim)$/.test(base)) names.add(name);
  };
  const world: World = { parse, go: () => {}, spend: () => budget-- > 0, start };
  const shell = new Shell(world, new Machine(unknownBase('', 'not known'), 0), new Map(), '/');
  runCommand(
    shell,
    command.map(raw => ({ text: literal(raw), at: 0, range: null, raw, source: null })),
  );
  return [...names];
}

const systemProgram = /^\/(usr\/)?s?bin\/[^/]+$/;
