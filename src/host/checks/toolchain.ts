import { type Check, ok, unknown, warn } from './check.ts';

export const toolchain: Check = {
  id: 'toolchain',
  why: 'the agent takes official stable releases only; go.mod and GOTOOLCHAIN may switch to another release than the installed one',
  run: async host => {
    const go = await host.go();
    if (!go.answered) return unknown(`which release builds here is not known: ${go.why}`);
    const release = go.env.release;
    if (release === null || release.text === '') return unknown('go env GOVERSION answers nothing');
    const { value, origin } = go.env.get('GOTOOLCHAIN');
    const switching = value === '' ? '' : `; GOTOOLCHAIN=${value} (${origin})`;
    const switched = (go.answers['GOROOT'] ?? '').includes('/golang.org/toolchain@') ? ', switched to' : '';
    const fact = `${release.text}${switched}${switching}`;
    const experiments = go.env.get('GOEXPERIMENT');
    if (release.official && experiments.value !== '')
      return warn(
        `${fact}; GOEXPERIMENT=${experiments.value} (${experiments.origin}): experiments switched on`,
        experiments.origin === 'environment' ? 'unset GOEXPERIMENT' : 'go env -u GOEXPERIMENT',
      );
    if (release.official) return ok(fact);
    return warn(
      `${fact}: ${release.reason ?? 'no official release'}`,
      'GOTOOLCHAIN=go1.26.8 go build …, or a release from go.dev/dl',
    );
  },
};
