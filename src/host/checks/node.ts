import { ask } from '../ask.ts';
import { lookPath, lookPathAll } from '../look-path.ts';
import { readText } from '../reading.ts';
import { isGoshim } from '../real-go.ts';
import { type Check, ok, problem } from './check.ts';

const oldest = 20;

export const node: Check = {
  id: 'node',
  why: 'goshim plans builds with Node; without one that is new enough every build stops',
  run: async ({ env, timeLimit }) => {
    const named = env['GOSHIM_NODE'] || null;
    if (named !== null && (!named.startsWith('/') || lookPath(named, '') === null))
      return problem(`GOSHIM_NODE=${named} is no absolute path of an executable file`, 'unset GOSHIM_NODE');
    const found = named ?? recorded(env['PATH']) ?? lookPath('node', env['PATH']);
    if (found === null)
      return problem(
        `no node on PATH (doctor itself runs ${process.execPath})`,
        `export GOSHIM_NODE=${process.execPath}`,
      );
    const version = found === process.execPath ? process.version : await versionOf(found, env, timeLimit);
    const major = Number(/^v(\d+)\./.exec(version)?.[1] ?? Number.NaN);
    if (Number.isNaN(major))
      return problem(`${found} gives no version: ${version}`, 'install Node 20 or later, or set GOSHIM_NODE');
    if (major < oldest)
      return problem(
        `${found} is ${version}, goshim needs ${oldest} or later`,
        'install Node 20 or later, or set GOSHIM_NODE',
      );
    return ok(`${found} ${version}`);
  },
};

/** The node that `goshim enable` wrote into the go it put on PATH, quoted for sh; it counts while it is there. */
function recorded(path: string | undefined): string | null {
  const go = lookPathAll('go', path).find(isGoshim);
  const text = go === undefined ? null : readText(go);
  const quoted = text?.ok ? /^goshim_home=.* goshim_node='((?:[^']|'\\'')+)'$/m.exec(text.value)?.[1] : undefined;
  return quoted === undefined ? null : lookPath(quoted.replaceAll("'\\''", "'"), '');
}

async function versionOf(path: string, env: NodeJS.ProcessEnv, timeLimit: number): Promise<string> {
  const { NODE_OPTIONS: _, ...rest } = env;
  const asked = await ask(path, ['--version'], { env: rest, timeLimit });
  return asked.failed ?? asked.stdout.trim().slice(0, 80);
}
