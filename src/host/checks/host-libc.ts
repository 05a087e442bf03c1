import { hostLibcs } from '../host-libc.ts';
import { type Check, ok, warn } from './check.ts';

export const hostLibc: Check = {
  id: 'host-libc',
  why: 'a dynamically linked program starts only where its libc is, in the version it was linked against or a newer one',
  run: ({ root }) => {
    const found = hostLibcs(root);
    if (found.length === 0)
      return warn('no C library in the usual places: dynamically linked programs cannot start here');
    return ok(
      found.map(({ kind, version, path }) => `${kind} ${version ?? 'of unknown version'} (${path})`).join(', '),
    );
  },
};
