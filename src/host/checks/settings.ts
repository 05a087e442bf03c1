import { type Check, ok, problem, warn } from './check.ts';

export const settings: Check = {
  id: 'settings',
  why: 'a malformed setting stops every build',
  run: ({ refusal, settings: { mode, file, profile } }) => {
    if (refusal !== null) return problem(refusal, 'goshim config');
    const words = `profile ${profile}, ${file === null ? 'no .goshim.json' : file}`;
    if (mode === 'off') return warn(`GOSHIM=off: every build is go's own (${words})`, 'unset GOSHIM');
    if (mode === 'observe') return ok(`GOSHIM=observe: builds are judged and not changed (${words})`);
    return ok(words);
  },
};
