import { dirname } from 'node:path';
import { type GoOnPath, goesOnPath } from '../goes.ts';
import { type Check, ok, problem, warn } from './check.ts';

export const goOnPath: Check = {
  id: 'go-on-path',
  why: 'who types `go` gets the first one on PATH; only when that is goshim are its builds made for the agent',
  run: ({ env }) => {
    const goes = goesOnPath(env['PATH']);
    const [first] = goes;
    if (first === undefined) return problem('no go on PATH', 'install Go, and put its bin directory on PATH');
    const list = goes.map((go, index) => `${index + 1}. ${words(go)}`).join(', ');
    if (first.kind === 'goshim') return ok(list);
    const shim = goes.find(({ kind }) => kind === 'goshim');
    if (shim === undefined)
      return warn(`goshim does not stand on PATH as go: ${list}`, 'goshim enable DIR, with DIR first on PATH');
    return problem(`${first.path} comes before goshim: ${list}`, `export PATH="${dirname(shim.path)}:$PATH"`);
  },
};

function words({ path, real, kind, manager }: GoOnPath): string {
  const name =
    kind === 'version manager' ? `the version manager ${manager}` : kind === 'program' ? 'outside a GOROOT' : kind;
  return `${path} (${name}${real === path || kind === 'goshim' ? '' : `, really ${real}`})`;
}
