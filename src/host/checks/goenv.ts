import { existsSync } from 'node:fs';
import { readText } from '../reading.ts';
import { type Check, ok, unknown, warn } from './check.ts';

export const goenv: Check = {
  id: 'goenv',
  why: '`go env -w` settings act on every build of this user and are easily forgotten',
  run: async ({ go }) => {
    const answer = await go();
    if (!answer.answered) return unknown(`GOENV is not known: ${answer.why}`);
    const file = answer.answers['GOENV'] ?? '';
    if (file === 'off' || file === '') return ok('GOENV=off: no file is read');
    if (!existsSync(file)) return ok(`${file} is not there: nothing was set by go env -w`);
    const text = readText(file);
    if (!text.ok) return unknown(`${file} cannot be read (${text.why})`);
    const names = [...text.value.matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name = '']) => name);
    const set = `${file} sets ${names.length === 0 ? 'nothing' : names.join(', ')}`;
    const elsewhere = ['GOOS', 'GOARCH'].filter(name => {
      const { value, origin } = answer.env.get(name);
      return origin === 'go env -w' && value !== answer.answers[`GOHOST${name.slice(2)}`];
    });
    if (elsewhere.length === 0) return ok(set);
    const [name = ''] = elsewhere;
    return warn(
      `${set}: every build is for ${answer.env.get('GOOS').value}/${answer.env.get('GOARCH').value}`,
      `go env -u ${name}`,
    );
  },
};
