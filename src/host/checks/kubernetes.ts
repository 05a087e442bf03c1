import { existsSync } from 'node:fs';
import { readContainer } from '../container.ts';
import { preloads } from '../preload.ts';
import { type Check, ok, warn } from './check.ts';

/** Where the vendor's webhook mounts the code modules (Dynatrace operator, pkg/consts/agent_injection.go). */
const mount = '/opt/dynatrace/oneagent-paas';

export const kubernetes: Check = {
  id: 'kubernetes',
  why: 'in Kubernetes a webhook injects the agent into the pod when it is created; later is too late',
  run: ({ env, root }) => {
    if (readContainer(env, root).engine !== 'Kubernetes') return ok('not in Kubernetes');
    const names = Object.keys(env).filter(name => name.startsWith('DT_'));
    const variables = names.length === 0 ? '' : `; variables ${names.sort().join(', ')}`;
    const isMounted = existsSync(root + mount);
    const isLoaded = preloads(env, root).some(({ entry }) => entry.includes('liboneagent'));
    if (isMounted && isLoaded) return ok(`the agent is injected: ${mount}, preloaded${variables}`);
    const seen = isMounted
      ? `${mount} is mounted and nothing preloads it`
      : isLoaded
        ? `preloaded, but ${mount} is not there`
        : 'no sign of the agent in this pod';
    return warn(`${seen}${variables}`, 'kubectl delete pod NAME, once the namespace is monitored');
  },
};
