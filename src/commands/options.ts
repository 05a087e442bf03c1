import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.ts';
import { catalogue } from './catalogue.ts';
import type { Option } from './command.ts';

/** A command's words, read by its entry in the catalogue. */
export interface Options {
  /** The words that are no options, everything after `--` included. */
  readonly words: readonly string[];
  /** True when a switch was given. */
  has(name: string): boolean;
  /** The last value given, or undefined. */
  get(name: string): string | undefined;
  /** Every value given, in order. */
  all(name: string): readonly string[];
}

/**
 * Reads the words after a command's name. Options and words mix; `--` ends the options; a lone `-` is a word.
 * UsageError for an unknown option or a missing value: one line that lists what there is.
 */
export function readOptions(argv: readonly string[], command: string): Options {
  const options = catalogue.find(({ name }) => name === command)?.options ?? [];
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(options.map(option => [option.name, kindOf(option)])),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const words: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = options.find(({ name }) => name === token.name);
    if (option === undefined) throw new UsageError(`${command}: ${token.rawName} is no option; ${listOf(options)}`);
    if (option.value !== undefined && token.value === undefined)
      throw new UsageError(`${command}: ${token.rawName} needs a value: ${token.rawName} ${option.value}`);
    if (option.value === undefined && token.value !== undefined)
      throw new UsageError(`${command}: ${token.rawName} takes no value`);
    values.set(option.name, [...(values.get(option.name) ?? []), token.value ?? '']);
  }
  return {
    words,
    has: name => values.has(name),
    get: name => values.get(name)?.at(-1),
    all: name => values.get(name) ?? [],
  };
}

function kindOf(option: Option): { type: 'string' | 'boolean'; multiple: true; short?: string } {
  const type = option.value === undefined ? 'boolean' : 'string';
  return option.short === undefined ? { type, multiple: true } : { type, multiple: true, short: option.short };
}

function listOf(options: readonly Option[]): string {
  return options.length === 0 ? 'it takes none' : `there are ${options.map(({ name }) => `--${name}`).join(', ')}`;
}
