import { hasMemfd, readKernel } from '../kernel.ts';
import { type Check, ok, unknown, warn } from './check.ts';

export const kernel: Check = {
  id: 'kernel',
  why: 'newer agents put themselves into static programs by memfd_create, older ones need ptrace',
  run: ({ root }) => {
    const found = readKernel(root);
    if (!found.ok) return unknown(`/proc/sys/kernel/osrelease cannot be read (${found.why})`);
    const { text } = found.value;
    return hasMemfd(root) === true ? ok(`Linux ${text}, with memfd_create`) : warn(`Linux ${text} has no memfd_create`);
  },
};
