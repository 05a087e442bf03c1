import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Release, scriptsOf } from './releases.ts';

export interface Group {
  readonly name: 'named' | 'building' | 'rest';
  /** Whether the scripts' `[short]` parts are left out. */
  readonly short: boolean;
  /** How many of its scripts bare go must pass at least, since a comparison with nothing shows nothing. */
  readonly atLeast: number;
}

/**
 * `named`: the scripts about the commands the shim stands in for; `building`: others that build, install or run something, whole only
 * for the installed release, since some take minutes.
 */
export function groupsOf({ installed }: Release): readonly Group[] {
  return [
    { name: 'named', short: false, atLeast: 150 },
    { name: 'building', short: !installed, atLeast: installed ? 100 : 40 },
    { name: 'rest', short: true, atLeast: 250 },
  ];
}

export const groupNames: readonly Group['name'][] = ['named', 'building', 'rest'];

const named = /^(build_|install_|run_|cgo_|chdir|gotoolchain|work_|mod_run|mod_vendor)/;
const building = /^(\[\S+\] )*([!?] )?go (-C \S+ )?(build|install|run)\b/m;

export function isNamed(script: string): boolean {
  return named.test(script);
}

/** Names of a release's scripts of one group, or of those whose names begin with one of `prefixes`. */
export function scriptsIn({ name }: Group, release: Release, prefixes: readonly string[] = []): readonly string[] {
  const place = scriptsOf(release);
  return readdirSync(place)
    .filter(file => file.endsWith('.txt'))
    .map(file => file.slice(0, -'.txt'.length))
    .filter(script => prefixes.length === 0 || prefixes.some(prefix => script.startsWith(prefix)))
    .filter(script => groupOf(script, () => readFileSync(join(place, `${script}.txt`), 'utf8')) === name);
}

function groupOf(script: string, text: () => string): Group['name'] {
  if (isNamed(script)) return 'named';
  return building.test(text()) ? 'building' : 'rest';
}
