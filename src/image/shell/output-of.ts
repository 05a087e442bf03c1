import { goEnvPath } from '../go/go-settings.ts';
import { literal, type Text } from '../text.ts';
import type { Shell } from './shell.ts';

/** What `$( … )` gives, where that can be known without running it; null: it cannot. */
export function outputOf(shell: Shell, command: string): Text | null {
  if (command === 'pwd') return shell.directory === null ? null : literal(shell.directory);
  const asked = /^go env (GOPATH|GOBIN|GOROOT|GOOS|GOENV)$/.exec(command)?.[1];
  if (asked === undefined) return null;
  if (asked === 'GOENV') {
    const path = goEnvPath(shell);
    return path === null ? null : literal(path);
  }
  const set = shell.variables.get(asked)?.text;
  if (set !== undefined && set.length > 0) return set;
  if (shell.machine.base.go !== 'official') return null;
  return literal({ GOPATH: '/go', GOBIN: '', GOROOT: '/usr/local/go', GOOS: 'linux' }[asked] ?? '');
}
