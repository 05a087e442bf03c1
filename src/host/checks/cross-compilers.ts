import { ask } from '../ask.ts';
import { askLibc } from '../libc.ts';
import { probeEnvironment } from '../libc-words.ts';
import { targetOf } from '../triples.ts';
import { lookFor, shownWords, targetHere } from './c-compiler.ts';
import { type Check, ok, problem } from './check.ts';
import type { Host } from './host.ts';

export const crossCompilers: Check = {
  id: 'cross-compilers',
  why: 'a program for another architecture needs a C compiler for it; without one goshim stops that build',
  run: async host => {
    const { hostArch } = await targetHere(host);
    const wanted = host.settings.targets?.flatMap(target => /^linux\/(.+)$/.exec(target)?.[1] ?? []) ?? null;
    const known = wanted ?? Object.keys(host.profile.architectures ?? { amd64: {}, arm64: {} });
    const others = known.filter(goarch => goarch !== hostArch);
    if (others.length === 0) return ok(`no architecture but ${hostArch} is asked for`);
    const answers = await Promise.all(others.map(goarch => describe(goarch, hostArch, host)));
    const message = answers.map(({ words }) => words).join('; ');
    const missing = answers.find(({ found }) => !found);
    // Only what `targets` names has to be there: most machines build for themselves.
    if (missing === undefined || wanted === null) return ok(message);
    return problem(message, missing.install);
  },
};

async function describe(goarch: string, hostArch: string, host: Host) {
  const found = await lookFor(goarch, hostArch, host);
  if (!found.found) {
    const advice = found.install === '' ? '' : `: ${found.install}`;
    return { found: false, words: `${goarch}: none${advice}`, install: found.install };
  }
  if (found.how === 'CC' && (await makesHostCode(found, goarch, hostArch, host)))
    return {
      found: false,
      words: `${goarch}: none: CC is set to ${shownWords(found.words)}, which makes code for ${hostArch}`,
      install: 'unset CC',
    };
  const { libc, version } = await askLibc(found.words, {
    environment: host.env,
    timeLimit: host.timeLimit,
    write: false,
  });
  const name = libc === 'unknown' ? 'libc unknown' : `${libc}${version === null ? '' : ` ${version}`}`;
  return { found: true, words: `${goarch}: ${shownWords(found.words)} (${name})`, install: '' };
}

/** The user's own CC is taken for every architecture, as go takes it. gcc's -m32 does not show in what -dumpmachine says. */
async function makesHostCode(
  { path, words }: { readonly path: string; readonly words: readonly string[] },
  goarch: string,
  hostArch: string,
  { env, timeLimit }: Host,
): Promise<boolean> {
  if (goarch === '386' && hostArch === 'amd64') return false;
  const cpus = [goarch, hostArch].map(each => targetOf(each)?.triples[0]?.split('-')[0] ?? each);
  const { stdout } = await ask(path, [...words.slice(1), '-dumpmachine'], { env: probeEnvironment(env), timeLimit });
  const machine = stdout.trim().split('-')[0];
  return machine !== cpus[0] && machine === cpus[1];
}
