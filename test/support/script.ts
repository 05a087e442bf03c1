// Runs one test/scripts/*.txtar: the format and the command language of Go's own script tests (cmd/go/testdata/script),
// as far as our scenarios need them. The text before the first `-- file --` is the script; the files are laid out in $WORK.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import which from 'which';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

interface State {
  readonly work: string;
  directory: string;
  readonly env: Record<string, string>;
  stdin: string;
  last: {
    readonly status: number | null;
    readonly signal: string | null;
    readonly stdout: string;
    readonly stderr: string;
  };
}

/** Why a script was not run: a `[needs PROGRAM]` line named a program that this machine lacks. */
export class Skipped extends Error {}

/** Runs the script; throws an Error that names file and line where it does not hold, Skipped where a program is missing. */
export function runScript(file: string): void {
  const { script, files } = parseArchive(readFileSync(file, 'utf8'));
  const work = realpathSync(mkdtempSync(join(tmpdir(), 'goshim-script-')));
  try {
    for (const [name, text] of files) {
      mkdirSync(dirname(join(work, name)), { recursive: true });
      writeFileSync(join(work, name), text);
    }
    const state = start(work);
    script.split('\n').forEach((line, index) => {
      try {
        step(state, line);
      } catch (error) {
        if (error instanceof Skipped) throw error;
        const { status, signal, stdout, stderr } = state.last;
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(
          `line ${index + 1}: ${line}\n${why}\nexit ${signal ?? status}\nstdout: ${stdout}\nstderr: ${stderr}`,
        );
      }
    });
  } finally {
    spawnSync('chmod', ['-R', 'u+w', work]);
    rmSync(work, { recursive: true, force: true });
  }
}

