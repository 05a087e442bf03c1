import { ancestorsOf } from '../proc/parents.ts';
import { type Check, ok, unknown, warn } from './check.ts';

export const parentChain: Check = {
  id: 'parent-chain',
  why: 'static programs are injected from their parent, which must be dynamically linked and started after the switch',
  run: ({ root, pid }) => {
    const chain = ancestorsOf(pid, root);
    const [nearest] = chain;
    if (nearest === undefined) return unknown('the processes above this one cannot be read');
    const words = chain.map(({ pid: each, exe, dynamic }) => {
      const linking = dynamic.ok ? (dynamic.value ? 'dynamic' : 'static') : dynamic.why;
      return `${each} ${exe || '?'} (${linking})`;
    });
    const list = words.slice(0, 8).join(', ') + (words.length > 8 ? ', …' : '');
    if (!nearest.dynamic.ok) return unknown(`the parent cannot be read: ${list}`);
    if (!nearest.dynamic.value)
      return warn(`the parent is static: ${list}`, 'start static programs from a dynamically linked shell');
    return ok(list);
  },
};
