import type { BinaryFacts } from '../binary/facts.ts';
import type { Outcome } from './finding.ts';
import type { Rule, VerifySurroundings } from './rule.ts';
import { linkingOf } from './shared/linking.ts';
import { fail, pass, unknown } from './shared/outcome.ts';
import { highestGlibc } from './shared/run-time-needs.ts';
import { isNewer } from './shared/versions.ts';

/** Asked only where `.goshim.json` says where the output will run (`runtime`). */
export const runtimeLibc: Rule = {
  id: 'runtime-libc',
  title: 'able to start with the libc of the place it will run in',
  why:
    'A dynamically linked program needs its loader and, of glibc, at least the version whose symbols it asks for: built on Debian 12 ' +
    'it asks for GLIBC_2.34, and does not start on Debian 11. Without this rule that shows in production.',
  fix: 'build on the release it will run on (an older builder image), or correct "runtime" in .goshim.json',
  seed: 'S9, S18',
  verify: judgeRuntime,
};

function judgeRuntime(facts: BinaryFacts, { runtime }: VerifySurroundings): Outcome | null {
  if (runtime === null) return null;
  const linking = linkingOf(facts);
  if (!linking.ok) return unknown('which libc it needs could not be read', linking.why);
  const how = linking.value;
  if (how.kind === 'static') return pass('static: needs no libc');
  if (how.kind !== 'dynamic' && how.kind !== 'loader only') return null;
  const loader = `PT_INTERP ${how.interpreter}`;
  const place = runtime.version === null ? runtime.libc : `${runtime.libc} ${runtime.version}`;
  if (runtime.libc === 'none')
    return fail(
      `needs ${how.interpreter}, and the place it runs in has no libc`,
      `${loader}, runtime none`,
      'run it on an image with a libc (distroless/base, debian, alpine), or correct "runtime" in .goshim.json',
    );
  const libc = how.kind === 'dynamic' ? how.libc : how.interpreter.includes('ld-musl') ? 'musl' : 'glibc';
  if (libc !== runtime.libc)
    return fail(
      `needs ${how.interpreter} (${libc}), and the place it runs in has ${place}`,
      `${loader}, runtime ${place}`,
      `build against ${runtime.libc} (${runtime.libc === 'musl' ? 'golang:alpine, or CC=musl-gcc' : 'an image of the distribution it runs on'}), or correct "runtime" in .goshim.json`,
    );
  if (libc !== 'glibc' || runtime.version === null) return pass(`${loader}, runtime ${place}`);
  const highest = highestGlibc(facts);
  if (!highest.ok) return unknown('which glibc version it needs could not be read', highest.why);
  if (highest.value !== null && isNewer(highest.value, runtime.version))
    return fail(
      `needs GLIBC_${highest.value}, and the place it runs in has ${place}: it would not start`,
      `GLIBC_${highest.value} in the version needs, runtime ${place}`,
    );
  return pass(`${highest.value === null ? 'no GLIBC version' : `GLIBC_${highest.value}`}, runtime ${place}`);
}