function start(work: string): State {
  const go = which.sync('go', { nothrow: true });
  if (go === null) throw new Skipped('go');
  mkdirSync(join(work, '.tmp'));
  // Go ≥ 1.23 starts a telemetry child that outlives it, and would write below HOME while that is being removed.
  mkdirSync(join(work, '.config/go/telemetry'), { recursive: true });
  writeFileSync(join(work, '.config/go/telemetry/mode'), 'off');
  const env: Record<string, string> = {
    PATH: [join(root, 'bin'), dirname(go), process.env['PATH'] ?? ''].join(delimiter),
    HOME: work,
    WORK: work,
    BIN: join(root, 'bin'),
    GO: go,
    // The caches are shared with the user's: a cold cache would compile the standard library for each script.
    GOCACHE: process.env['GOCACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'go-build'),
    GOMODCACHE: process.env['GOMODCACHE'] ?? join(process.env['GOPATH'] ?? join(homedir(), 'go'), 'pkg', 'mod'),
    GOPATH: join(work, '.gopath'),
    GOENV: join(work, '.goenv'),
    GOTOOLCHAIN: 'local',
    TMPDIR: join(work, '.tmp'),
    LC_ALL: 'C',
  };
  for (const name of [
    'GOPROXY',
    'GOSUMDB',
    'GONOSUMDB',
    'SSL_CERT_FILE',
    'HTTPS_PROXY',
    'https_proxy',
    'NO_PROXY',
    'no_proxy',
  ]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { work, directory: work, env, stdin: '', last: { status: 0, signal: null, stdout: '', stderr: '' } };
}

function step(state: State, line: string): void {
  const words = splitWords(line, state.env);
  if (words.length === 0) return;
  const mode = words[0] === '!' || words[0] === '?' ? words.shift() : '';
  const [command = '', ...args] = words;
  const known = commands[command];
  if (known === undefined) throw new Error(`unknown command ${command}`);
  known(state, args, mode ?? '');
}

/** `! cmd` must not hold, `? cmd` may do either. */
const commands: Readonly<Record<string, (state: State, args: string[], mode: string) => void>> = {
  '[needs]': (_, programs) => {
    const missing = programs.filter(program => which.sync(program, { nothrow: true }) === null);
    if (missing.length > 0) throw new Skipped(missing.join(', '));
  },
  exec: (state, args, mode) => {
    execute(state, args);
    const good = state.last.status === 0;
    if (mode === '' && !good) throw new Error('should have succeeded');
    if (mode === '!' && good) throw new Error('should have failed');
  },
  code: ({ last }, [wanted]) => equal(String(last.signal ?? last.status), wanted ?? ''),
  stdout: ({ last }, [pattern], mode) => match(last.stdout, pattern ?? '', mode),
  stderr: ({ last }, [pattern], mode) => match(last.stderr, pattern ?? '', mode),
  silent: ({ last }) => equal(last.stderr, ''),
  cmpstdout: (state, [file]) => equal(state.last.stdout, readFileSync(path(state, file), 'utf8')),
  grep: (state, [pattern, file], mode) => match(readFileSync(path(state, file), 'utf8'), pattern ?? '', mode),
  cmp: (state, [one, other], mode) => {
    const same = readFileSync(path(state, one)).equals(readFileSync(path(state, other)));
    if (same === (mode === '!')) throw new Error(same ? 'files are the same' : 'files differ');
  },
  exists: (state, files, mode) => {
    for (const file of files) {
      if (existsSync(path(state, file)) === (mode === '!'))
        throw new Error(`${file} ${mode === '!' ? 'exists' : 'does not exist'}`);
    }
  },
  env: (state, args) => {
    for (const pair of args) {
      const cut = pair.indexOf('=');
      state.env[pair.slice(0, cut)] = pair.slice(cut + 1);
    }
  },
  unenv: (state, names) => {
    for (const name of names) delete state.env[name];
  },
  cd: (state, [directory]) => {
    state.directory = path(state, directory);
  },
  mkdir: (state, names) => names.forEach(name => void mkdirSync(path(state, name), { recursive: true })),
  rm: (state, names) => names.forEach(name => rmSync(path(state, name), { recursive: true, force: true })),
  cp: (state, [from, to]) => cpSync(path(state, from), path(state, to), { recursive: true }),
  chmod: (state, [mode, file]) => chmodSync(path(state, file), Number.parseInt(mode ?? '', 8)),
  stdin: (state, [file]) => {
    state.stdin = readFileSync(path(state, file), 'utf8');
  },
  /** `verdict pass FILE`: what `goshim verify` says of it. */
  verdict: (state, [wanted, ...args]) => {
    execute(state, ['goshim', 'verify', '--format', 'json', ...args]);
    const document = JSON.parse(state.last.stdout) as { files: readonly { verdict: string }[] };
    for (const file of document.files) equal(file.verdict, wanted ?? '');
    if (document.files.length === 0) throw new Error('no file was judged');
  },
};

function execute(state: State, [program = '', ...args]: string[]): void {
  const ended = spawnSync(program, args, {
    cwd: state.directory,
    env: state.env,
    input: state.stdin,
    encoding: 'utf8',
    timeout: 240_000,
  });
  if (ended.error !== undefined && ended.status === null && ended.signal === null) throw ended.error;
  state.stdin = '';
  state.last = ended;
}

function path(state: State, file = ''): string {
  return isAbsolute(file) ? file : join(state.directory, file);
}

function equal(actual: string, wanted: string): void {
  if (actual !== wanted) throw new Error(`${JSON.stringify(actual)} is not ${JSON.stringify(wanted)}`);
}

function match(text: string, pattern: string, mode: string): void {
  if (new RegExp(pattern, 'm').test(text) === (mode === '!'))
    throw new Error(`${mode === '!' ? 'must not match' : 'no match for'} ${pattern}`);
}

/** Words as in Go's script language: blanks separate, '…' quotes ('' is a quote inside), $NAME outside quotes, # comments. */
function splitWords(line: string, env: Readonly<Record<string, string>>): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) throw new Error('unterminated quote');
      // A doubled quote stands for one: the second opens the next quoted run.
      word = (word ?? '') + line.slice(at + 1, end) + (line.charAt(end + 1) === "'" ? "'" : '');
      at = end;
    } else if (char === '#' && word === null) break;
    else if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === '$') {
      const name = /^\$(\w+)/.exec(line.slice(at))?.[1] ?? '';
      word = (word ?? '') + (env[name] ?? '');
      at += name.length;
    } else word = (word ?? '') + char;
  }
  if (word !== null) words.push(word);
  return words;
}

function parseArchive(text: string): { script: string; files: readonly (readonly [string, string])[] } {
  const [script = '', ...parts] = text.split(/^-- (.+?) --\n/m);
  const files: (readonly [string, string])[] = [];
  for (let at = 0; at < parts.length; at += 2) files.push([parts[at]?.trim() ?? '', parts[at + 1] ?? '']);
  return { script, files };
}
