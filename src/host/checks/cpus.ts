import { cpuQuota, onlineCpus } from '../cpus.ts';
import { hostLibcs } from '../host-libc.ts';
import { type Check, ok, unknown, warn } from './check.ts';

const many = 64;

export const cpus: Check = {
  id: 'cpus',
  why: "musl's malloc burns CPU under the agent on machines with 64 CPUs or more",
  run: ({ root }) => {
    const count = onlineCpus(root);
    if (!count.ok) return unknown(`/sys/devices/system/cpu/online cannot be read (${count.why})`);
    const quota = cpuQuota(root);
    const fact = `${count.value} CPU${count.value === 1 ? '' : 's'}${quota === null ? '' : `, quota ${quota}`}`;
    const isMusl = hostLibcs(root)[0]?.kind === 'musl';
    if (isMusl && count.value >= many)
      return warn(`${fact}, with musl`, 'preload tcmalloc or jemalloc: LD_PRELOAD=/usr/lib/libjemalloc.so.2');
    return ok(`${fact}${isMusl ? ', with musl' : ''}`);
  },
};
