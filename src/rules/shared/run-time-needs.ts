import type { BinaryFacts, Reading } from '../../binary/facts.ts';
import type { Build } from '../../golang/build.ts';
import type { Outcome } from '../finding.ts';
import { linkingOf } from './linking.ts';
import { pass } from './outcome.ts';
import { isNewer } from './versions.ts';

/**
 * The one line about a program that was to be static and is not: what it now asks of the place it runs in, read from the file,
 * and the images that have it or not. null where nobody wanted it static, or it is static.
 */
export function whereItRuns(facts: BinaryFacts, build: Build, name: string): Outcome | null {
  const wantedStatic = build.edits.some(
    ({ subject, overruled }) => overruled && (subject === 'CGO_ENABLED=0' || /-static\b/.test(subject)),
  );
  if (!wantedStatic) return null;
  const linking = linkingOf(facts);
  if (!linking.ok || linking.value.kind !== 'dynamic') return null;
  const { interpreter, libc } = linking.value;
  const highest = highestGlibc(facts);
  const version = highest.ok ? highest.value : null;
  const needs = version === null ? interpreter : `${interpreter} and GLIBC_${version}`;
  const serves =
    libc === 'musl' ? ['Alpine'] : glibcImages.filter(image => has(image, version)).map(image => image.name);
  const without = libc === 'musl' ? ['scratch', 'distroless/static', 'Debian'] : withoutGlibc;
  const images = `not in ${without.join(', ')}${serves.length === 0 ? '' : `; in ${serves.join(', ')}`}`;
  return pass(`PT_INTERP ${interpreter}`, `${name} needs ${needs} where it runs: ${images}`);
}

/** `2.34`: the highest GLIBC_ version the file asks for, null when it asks for none. */
export function highestGlibc(facts: BinaryFacts): Reading<string | null> {
  const needs = facts.versionNeeds();
  if (!needs.ok) return needs;
  const versions = needs.value.flatMap(need => need.versions).flatMap(glibcVersion);
  return {
    ok: true,
    value: versions.reduce<string | null>((top, each) => (top === null || isNewer(each, top) ? each : top), null),
  };
}

/** GLIBC_ABI_DT_RELR came with 2.36 (its NEWS); GLIBC_PRIVATE says nothing about a version. */
function glibcVersion(name: string): string[] {
  if (name === 'GLIBC_ABI_DT_RELR') return ['2.36'];
  const version = /^GLIBC_(\d+(?:\.\d+)*)$/.exec(name)?.[1];
  return version === undefined ? [] : [version];
}

const withoutGlibc = ['scratch', 'distroless/static', 'Alpine'];

/** The oldest release of each family that people run on, with its glibc (distributions' package pages, 2026). */
const glibcImages: readonly { readonly name: string; readonly glibc: string; readonly family: string }[] = [
  { name: 'Debian 11', glibc: '2.31', family: 'debian' },
  { name: 'Debian 12', glibc: '2.36', family: 'debian' },
  { name: 'Debian 13', glibc: '2.41', family: 'debian' },
  { name: 'Ubuntu 20.04', glibc: '2.31', family: 'ubuntu' },
  { name: 'Ubuntu 22.04', glibc: '2.35', family: 'ubuntu' },
  { name: 'Ubuntu 24.04', glibc: '2.39', family: 'ubuntu' },
  { name: 'RHEL 8', glibc: '2.28', family: 'rhel' },
  { name: 'RHEL 9', glibc: '2.34', family: 'rhel' },
  { name: 'RHEL 10', glibc: '2.39', family: 'rhel' },
];

function has(image: (typeof glibcImages)[number], version: string | null): boolean {
  const serves = (each: (typeof glibcImages)[number]) => version === null || !isNewer(version, each.glibc);
  return glibcImages.find(each => each.family === image.family && serves(each)) === image;
}
