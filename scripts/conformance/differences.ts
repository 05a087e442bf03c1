import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import which from 'which';
import { isNamed } from './groups.ts';
import { type Release, scriptsOf } from './releases.ts';

/** Why a script does not hold under the oneagent profile. */
export interface Difference {
  /** The line of the script that asserts what the profile overrules, and at which it therefore fails; without blanks around it. */
  readonly line: string;
  readonly reason: string;
  /** The script comes to that line only where this program is on PATH. */
  readonly needs?: string | undefined;
}

/** By script's name. */
export type Differences = Readonly<Record<string, Difference>>;

const file = join(dirname(fileURLToPath(import.meta.url)), '../../test/conformance/differences.json');
const schema = v.record(
  v.string(),
  v.record(v.string(), v.strictObject({ line: v.string(), reason: v.string(), needs: v.optional(v.string()) })),
);

/** At most so many scripts of the named groups may be listed, and so many of all others together. */
export const mostListed = 20;

/** What is to be expected of a release on this machine. */
export function expected(release: Release): Differences {
  const present = ({ needs }: Difference) => needs === undefined || which.sync(needs, { nothrow: true }) !== null;
  return Object.fromEntries(Object.entries(differencesOf(release)).filter(([, difference]) => present(difference)));
}

/** What is listed for a release; nothing for one that the list does not name. */
export function differencesOf({ name }: Release): Differences {
  return v.parse(schema, JSON.parse(readFileSync(file, 'utf8')))[name] ?? {};
}

/** What is wrong with the list itself, a line each: too long, a script or a line that the release does not have. */
export function complaintsAbout(listed: Differences, release: Release): readonly string[] {
  const names = Object.keys(listed);
  const long = [true, false].flatMap(wanted => {
    const count = names.filter(script => isNamed(script) === wanted).length;
    const which = wanted ? 'of the named groups' : 'of other groups';
    return count > mostListed ? [`the list holds ${count} scripts ${which}, ${mostListed} at most`] : [];
  });
  const wrong = Object.entries(listed).flatMap(([script, { line, reason }]) => {
    if (reason.trim() === '') return [`${script} is listed without a reason`];
    const lines = linesOf(script, release);
    if (lines === null) return [`${script} is listed, and Go ${release.name} has no such script`];
    return lines.includes(line) ? [] : [`${script} is listed, and has no line \`${line}\``];
  });
  return [...long, ...wrong];
}

/** A script's commands, without blanks around them; null where there is no such script. */
export function linesOf(script: string, release: Release): readonly string[] | null {
  const path = join(scriptsOf(release), `${script}.txt`);
  if (!existsSync(path)) return null;
  const [commands = ''] = readFileSync(path, 'utf8').split(/^-- .+ --$/m);
  return commands.split('\n').map(line => line.trim());
}
