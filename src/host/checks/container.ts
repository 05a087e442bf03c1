import { readContainer } from '../container.ts';
import { type Check, ok, unknown } from './check.ts';

export const container: Check = {
  id: 'container',
  why: 'in a container other rules hold: its own libc, its own capabilities, the agent injected from outside',
  run: ({ env, root }) => {
    const { inside, engine, evidence } = readContainer(env, root);
    if (inside === null) return unknown(`whether this is a container is not known: ${evidence}`);
    if (!inside) return ok(`not in a container: ${evidence}`);
    return ok(`in a container${engine === '' ? '' : ` (${engine})`}: ${evidence}`);
  },
};
