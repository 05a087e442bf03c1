import childProcess from 'node:child_process';
import fs from 'node:fs';
import { resolve } from 'node:path';

export interface Witnessed<T> {
  readonly value: T;
  /** What was looked at, absolute; a directory whose entries were read, with a slash behind it. */
  readonly paths: readonly string[];
  /** The variables that were read; null: it was not set. */
  readonly variables: Readonly<Record<string, string | null>>;
  /** Nothing was written, nobody was asked, and every look could be seen: the value follows from paths, variables and our own words. */
  readonly whole: boolean;
}

type Functions = Record<string, (...words: unknown[]) => unknown>;

const looks: ReadonlySet<string> = new Set([
  'accessSync',
  'existsSync',
  'lstatSync',
  'openSync',
  'readFileSync',
  'readdirSync',
  'readlinkSync',
  'realpathSync',
  'statSync',
]);
/** By a descriptor that openSync gave. */
const onDescriptors: ReadonlySet<string> = new Set(['closeSync', 'fstatSync', 'readSync']);

/**
 * Runs `look`, and takes down which files it looks at. Node's own functions are replaced meanwhile, which only a bundle's calls go
 * through (a module's named imports are bound for good): elsewhere nothing is seen, and what was told is not whole.
 */
export function witnessed<T>(
  environment: NodeJS.ProcessEnv,
  look: (environment: NodeJS.ProcessEnv) => T,
): Witnessed<T> {
  const paths = new Set<string>();
  const variables: Record<string, string | null> = {};
  let whole = true;
  const undo: (() => void)[] = [];
  const replace = (module: Functions, name: string, note: (path: unknown) => void) => {
    const original = module[name] as Functions[string];
    const replaced = (...words: unknown[]) => {
      note(words[0]);
      return original.apply(module, words);
    };
    module[name] = Object.assign(replaced, original);
    undo.push(() => {
      module[name] = original;
    });
  };
  const files = fs as unknown as Functions;
  const programs = childProcess as unknown as Functions;
  for (const name of Object.keys(files).filter(key => key.endsWith('Sync') && !onDescriptors.has(key)))
    replace(files, name, path => {
      if (!looks.has(name) || typeof path !== 'string') whole = false;
      else paths.add(name === 'readdirSync' ? `${resolve(path)}/` : resolve(path));
    });
  for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork'])
    replace(programs, name, () => {
      whole = false;
    });
  try {
    const value = look(
      new Proxy(environment, {
        get(given, name: string) {
          variables[name] = given[name] ?? null;
          return given[name];
        },
      }),
    );
    return { value, paths: [...paths], variables, whole: whole && paths.size > 0 };
  } finally {
    for (const back of undo) back();
  }
}
