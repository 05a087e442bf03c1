import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';

/** Whose go command this is. */
export interface Maker {
  readonly kind: 'gc' | 'gccgo' | 'tinygo' | 'unknown';
  /** What said so. */
  readonly evidence: string;
}

/**
 * Tells gc's go from one that only goes by its name, from answers that planning has anyway; nothing is started. gc has its compiler
 * in GOROOT/pkg/tool; gccgo's go (tried: Debian's gccgo 12) answers GOVERSION `unknown` or `… gccgo …` and keeps its tools below
 * lib/gcc; TinyGo's `env` knows no -json, so that there are no answers at all.
 */
export function makerOf(real: string, answers: Readonly<Record<string, string>>): Maker {
  const { GOROOT = '', GOTOOLDIR = '', GOVERSION = '', GOHOSTOS = '', GOHOSTARCH = '' } = answers;
  const name = basename(realpath(real));
  if (/^tinygo/.test(name) || 'TINYGOROOT' in answers) return { kind: 'tinygo', evidence: `${real} is ${name}` };
  if (/gccgo/.test(GOVERSION)) return { kind: 'gccgo', evidence: `GOVERSION is ${GOVERSION}` };
  if (/\/lib(exec|64)?\/gcc\//.test(GOTOOLDIR)) return { kind: 'gccgo', evidence: `GOTOOLDIR is ${GOTOOLDIR}` };
  const tools = GOTOOLDIR || `${GOROOT}/pkg/tool/${GOHOSTOS || 'linux'}_${GOHOSTARCH}`;
  if (GOROOT !== '' && existsSync(`${tools}/compile`)) return { kind: 'gc', evidence: `${tools}/compile` };
  if (/(^|-)(gccgo|go)-\d+$/.test(name)) return { kind: 'gccgo', evidence: `${real} is ${name}` };
  return { kind: 'unknown', evidence: GOROOT === '' ? `${real} gave no GOROOT` : `there is no ${tools}/compile` };
}

/** The same from the words of `go version`, for a go that answers nothing else. */
export function makerFromVersion(text: string): Maker['kind'] {
  if (/^tinygo version /.test(text)) return 'tinygo';
  if (/ gccgo /.test(text)) return 'gccgo';
  return /^go version (go|devel )/.test(text) ? 'gc' : 'unknown';
}

/** In words, what a program is that does not answer `go env -json`: it is asked for its version, for at most 3 s. */
export function whoIs(real: string, environment: NodeJS.ProcessEnv): string {
  const { stdout, error } = spawnSync(real, ['version'], {
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 3000,
    killSignal: 'SIGKILL',
  });
  const [line = ''] = (error === undefined ? stdout : '').trim().split('\n');
  if (makerFromVersion(line) === 'tinygo') return `${real} is TinyGo, not the go command (${line})`;
  return `${real} does not answer \`go env -json\` as the go command does`;
}

function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
