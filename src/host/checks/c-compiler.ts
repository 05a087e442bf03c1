import { installCommand } from '../advice.ts';
import { type Compiler, findCompiler } from '../compiler.ts';
import { askLibc } from '../libc.ts';
import { type Check, ok, problem, unknown } from './check.ts';
import type { Host } from './host.ts';

export const cCompiler: Check = {
  id: 'c-compiler',
  why: 'the agent needs dynamically linked programs, and those are linked by a C compiler',
  run: async host => {
    const { goarch, hostArch } = await targetHere(host);
    return compilerFor(goarch, hostArch, host);
  },
};

/** The compiler for one architecture, with its libc. */
export async function compilerFor(goarch: string, hostArch: string, host: Host) {
  const found = await lookFor(goarch, hostArch, host);
  if (!found.found) return problem(found.refusedByGo ? found.what : `${found.what} is missing`, found.install);
  const words = shownWords(found.words);
  const answer = await askLibc(found.words, { environment: host.env, timeLimit: host.timeLimit, write: false });
  const libc = `${answer.libc}${answer.version === null ? '' : ` ${answer.version}`}`;
  if (answer.libc === 'unknown') {
    const headers = /headers are missing$/.test(answer.why ?? '');
    const fix = headers ? installCommand({ kind: 'libc headers' }, { root: host.root, path: host.env['PATH'] }) : '';
    return headers
      ? problem(`${words}: ${answer.why}`, fix)
      : unknown(`${words}: its libc is not known: ${answer.why}`);
  }
  if (answer.static)
    return problem(
      `${words} links statically against ${libc}`,
      /\bzig\b/.test(words) ? 'CC="zig cc -target …-linux-gnu"' : 'take -static out of CC',
    );
  return ok(`${words} (${found.path}): ${libc}${found.setCC ? `, which is not go's default: goshim sets CC` : ''}`);
}

export async function lookFor(goarch: string, hostArch: string, host: Host): Promise<Compiler> {
  const go = await host.go();
  const cc = go.answered ? go.env.get('CC') : { value: host.env['CC'] || 'gcc', origin: ccOrigin(host.env) };
  return findCompiler({
    goos: 'linux',
    goarch,
    goarm: go.answered ? go.env.get('GOARM').value || undefined : host.env['GOARM'],
    hostArch,
    cc,
    path: host.env['PATH'],
    root: host.root,
  });
}

/** GOARCH in force and GOHOSTARCH; without a go this machine's own. */
export async function targetHere(host: Host): Promise<{ readonly goarch: string; readonly hostArch: string }> {
  const go = await host.go();
  const own = architectures[process.arch] ?? process.arch;
  const hostArch = (go.answered ? go.answers['GOHOSTARCH'] : '') || own;
  return { hostArch, goarch: (go.answered ? go.env.get('GOARCH').value : '') || hostArch };
}

/** Macros and the like may carry secrets; what decides about target and libc does not. */
export function shownWords(words: readonly string[]): string {
  return words.map(word => word.replace(/^(-[A-Za-z]\w+=)(?!.*(linux|musl|gnu)).+$/s, '$1…')).join(' ');
}

function ccOrigin(env: NodeJS.ProcessEnv): 'environment' | 'default' {
  return env['CC'] ? 'environment' : 'default';
}

/** Node's names of architectures in Go's. */
const architectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  ppc64: 'ppc64le',
};
