// A second opinion on Go binaries that shares no code with src (types apart): what readelf, nm and `go version -m` print.
import { execaSync } from 'execa';
import type { Finding } from '../../src/rules/finding.ts';

/** `good` and `bad` by rule; a rule that these tools cannot answer for a file is not there. */
export type Opinion = ReadonlyMap<string, 'good' | 'bad'>;

/** What the tools say about one file. */
export interface Seen {
  readonly type: string;
  readonly interpreter: string | null;
  readonly needed: readonly string[];
  readonly pie: boolean;
  readonly sections: readonly string[];
  /** False for a separate debug file: its .text takes no space. */
  readonly hasCode: boolean;
  /** Names in .dynsym, defined or not. */
  readonly offered: ReadonlySet<string>;
  readonly wanted: ReadonlySet<string>;
  /** Names by nm, which are defined in code; null when it finds no symbols. */
  readonly code: ReadonlySet<string> | null;
  /** Names of all symbols that are defined. */
  readonly defined: ReadonlySet<string>;
  /** Name of the symbol at the entry point. */
  readonly entry: string | null;
  /** The version as `go version` prints it; null when it finds none. */
  readonly version: string | null;
  readonly settings: ReadonlyMap<string, string>;
  readonly libc: 'glibc' | 'musl' | 'none';
  readonly link: 'internal' | 'external' | null;
  readonly cgo: boolean | null;
}

export function opinionOf(binary: string): Opinion {
  const seen = look(binary);
  const opinions = Object.entries(questions).flatMap(([rule, ask]) => {
    const good = ask(seen);
    return good === null ? [] : [[rule, good ? 'good' : 'bad'] as const];
  });
  return new Map(opinions);
}

export function look(binary: string): Seen {
  const elf = run('readelf', '-hldSsW', binary);
  const symbols = run('nm', binary);
  const info = run('go', 'version', '-m', binary);
  const needed = all(elf, /\(NEEDED\)\s+Shared library: \[(.*)\]/g);
  const headers = [...elf.matchAll(/^\s*\[\s*\d+\]\s+(\S+)\s+(\S+)/gm)].map(([, name = '', kind = '']) => ({
    name,
    kind,
  }));
  // Without sections only the dynamic table leads to .dynsym.
  const dynamic = dynamicSymbols(headers.length === 0 ? run('readelf', '-sDW', binary) : elf);
  const rows = [...symbols.matchAll(/^([0-9a-f]+) ([A-Za-z]) (.*)$/gm)].map(
    ([, address = '', kind = '', name = '']) => ({
      address: BigInt(`0x${address}`),
      kind,
      name,
    }),
  );
  const entry = BigInt(/Entry point address:\s+(0x[0-9a-f]+)/.exec(elf)?.[1] ?? '0');
  const defined = new Set(rows.filter(({ kind }) => kind !== 'U').map(({ name }) => name));
  const interpreter = /\[Requesting program interpreter: (.*)\]/.exec(elf)?.[1] ?? null;
  const base = {
    type: /^\s+Type:\s+(\w+)/m.exec(elf)?.[1] ?? '',
    interpreter,
    needed,
    pie: /\(FLAGS_1\).*\bPIE\b/.test(elf),
    sections: headers.map(({ name }) => name),
    hasCode: headers.every(({ name, kind }) => name !== '.text' || kind !== 'NOBITS'),
    offered: new Set(dynamic.filter(({ place }) => place !== 'UND').map(({ name }) => name)),
    wanted: new Set(dynamic.filter(({ place }) => place === 'UND').map(({ name }) => name)),
    code: rows.length === 0 ? null : new Set(rows.filter(({ kind }) => /[tTwW]/.test(kind)).map(({ name }) => name)),
    defined,
    entry: rows.find(({ address, kind }) => address === entry && /[tT]/.test(kind))?.name ?? null,
    version: /^[^\n]*: (.+)/.exec(info)?.[1] ?? null,
    settings: new Map(
      [...info.matchAll(/^\tbuild\t([^=\n]+)=(.*)$/gm)].map(([, key = '', value = '']) => [key, value] as const),
    ),
    libc: libcOf(needed, interpreter),
  };
  return { ...base, link: linkOf(base), cgo: cgoOf(base) };
}

/**
 * Where the two judges do not agree on a file, in words. What toolchains make must be judged alike. A file that was broken or made
 * to deceive may be seen through by ours alone; what these tools hold to be bad ours must not pass.
 */
export function disagreements(opinion: Opinion, findings: readonly Finding[], isNatural: boolean): readonly string[] {
  return [...opinion].flatMap(([rule, second]) => {
    const verdicts = findings.filter(finding => finding.rule === rule).map(({ verdict }) => verdict);
    const ours =
      (['fail', 'unknown', 'warn', 'pass'] as const).find(verdict => verdicts.includes(verdict)) ?? 'not asked';
    const passes = ours === 'pass' || ours === 'not asked';
    const agree = second === 'bad' ? ours === 'fail' || ours === 'warn' : passes;
    if (agree || (!isNatural && !(second === 'bad' && passes))) return [];
    return [`${rule}: ${ours} for us, ${second} by readelf, nm and go version`];
  });
}

