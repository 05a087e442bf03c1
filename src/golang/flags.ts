import { splitQuoted, trimSpace } from './quoted.ts';
import { type Release, tableMinor } from './release.ts';

export type Command = 'build' | 'install' | 'run';

/**
 * How a flag takes its value. `bool` and `buildvcs` stand alone or with `=`; all others take `=` or the next word.
 * `words` is base.StringsFlag (quoted), `package` load.PerPackageFlag (`pattern=words`), `chdir` the -C of Go ≥ 1.20.
 */
export type FlagKind =
  | 'bool'
  | 'buildvcs'
  | 'int'
  | 'text'
  | 'words'
  | 'package'
  | 'tags'
  | 'compiler'
  | 'covermode'
  | 'chdir';

/** The flags a command knows in a release; newer releases than the newest table are taken for that one. */
export function goFlags(command: Command, release: Release | null): ReadonlyMap<string, FlagKind> {
  return tableOf(command, tableMinor(release));
}

/** Every flag of a command in any release, for the look ahead before the release is known. */
export function flagsOfAnyRelease(command: Command): ReadonlyMap<string, FlagKind> {
  return tableOf(command, null);
}

export function takesNextWord(kind: FlagKind): boolean {
  return kind !== 'bool' && kind !== 'buildvcs';
}

/** What go acts on after reading a value, or null where go stops with `invalid value` (exit 2). */
export function readValue(kind: FlagKind, value: string): string | null {
  switch (kind) {
    case 'bool':
      return readBoolean(value);
    case 'buildvcs':
      return value === '' || value === 'auto' ? 'auto' : readBoolean(value);
    case 'int':
      return isInteger(value) ? value : null;
    case 'words':
      return splitQuoted(value) === null ? null : value;
    case 'package':
      return readPerPackage(value) === null ? null : value;
    case 'tags':
      return readTags(value) === null ? null : value;
    case 'compiler':
      return value === 'gc' || value === 'gccgo' ? value : null;
    case 'covermode':
      return ['set', 'count', 'atomic'].includes(value) ? value : null;
    case 'text':
    case 'chdir':
      return value;
  }
}

/** strconv.ParseBool, which package flag uses: the canonical word, or null. */
export function readBoolean(value: string): 'true' | 'false' | null {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(value)) return 'true';
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value) ? 'false' : null;
}

/**
 * load.PerPackageFlag.set: what stands before the words (`./a=`, empty for the packages of the command line), and the words'
 * text. null where go stops: no `=` or no pattern, a quote at the start, an unterminated quote.
 */
export function readPerPackage(value: string): { readonly head: string; readonly body: string } | null {
  const text = trimSpace(value);
  const equals = text.startsWith('-') || text === '' ? -1 : text.indexOf('=');
  if (equals < 0 && text !== '' && !text.startsWith('-')) return null;
  if (equals === 0 || (equals > 0 && /^['"]/.test(text))) return null;
  const body = text.slice(equals + 1);
  return splitQuoted(body) === null ? null : { head: text.slice(0, equals + 1), body };
}

/** work.tagsFlag.Set: by commas, or (Go ≤ 1.12's form) quoted words where a blank or a `'` is seen; null when malformed. */
export function readTags(value: string): string[] | null {
  if (value.includes(' ') || value.includes("'")) return splitQuoted(value);
  return value.split(',').filter(tag => tag !== '');
}

/** Flags that some other go command has: GOFLAGS may name them, build, install and run pass them over (base.hasFlag). */
export function isOtherCommandsFlag(name: string, release: Release | null): boolean {
  return (otherCommands.get(name) ?? 99) <= tableMinor(release) || name.startsWith('test.');
}

interface Row {
  readonly names: string;
  readonly kind: FlagKind;
  readonly commands?: readonly Command[];
  /** First and last minor release that has them; all of 1.19–1.26 when left out. */
  readonly from?: number;
  readonly to?: number;
}

// Read from cmd/go/internal/work/build.go (AddBuildFlags, AddCoverFlags), base/flag.go and run/run.go of Go 1.19.8, 1.20.14,
// 1.21.13, 1.22.12, 1.23.12, 1.24.11, 1.25.5 and 1.26.8; test/golang/flags.test.ts holds it against the installed go.
const rows: readonly Row[] = [
  { names: 'a n x v race msan asan work linkshared modcacherw trimpath', kind: 'bool' },
  { names: 'i', kind: 'bool', commands: ['build', 'install'], to: 19 },
  { names: 'cover', kind: 'bool', from: 20 },
  { names: 'json', kind: 'bool', from: 24 },
  { names: 'buildvcs', kind: 'buildvcs' },
  { names: 'p', kind: 'int' },
  { names: 'asmflags gcflags gccgoflags ldflags', kind: 'package' },
  { names: 'buildmode installsuffix mod modfile overlay pkgdir debug-actiongraph debug-trace', kind: 'text' },
  { names: 'debug-runtime-trace', kind: 'text', from: 21 },
  { names: 'pgo coverpkg', kind: 'text', from: 20 },
  { names: 'covermode', kind: 'covermode', from: 20 },
  { names: 'compiler', kind: 'compiler' },
  { names: 'tags', kind: 'tags' },
  { names: 'toolexec', kind: 'words' },
  { names: 'exec', kind: 'words', commands: ['run'] },
  { names: 'o', kind: 'text', commands: ['build'] },
  { names: 'C', kind: 'chdir', from: 20 },
];

// Read from every command in cmd/go/internal of the same releases, and tried one by one with GOFLAGS; by the first release.
const otherCommands: ReadonlyMap<string, number> = new Map(
  Object.entries({
    0: `bench benchmem benchtime blockprofile blockprofilerate c cache compat compiled count cover covermode coverpkg
      coverprofile cpu cpuprofile d deps dropexclude dropreplace droprequire dropretract dropuse e exclude exec export f
      failfast find fix fmt fuzz fuzzcache fuzzminimizetime fuzztime go i insecure json list m memprofile memprofilerate
      modcache module mutexprofile mutexprofilefraction o outputdir parallel print r replace require retract retracted
      reuse run short shuffle t test testcache timeout trace u use vendor versions vettool w`,
    20: 'C pgo skip',
    21: 'debug-runtime-trace fullpath toolchain',
    23: 'changed diff dropgodebug godebug',
    24: 'droptool tool',
    25: 'dropignore ignore',
    26: 'artifacts fixtool',
  }).flatMap(([from, names]) => names.split(/\s+/).map(name => [name, Number(from)] as const)),
);

function tableOf(command: Command, minor: number | null): ReadonlyMap<string, FlagKind> {
  const table = new Map<string, FlagKind>();
  for (const { names, kind, commands, from = 0, to = 99 } of rows) {
    if (commands !== undefined && !commands.includes(command)) continue;
    if (minor !== null && (minor < from || minor > to)) continue;
    for (const name of names.split(' ')) table.set(name, kind);
  }
  return table;
}

/** strconv.ParseInt with base 0: sign, 0x 0o 0b prefixes, underscores only between digits of a prefixed number. */
function isInteger(value: string): boolean {
  return /^[+-]?(0[xX](_?[\da-fA-F])+|0[oO](_?[0-7])+|0[bB](_?[01])+|0(_?[0-7])*|[1-9](_?\d)*)$/.test(value);
}
