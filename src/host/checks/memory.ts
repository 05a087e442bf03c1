import { memoryLimit } from '../cpus.ts';
import { type Check, ok, unknown, warn } from './check.ts';

const little = 512 * 1024 * 1024;

export const memory: Check = {
  id: 'memory',
  why: "external linking runs the system's linker beside cmd/link; a build that is killed for memory says only `signal: killed`",
  run: ({ root }) => {
    const limit = memoryLimit(root);
    if (!limit.ok) return unknown(`/proc/meminfo cannot be read (${limit.why})`);
    const { bytes, limited } = limit.value;
    const fact = `${(bytes / 1024 ** 3).toFixed(1)} GiB${limited ? ', by the control group' : ''}`;
    return bytes < little
      ? warn(`${fact} is little for an external link`, 'go build -p 1 …, or a higher memory limit')
      : ok(fact);
  },
};