/** By rule: whether the agent's wish is met; null: these tools cannot tell. */
const questions: Readonly<Record<string, (seen: Seen) => boolean | null>> = {
  'gc-compiler': seen => {
    if (isGccgo(seen)) return false;
    return seen.version === null ? null : true;
  },
  'official-release': ({ version }) => (version === null ? null : /^go1\.\d+(\.\d+)?$/.test(version)),
  'cgo-enabled': ({ settings }) => {
    const said = settings.get('CGO_ENABLED');
    return said === undefined ? null : said === '1';
  },
  'no-static-cgo': seen => {
    if (!isProgram(seen) || seen.cgo === null) return null;
    return seen.interpreter !== null || seen.needed.length > 0 || !seen.cgo;
  },
  'dynamic-linking': seen => {
    if (!isProgram(seen)) return null;
    if (seen.interpreter === null || seen.libc === 'none') return false;
    return seen.cgo === false && (isGccgo(seen) || isLinkShared(seen)) ? null : seen.cgo;
  },
  'musl-internal-link': ({ libc, link }) => (libc !== 'musl' || link === null ? null : link === 'external'),
  'no-linkshared': seen => (isLinkShared(seen) ? false : seen.needed.length > 0 ? true : null),
  'no-race': ({ settings, defined, needed, version }) => {
    const built = ['-race', '-msan', '-asan'].some(flag => settings.get(flag) === 'true');
    const linked = ['__tsan_init', '__msan_init'].some(name => defined.has(name));
    if (built || linked || needed.some(name => name.startsWith('libasan.so'))) return false;
    return version === null || settings.size === 0 ? null : true;
  },
  'no-plugin': ({ code, settings, hasCode }) => {
    if (settings.get('-buildmode') === 'plugin') return false;
    return code === null || !hasCode ? null : !code.has('plugin.open');
  },
  'symbol-table': seen => {
    const { code, hasCode } = seen;
    if (!hasCode) return false;
    if (!isProgram(seen)) return null;
    return code !== null && agentsFunctions.every(name => code.has(name));
  },
};

const agentsFunctions = ['runtime.main', 'main.main', 'runtime.mallocgc', 'runtime.newproc1', 'runtime.gcStart'];

/** Started by itself, rather than loaded by something else. */
function isProgram({ type, interpreter, pie, needed, hasCode }: Seen): boolean {
  if (!hasCode) return false;
  return type === 'EXEC' || (type === 'DYN' && (interpreter !== null || (pie && needed.length === 0)));
}

function isGccgo({ needed, sections }: Seen): boolean {
  return needed.some(name => name.startsWith('libgo.so')) || sections.includes('.go_export');
}

/** A library is named after the packages in it (`libstd.so`); each leaves the hash that the program was linked against. */
function isLinkShared({ needed, wanted }: Seen): boolean {
  return needed.includes('libstd.so') || [...wanted].some(name => /^go[.:]link\.abihash/.test(name));
}

/** `libc.so` alone is the name of other systems' libc too. */
function libcOf(needed: readonly string[], interpreter: string | null): 'glibc' | 'musl' | 'none' {
  if (needed.includes('libc.so.6')) return 'glibc';
  if (needed.some(name => name.startsWith('libc.musl-'))) return 'musl';
  return needed.includes('libc.so') && interpreter?.includes('ld-musl') === true ? 'musl' : 'none';
}

/** The system's start-up code calls __libc_start_main; Go's own entry has a name of its own. */
function linkOf({ entry, wanted, interpreter }: Pick<Seen, 'entry' | 'wanted' | 'interpreter'>): Seen['link'] {
  if (entry?.startsWith('_rt0_') === true) return 'internal';
  if (entry === '_start') return 'external';
  if (interpreter === null) return null;
  return [...wanted].some(name => /^__libc_start_main(@|$)/.test(name)) ? 'external' : 'internal';
}

function cgoOf({ defined, offered, code, interpreter }: Omit<Seen, 'link' | 'cgo'>): boolean | null {
  if (defined.has('x_cgo_init') || (offered.has('crosscall2') && offered.has('_cgo_topofstack'))) return true;
  return code === null && interpreter === null ? null : false;
}

/** Rows of .dynsym: where the symbol is defined (`UND`: elsewhere), and its name without a version. */
function dynamicSymbols(elf: string): readonly { readonly place: string; readonly name: string }[] {
  const tables = elf.split(/^(?=Symbol table )/m).filter(part => /^Symbol table ('\.dynsym'|for image)/.test(part));
  const rows = tables.flatMap(part => [...part.matchAll(/^ +\d+: [0-9a-f]+ +\S+ +\S+ +\S+ +\S+ +(\S+) +(\S+)/gm)]);
  return rows.map(([, place = '', name = '']) => ({ place, name: name.replace(/@.*/, '') }));
}

function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

/** What a tool prints, whatever it thinks of the file. */
function run(program: string, ...words: readonly string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', LC_ALL: 'C', GOTOOLCHAIN: 'local' };
  return execaSync(program, words, { env, extendEnv: false, reject: false, maxBuffer: 2 ** 28, stdin: 'ignore' })
    .stdout;
}
