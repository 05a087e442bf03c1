import { basename } from 'node:path';
import { ask } from '../ask.ts';
import { lookPath } from '../look-path.ts';
import { isGoshim } from '../real-go.ts';
import { type Check, ok, unknown, warn } from './check.ts';

export const loginShell: Check = {
  id: 'login-shell',
  why: 'a login shell reads profiles that replace PATH: editors, ssh and CI runners start builds that way',
  onDemand: true,
  run: async ({ env, cwd, timeLimit }) => {
    const shells = [...new Set(['sh', 'bash', basename(env['SHELL'] ?? '')])].filter(shell =>
      /^(ba|z|k|da)?sh$/.test(shell),
    );
    const found = shells.filter(shell => lookPath(shell, env['PATH']) !== null);
    const answers = await Promise.all(
      found.map(async shell => {
        // A marker, since profiles may print what they like.
        const script = 'printf "\\ngoshim-go:%s\\n" "$(command -v go)"';
        const asked = await ask(lookPath(shell, env['PATH']) ?? shell, ['-lc', script], { env, cwd, timeLimit });
        return { shell, go: /^goshim-go:(.*)$/m.exec(asked.stdout)?.[1] ?? null, why: asked.failed ?? 'no answer' };
      }),
    );
    if (answers.length === 0) return unknown('no shell on PATH');
    const list = answers.map(({ shell, go, why }) => `${shell} -lc: ${go === null ? why : go || 'no go'}`).join(', ');
    if (answers.some(({ go }) => go === null)) return unknown(list);
    if (answers.every(({ go }) => go?.startsWith('/') && isGoshim(go))) return ok(list);
    return warn(`not goshim: ${list}`, 'put the directory of goshim first on PATH in ~/.profile');
  },
};
