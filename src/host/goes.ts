import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lookPathAll } from './look-path.ts';
import { isGoshim } from './real-go.ts';

/** One `go` on PATH. */
export interface GoOnPath {
  /** As a look-up along PATH finds it. */
  readonly path: string;
  /** With links resolved. */
  readonly real: string;
  readonly kind: 'goshim' | 'go' | 'version manager' | 'script' | 'program';
  /** The version manager's name; empty otherwise. */
  readonly manager: string;
}

/** Every `go` along PATH, in order: what a caller without an alias or an absolute path would get is the first. */
export function goesOnPath(path: string | undefined): readonly GoOnPath[] {
  return lookPathAll('go', path).map(describe);
}

function describe(path: string): GoOnPath {
  const real = realpath(path);
  if (isGoshim(path)) return { path, real, kind: 'goshim', manager: '' };
  const manager = managers.find(([pattern]) => pattern.test(path) || pattern.test(real))?.[1];
  if (manager !== undefined) return { path, real, kind: 'version manager', manager };
  if ([path, real].some(each => existsSync(join(dirname(each), '..', 'pkg', 'tool'))))
    return { path, real, kind: 'go', manager: '' };
  return { path, real, kind: isScript(real) ? 'script' : 'program', manager: '' };
}

/** Where version managers put their stand-ins. One that installs whole GOROOTs (gvm, g) shows as plain go. */
const managers: readonly (readonly [RegExp, string])[] = [
  [/\/mise\/shims\/|\/mise$/, 'mise'],
  [/\/\.?asdf\/shims\//, 'asdf'],
  [/\/\.?goenv\/shims\//, 'goenv'],
  [/^\/snap\/bin\/|\/usr\/bin\/snap$/, 'snap'],
];

function isScript(path: string): boolean {
  try {
    return readFileSync(path).subarray(0, 2).toString('latin1') === '#!';
  } catch {
    return false;
  }
}

function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
