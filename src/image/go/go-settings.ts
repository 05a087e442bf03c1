import { posix } from 'node:path';
import type { FileLine } from '../files.ts';
import type { Variable } from '../machine.ts';
import type { Shell } from '../shell/shell.ts';
import { isMissing, isOpen, linesOf, mostLines, settingOf, unknownLine } from '../shell/text-files.ts';
import { type Word, wordOf } from '../shell/words.ts';
import { either, known } from '../text.ts';

export type Settings = ReadonlyMap<string, Variable>;

/** The file that `go env -w` writes (cfg.EnvFile): GOENV, else go/env in the user's configuration. null: GOENV=off, or not known. */
export function goEnvPath(shell: Shell): string | null {
  const value = (name: string): string => known(shell.variables.get(name)?.text ?? []) ?? '';
  const said = shell.variables.get('GOENV')?.text ?? [];
  if (said.length > 0) return known(said) === 'off' ? null : shell.path(said);
  const configuration = value('XDG_CONFIG_HOME');
  if (configuration !== '') return posix.join(configuration, 'go/env');
  return shell.path([...shell.home, '/.config/go/env']);
}

/** What the user's go/env file sets for a go command of this shell. */
export function userSettings(shell: Shell): Settings {
  const path = goEnvPath(shell);
  if (path === null) {
    const said = shell.variables.get('GOENV');
    return said === undefined || known(said.text) !== null ? new Map() : anySettings('GOENV', said.at);
  }
  return settingsOf(shell, path);
}

/** What go.env of a GOROOT sets. A toolchain that was unpacked as a whole is doubted as a whole, its go.env with it. */
export function rootSettings(shell: Shell, root: string): Settings {
  const path = `${root}/go.env`;
  const { files } = shell.machine;
  const isSaid = files.file(path) !== null || files.find(path)?.every(({ kind }) => kind === 'context');
  return isSaid === true ? settingsOf(shell, path) : new Map();
}

/** What a go/env or go.env file sets, as far as the Dockerfile writes it; the image's own is go's default. */
function settingsOf(shell: Shell, path: string): Settings {
  const origins = shell.machine.files.find(path);
  if (origins === null) return new Map();
  const alternatives = origins
    .filter(({ kind }) => kind !== 'image')
    .map(origin => {
      const lines = linesOf(origin, shell);
      if (lines !== null) return read(lines, path);
      if (isMissing(origin, shell)) return new Map<string, Variable>();
      const by = 'by' in origin ? origin.by : 'COPY';
      return anySettings(`${path} (${by})`, 'at' in origin ? origin.at : 0);
    });
  const [first = new Map<string, Variable>(), ...others] = alternatives;
  for (const other of others)
    for (const name of new Set([...first.keys(), ...other.keys()])) {
      const [mine, theirs] = [first.get(name), other.get(name)];
      const some = mine ?? theirs;
      if (some !== undefined)
        first.set(name, { ...some, text: either(name, mine?.text ?? [], theirs?.text ?? []), range: null });
    }
  return first;
}

function read(lines: readonly FileLine[], path: string): Map<string, Variable> {
  const found = new Map<string, Variable>();
  for (const line of lines) {
    const setting = settingOf(line);
    const { at, by, range } = line;
    if (setting !== null) found.set(setting.name, { text: setting.value, at, by, range });
    else if (isOpen(line)) for (const [name, variable] of anySettings(path, at)) found.set(name, variable);
  }
  return found;
}

function anySettings(by: string, at: number): Map<string, Variable> {
  return read(
    ['CGO_ENABLED', 'GOFLAGS', 'CGO_LDFLAGS'].map(name => unknownLine(by, at, name)),
    by,
  );
}

/** `go env -w NAME=value`, `go env -u NAME`. */
export function writeSettings(words: readonly Word[], shell: Shell): void {
  const [first, ...rest] = words;
  const flag = wordOf(first);
  const path = goEnvPath(shell);
  if ((flag !== '-u' && flag !== '-w') || path === null) return;
  const { files } = shell.machine;
  const lines = new Map<string, FileLine>();
  for (const [name, { text, at, by, range }] of settingsOf(shell, path))
    lines.set(name, { text: [`${name}=`, ...text], at, by, range });
  for (const { text, at, raw, range } of rest) {
    if (flag === '-u') lines.delete(known(text) ?? '');
    const [head = ''] = text;
    const equals = typeof head === 'string' ? head.indexOf('=') : -1;
    if (flag === '-u' || typeof head !== 'string' || equals < 0) continue;
    const start = raw.indexOf('=') + 1;
    const isPlain = range !== null && !/^["']/.test(raw);
    lines.set(head.slice(0, equals), {
      text,
      at,
      by: 'go env -w',
      range: isPlain ? { start: range.start + start, end: range.end } : null,
    });
  }
  const said = lines.size <= mostLines ? { lines: [...lines.values()] } : {};
  files.write(files.resolve(path), [{ kind: 'hidden', by: 'go env -w', at: first?.at ?? 0, ...said }]);
}
