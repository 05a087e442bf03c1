import { known } from '../text.ts';
import type { GoLine } from './go-line.ts';

/**
 * The toolchain that builds a line, by GOTOOLCHAIN and, where that lets go choose, by go.mod (go.dev/doc/toolchain); null: the
 * image's own. Before Go 1.21 nobody reads them. golang images set `local` themselves, which only the environment can overrule.
 */
export function chosenToolchain(line: GoLine): string | null {
  const own = line.go.goVersion;
  if (own !== null && /^go1\./.test(own) && orderOf(own)[0] < 21) return null;
  const isImage = line.base.go === 'official';
  const variable = line.environment.get('GOTOOLCHAIN') ?? (isImage ? undefined : line.goEnv.get('GOTOOLCHAIN'));
  const said = variable === undefined ? (isImage ? 'local' : 'auto') : (known(variable.text) ?? 'local');
  const [name = '', switching] = /^(auto|path)$/.test(said) ? ['local', said] : said.split('+');
  const named = /^go\d/.test(name) ? name : null;
  const start = named ?? own;
  const isChosen = switching !== undefined && line.toolchain !== null && start !== null;
  return isChosen && line.toolchain !== null && isNewer(line.toolchain, start) ? line.toolchain : named;
}

/** The newer of what the `go` and `toolchain` lines of go.mod and go.work ask for, as `go1.22.3`; null: they are not there. */
export function toolchainOf(...texts: readonly (string | null)[]): string | null {
  let newest: string | null = null;
  for (const text of texts)
    for (const [, asked = ''] of (text ?? '').matchAll(/^[ \t]*(?:toolchain[ \t]+go|go[ \t]+)(1\.\S+)/gm))
      if (newest === null || isNewer(`go${asked}`, newest)) newest = `go${asked}`;
  return newest;
}

function isNewer(a: string, b: string): boolean {
  const [left, right] = [orderOf(a), orderOf(b)];
  for (const [index, value] of left.entries()) if (value !== right[index]) return value > (right[index] ?? 0);
  return false;
}

/** N of go1.N, its patch, which a candidate stands before, and the candidate's number (cmd/go internal/gover). */
function orderOf(version: string): readonly [number, number, number] {
  const [, minor = '99', patch, kind, candidate] = /^go1\.(\d+)(?:\.(\d+)|(rc|beta)(\d+))?/.exec(version) ?? [];
  return [Number(minor), kind === undefined ? Number(patch ?? 0) : kind === 'rc' ? -1 : -2, Number(candidate ?? 0)];
}
