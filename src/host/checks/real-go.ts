import { ask } from '../ask.ts';
import { makerFromVersion, makerOf } from '../toolchain.ts';
import { type Check, ok, problem } from './check.ts';
import { type Host, quietGo } from './host.ts';

const install = 'install Go from go.dev/dl, or set GOSHIM_GO to its absolute path';

const toolchain = 'set GOTOOLCHAIN to local, auto or go1.N.P (unset GOTOOLCHAIN, go env -u GOTOOLCHAIN)';

export const realGo: Check = {
  id: 'real-go',
  why: 'goshim builds with the real go; the agent takes only what gc, the official compiler, made',
  run: async host => {
    const real = host.real();
    if ('why' in real) return problem(real.why, install);
    const go = await host.go();
    if (!go.answered)
      return problem(await whoIs(real.path, go.why, host), /GOTOOLCHAIN/.test(go.why) ? toolchain : install);
    const { kind, evidence } = makerOf(real.path, go.answers);
    const release = go.answers['GOVERSION'] ?? '';
    if (kind === 'gc') return ok(`${real.path}: ${release}, GOROOT ${go.answers['GOROOT'] ?? ''}`);
    if (kind === 'unknown') return problem(`${real.path} is no complete Go: ${evidence}`, install);
    return problem(`${real.path} is ${kind === 'gccgo' ? "gccgo's go" : 'TinyGo'}, not gc's: ${evidence}`, install);
  },
};

/** Which impostor does not answer `go env -json`. */
async function whoIs(path: string, why: string, { env, cwd, timeLimit }: Host): Promise<string> {
  const asked = await ask(path, ['version'], { env: { ...env, ...quietGo }, cwd, timeLimit });
  if (makerFromVersion(asked.stdout) === 'tinygo') return `${path} is TinyGo, not gc's go: ${asked.stdout.trim()}`;
  return `${path}: ${why}`;
}
