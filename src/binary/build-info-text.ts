import type { BuildInfo } from './facts.ts';
import { Unreadable } from './reading.ts';

interface Module {
  readonly path: string;
  readonly version: string;
}

export function corrupt(why: string): Unreadable {
  return new Unreadable(`build info corrupt: ${why}`);
}

/**
 * Takes the module text apart. It is framed by 16 bytes of sentinel on both sides, and absent outside of module mode.
 * Throws Unreadable (`build info corrupt: …`). Source: runtime/debug/mod.go (ParseBuildInfo), Go 1.26.
 */
export function parseBuildInfo(goVersion: string, framed: Buffer, from: BuildInfo['from']): BuildInfo {
  const settings = new Map<string, string>();
  const dependencies: Module[] = [];
  let path = '';
  let mainModule: Module | null = null;
  let replace: ((by: Module) => void) | null = null;
  for (const line of unframe(framed).split('\n')) {
    const [kind, ...words] = line.split('\t');
    if (kind === 'path') path = words.join('\t');
    else if (kind === 'mod') {
      mainModule = moduleOf(words);
      replace = by => {
        mainModule = by;
      };
    } else if (kind === 'dep') {
      const index = dependencies.push(moduleOf(words)) - 1;
      replace = by => {
        dependencies[index] = by;
      };
    } else if (kind === '=>') {
      if (replace === null) throw corrupt('a replacement of nothing');
      replace(moduleOf(words));
    } else if (kind === 'build') {
      const [key, value] = setting(words.join('\t'));
      settings.set(key, value);
    }
  }
  return { goVersion, path, mainModule, dependencies, settings, from };
}

function unframe(framed: Buffer): string {
  if (framed.length < 33 || framed[framed.length - 17] !== 0x0a) return '';
  return framed.toString('utf8', 16, framed.length - 16);
}

function moduleOf(words: readonly string[]): Module {
  const [path, version] = words;
  if (path === undefined || words.length > 3) throw corrupt('a module line with a wrong number of words');
  return { path, version: version ?? '' };
}

/** `key=value`; both may be quoted as Go quotes strings. */
function setting(text: string): readonly [string, string] {
  const quoted = /^("(?:[^"\\]|\\.)*"|`[^`]*`)=/s.exec(text);
  const equals = quoted?.[1]?.length ?? text.indexOf('=');
  if (equals <= 0) throw corrupt('a build line without a key');
  return [unquote(text.slice(0, equals)), unquote(text.slice(equals + 1))];
}

/** strconv.Unquote for what strconv.Quote writes; text that is not quoted stays as it is. */
function unquote(text: string): string {
  if (text.startsWith('`')) {
    if (text.length < 2 || text.indexOf('`', 1) !== text.length - 1) throw corrupt('a quoted value without an end');
    return text.slice(1, -1);
  }
  if (!text.startsWith('"')) return text;
  if (!/^"(?:[^"\\]|\\(?:[abfnrtv\\'"]|x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8}|[0-7]{3}))*"$/is.test(text))
    throw corrupt('a quoted value without an end');
  return text
    .slice(1, -1)
    .replace(/\\(x..|u.{4}|U.{8}|[0-7]{3}|.)/gs, (_, code: string) => escapes[code] ?? codePoint(code));
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

function codePoint(code: string): string {
  const value = Number.parseInt(code.replace(/^[xuU]/, ''), /^[xuU]/.test(code) ? 16 : 8);
  return value <= 0x10ffff ? String.fromCodePoint(value) : '\ufffd';
}
