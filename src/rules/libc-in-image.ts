import type { Outcome } from './finding.ts';
import type { Rule } from './rule.ts';
import type { Place, ProgramNeeds } from './shared/place.ts';

/**
 * The agent needs the image's own libc, and a dynamically linked program needs the libc it was linked against. musl has
 * no symbol versions; a program linked against glibc ≥ 2.34 asks for GLIBC_2.34 (`__libc_start_main`, `pthread_create`).
 */
export const libcInImage: Rule = {
  id: 'libc-in-image',
  title: 'put into an image with the libc it was linked against',
  why:
    'The agent brings no C library: it uses the one of the image, and refuses images that have none (FROM scratch, ' +
    'distroless/static). A dynamically linked program does not even start where its loader is missing, where the libc is ' +
    'another one (glibc and musl), or where the glibc is older than the symbols it asks for.',
  fix: 'run on an image with the libc of the build image, e.g. alpine for golang:alpine, debian:bookworm-slim for golang:bookworm',
  seed: 'S9',
  place: (program, place) => judgePlace(program, place),
};

function judgePlace(program: ProgramNeeds, place: Place): Outcome {
  const { name } = place;
  if (place.libc === 'none')
    return fail(`${name} has no C library, which the agent needs`, place.why || `${name} holds no libc`);
  if (place.libc === 'unknown') return unknown(`whether ${name} has a C library is not known`, place.why);
  if (program.libc === 'none') return pass(`${name} has ${libcName(place)}`);
  if (program.libc === 'unknown')
    return program.why === '' ? pass(`${name} has ${libcName(place)}`) : unknown(program.why, program.why);
  if (place.loader === false)
    return fail(`the program's loader ${program.interpreter ?? ''} is not in ${name}`, place.why || 'no such file');
  if (place.loader === 'not executable')
    return fail(
      `the program's loader ${program.interpreter ?? ''} in ${name} is not executable: the program cannot start`,
      place.why,
    );
  if (program.libc !== place.libc) {
    const wants = program.interpreter === null ? program.libc : `${program.interpreter} (${program.libc})`;
    const evidence = `built against ${program.libc}, ${name} has ${libcName(place)}`;
    return program.perhapsStatic
      ? unknown(`if it is linked dynamically, the program wants ${wants}, and ${name} has ${place.libc}`, evidence)
      : fail(`the program wants ${wants}, ${name} has ${place.libc}: it cannot start`, evidence);
  }
  return program.libc === 'musl' ? pass(`${name} has musl`) : judgeGlibc(program, place);
}

function judgeGlibc({ glibc, glibcAtMost, linkedIn, why, perhapsStatic }: ProgramNeeds, place: Place): Outcome {
  const has = place.glibcMinor;
  // One name is one image during a build, whichever glibc it has.
  if (linkedIn !== undefined && linkedIn === place.image) return pass(`it was linked in ${linkedIn}`);
  if (has === null) return unknown(`which glibc ${place.name} has is not known`, place.why);
  if (glibc === null && glibcAtMost != null && has >= glibcAtMost) return pass(`${place.name} has glibc 2.${has}`);
  if (glibc === null) return unknown(`which glibc the program was linked against is not known: ${why}`, why);
  if (has >= glibc.minor) return pass(`${place.name} has glibc 2.${has}`);
  const evidence =
    glibc.is === 'needed' ? `needs GLIBC_2.${glibc.minor}, has 2.${has}` : `built with 2.${glibc.minor}, has 2.${has}`;
  const needs = glibc.is === 'needed' ? glibc.minor : glibc.minor >= pthreadsInLibc ? pthreadsInLibc : 0;
  if (needs <= has)
    return unknown(
      `a program linked against glibc 2.${glibc.minor} may need more than the 2.${has} of ${place.name}`,
      evidence,
    );
  const message = `the program needs GLIBC_2.${needs}, ${place.name} has glibc 2.${has}`;
  return perhapsStatic ? unknown(`if it is linked dynamically, ${message}`, evidence) : fail(message, evidence);
}

/** glibc 2.34 moved libpthread into libc.so.6 and gave its symbols a new version (NEWS of 2.34). */
const pthreadsInLibc = 34;

function libcName(place: Place): string {
  return place.libc === 'glibc' && place.glibcMinor !== null ? `glibc 2.${place.glibcMinor}` : place.libc;
}

function pass(message: string): Outcome {
  return { verdict: 'pass', message, evidence: '' };
}

function fail(message: string, evidence: string): Outcome {
  return { verdict: 'fail', message, evidence };
}

function unknown(message: string, evidence: string): Outcome {
  return { verdict: 'unknown', message, evidence };
}
