import { splitGoflags } from '../../golang/quoted.ts';
import { type Check, ok, unknown, warn } from './check.ts';

export const goflags: Check = {
  id: 'goflags',
  why: 'GOFLAGS acts on every build; what the agent refuses in it is overruled each time',
  run: async ({ go }) => {
    const answer = await go();
    if (!answer.answered) return unknown(`GOFLAGS is not known: ${answer.why}`);
    const { value, origin } = answer.env.get('GOFLAGS');
    if (value === '') return ok('GOFLAGS is empty');
    const words = splitGoflags(value, answer.env.release?.minor ?? 99);
    if (words === null) return warn(`GOFLAGS (${origin}) cannot be parsed: go refuses it`, mend(origin));
    const stray = words.find(word => word !== '' && !/^--?[^-=]/.test(word));
    if (stray !== undefined)
      return warn(`GOFLAGS (${origin}) holds a word that is no flag: go refuses it`, mend(origin));
    const refused = words.flatMap(refusedBy);
    const list = `GOFLAGS (${origin}): ${words.map(shown).join(' ')}`;
    return refused.length === 0 ? ok(list) : warn(`${list}; the agent refuses ${refused.join(', ')}`, mend(origin));
  },
};

/** Values may hold secrets (-ldflags=-X main.token=…): only those that cannot are shown. */
function shown(word: string): string {
  const [, name, value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
  if (name === undefined) return '…';
  if (value === undefined || /^(mod|buildmode|compiler|tags|trimpath|race|buildvcs|p|v)$/.test(name)) return word;
  return `-${name}=…`;
}

function refusedBy(word: string): string[] {
  const [, name = '', value = 'true'] = /^--?([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
  const isOn = !/^(0|f|F|false|FALSE|False)$/.test(value);
  if (/^(race|msan|asan|linkshared)$/.test(name)) return isOn ? [`-${name}`] : [];
  if (name === 'compiler') return value === 'gccgo' ? ['-compiler=gccgo'] : [];
  if (name === 'buildmode') return /^(shared|plugin)$/.test(value) ? [`-buildmode=${value}`] : [];
  if (name !== 'ldflags') return [];
  const linking = [
    [/(^|[\s=])--?s(\s|$|=true)/, '-ldflags=-s'],
    [/--?linkmode[= ]internal/, '-linkmode=internal'],
    [/(^|[\s='"])-static\b/, '-extldflags=-static'],
  ] as const;
  return linking.filter(([pattern]) => pattern.test(value)).map(([, words]) => words);
}

function mend(origin: string): string {
  return origin === 'environment' ? 'unset GOFLAGS' : 'go env -u GOFLAGS';
}
