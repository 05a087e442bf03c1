import { readdirSync } from 'node:fs';
import { type Release, scriptsOf } from './releases.ts';

export interface Group {
  readonly name: 'named' | 'others';
  /** Whether the scripts' `[short]` parts are left out. */
  readonly short: boolean;
  /** How many of its scripts bare go must pass at least, since a comparison with nothing shows nothing. */
  readonly atLeast: number;
}

/** `named`: the scripts about the commands the shim stands in for. */
export const groups: readonly Group[] = [
  { name: 'named', short: false, atLeast: 150 },
  { name: 'others', short: true, atLeast: 400 },
];

const named = /^(build_|install_|run_|cgo_|chdir|gotoolchain|work_|mod_run|mod_vendor)/;

export function groupOf(script: string): Group['name'] {
  return named.test(script) ? 'named' : 'others';
}

/** Names of a release's scripts of one group, or of those whose names begin with one of `prefixes`. */
export function scriptsIn({ name }: Group, release: Release, prefixes: readonly string[] = []): readonly string[] {
  return readdirSync(scriptsOf(release))
    .filter(file => file.endsWith('.txt'))
    .map(file => file.slice(0, -'.txt'.length))
    .filter(script => groupOf(script) === name)
    .filter(script => prefixes.length === 0 || prefixes.some(prefix => script.startsWith(prefix)));
}
