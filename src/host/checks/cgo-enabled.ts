import { type Check, ok, unknown, warn } from './check.ts';

export const cgoEnabled: Check = {
  id: 'cgo-enabled',
  why: 'the agent refuses programs built with CGO_ENABLED=0; goshim overrules it, and where somebody set it says so at every build',
  run: async ({ go }) => {
    const answer = await go();
    if (!answer.answered) return unknown(`CGO_ENABLED is not known: ${answer.why}`);
    const { value, origin } = answer.env.get('CGO_ENABLED');
    if (value === '1') return ok(`CGO_ENABLED=1 (${origin})`);
    if (origin === 'default')
      return warn('CGO_ENABLED=0 is the default here: go finds no C compiler, or GOOS and GOARCH name another machine');
    return warn(`CGO_ENABLED=0 (${origin})`, origin === 'environment' ? 'unset CGO_ENABLED' : 'go env -u CGO_ENABLED');
  },
};
