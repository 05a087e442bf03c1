import { splitQuoted } from '../../golang/quoted.ts';
import { installCommand } from '../advice.ts';
import { isZig } from '../libc-words.ts';
import { lookPath } from '../look-path.ts';
import { lookFor, targetHere } from './c-compiler.ts';
import { type Check, ok, problem } from './check.ts';
import type { Host } from './host.ts';

/** Programs that gcc and clang start for `-fuse-ld=NAME`. */
const linkers = { bfd: 'ld.bfd', gold: 'ld.gold', lld: 'ld.lld', mold: 'mold' } as const;

export const linker: Check = {
  id: 'linker',
  why: "external linking ends in the system's linker; one that is asked for and missing fails every build",
  run: async host => {
    const { env, go } = host;
    const path = env['PATH'];
    const there = Object.entries({ ld: 'ld', ...linkers })
      .filter(([, program]) => lookPath(program, path) !== null)
      .map(([name]) => name);
    const list = there.length === 0 ? 'none on PATH' : there.join(', ');
    const answer = await go();
    for (const name of ['CC', 'CGO_LDFLAGS', 'GOFLAGS']) {
      const { value, origin } = answer.answered
        ? answer.env.get(name)
        : { value: env[name] ?? '', origin: 'environment' };
      const asked = usedLinker(value);
      if (asked === null) continue;
      const program = asked in linkers ? linkers[asked as keyof typeof linkers] : asked;
      if (lookPath(program, path) === null && lookPath(`ld.${asked}`, path) === null)
        return problem(
          `-fuse-ld=${asked} is asked for by ${name} (${origin}) and ${program} is not there; there is: ${list}`,
          `install ${asked}, or take -fuse-ld out of ${name}`,
        );
      return ok(`${asked}, asked for by ${name} (${origin}); there is: ${list}`);
    }
    const compiler = await lookFor(...(await here(host)), host);
    if (compiler.found && isZig(compiler.words)) return ok(`zig brings its own; on PATH: ${list}`);
    if (there.length === 0)
      return problem('no linker on PATH (ld)', installCommand({ kind: 'linker' }, { root: host.root, path }));
    return ok(`${list}; the C compiler's default is used`);
  },
};

async function here(host: Host): Promise<[string, string]> {
  const { goarch, hostArch } = await targetHere(host);
  return [goarch, hostArch];
}

function usedLinker(value: string): string | null {
  const words = splitQuoted(value) ?? [];
  return /(?:^|[\s'"])-fuse-ld=([\w./-]+)/.exec(words.join(' '))?.[1] ?? null;
}
