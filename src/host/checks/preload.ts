import { preloads } from '../preload.ts';
import { type Check, ok, warn } from './check.ts';

export const preload: Check = {
  id: 'preload',
  why: 'the agent comes into dynamically linked programs as a preloaded library',
  run: ({ env, root }) => {
    const found = preloads(env, root);
    if (found.length === 0) return ok('nothing is preloaded (/etc/ld.so.preload, LD_PRELOAD)');
    const list = found.map(({ entry, from }) => `${entry} (${from})`).join(', ');
    const missing = found.find(({ exists }) => !exists);
    if (missing === undefined) return ok(list);
    return warn(
      `${missing.entry} is preloaded by ${missing.from} and is not there; ${list}`,
      `take it out of ${missing.from}`,
    );
  },
};
