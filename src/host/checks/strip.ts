import { dirname } from 'node:path';
import { lookPathAll } from '../look-path.ts';
import { isGoshim } from '../real-go.ts';
import { type Check, ok, warn } from './check.ts';

export const strip: Check = {
  id: 'strip',
  why: 'packaging tools run strip over finished programs, and without a symbol table the agent does not take them',
  run: ({ env }) => {
    const found = lookPathAll('strip', env['PATH']);
    const [first] = found;
    if (first === undefined) return ok('no strip on PATH');
    if (isGoshim(first)) return ok(`${first} (goshim): it keeps the symbols of Go programs`);
    const shim = found.find(isGoshim);
    if (shim === undefined)
      return ok(`${first}: it takes the symbols of Go programs away; goshim's does not stand on PATH`);
    return warn(`${first} comes before goshim's strip (${shim})`, `export PATH="${dirname(shim)}:$PATH"`);
  },
};
