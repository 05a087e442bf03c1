import { readArguments, type SaidFlag } from './arguments.ts';
import type { Build } from './build.ts';
import { addTags, dropFlag, editLinkFlags, filterEnv, setEnv, setFlag } from './edits.ts';
import { type GoEnv, goflagsOrigin } from './env.ts';
import { type FlagKind, goFlags } from './flags.ts';
import { readGoflags } from './goflags.ts';
import { readOccurrence } from './ldflags.ts';
import type { CommandLine, Line } from './line.ts';
import type { Origin } from './origin.ts';
import { splitQuoted } from './quoted.ts';
import { tableMinor } from './release.ts';
import { argvOf, effectiveFlag, effectiveVariable, envChangesOf, type Occurrence, type State } from './said.ts';

/**
 * Reads the flags of a build, install or run line as the selected release will. `untouched`, with the reason, for every line
 * that go itself ends before it builds: help, unknown flags, malformed values, a misplaced -C, bad GOFLAGS, `go run` alone.
 * `env` may come from a real go or from `defaultAnswers`.
 */
export function openBuild(line: Line, env: GoEnv): Build | { readonly untouched: string } {
  if ('untouched' in line) return line;
  const minor = tableMinor(env.release);
  const table = goFlags(line.command, env.release);
  const misplaced = misplacedChdir(line, minor, table);
  if (misplaced !== null) return { untouched: misplaced };
  const layer = env.get('GOFLAGS');
  const goflags = readGoflags(layer.value, table, env.release);
  if ('untouched' in goflags) return goflags;
  if (goflags.some(flag => flag.kind === 'chdir')) return { untouched: '-C in GOFLAGS' };
  const read = readArguments(line.words, table);
  if ('untouched' in read) return read;
  const { packages, programArguments } = splitRest(line.command, read.rest);
  if (line.command === 'run' && packages.length === 0) return { untouched: 'go run without a package' };
  const occurrences = readOccurrences(goflags, goflagsOrigin(layer.origin), read.flags);
  return planned({
    line,
    env,
    table,
    goflags,
    goflagsOrigin: goflagsOrigin(layer.origin),
    ours: [],
    said: read.flags,
    rest: read.rest,
    packages,
    programArguments,
    own: null,
    ...occurrences,
    variables: new Map(),
    edits: [],
  });
}

function planned(state: State): Build {
  const { line, env } = state;
  const self: Build = {
    command: line.command,
    goos: env.get('GOOS').value,
    goarch: env.get('GOARCH').value,
    release: env.release,
    packages: state.packages,
    programArguments: state.programArguments,
    chdir: line.chdir,
    edits: state.edits,
    get linkFlags() {
      const acting = [...state.fromGoflags, ...state.fromArguments].filter(each => !each.masked).map(each => each.now);
      return state.own === null ? acting : [state.own, ...acting];
    },
    get exec() {
      const wish = effectiveFlag(state, 'exec');
      return wish === undefined ? null : { words: splitQuoted(wish.value) ?? [], origin: wish.origin };
    },
    flag: name => effectiveFlag(state, name),
    isOn: name => effectiveFlag(state, name)?.value === 'true',
    env: name => effectiveVariable(state, name),
    dropFlag: name => next(dropFlag(state, name)),
    setFlag: (name, value) => next(setFlag(state, name, value)),
    addTags: tags => next(addTags(state, tags)),
    setEnv: (name, value, how) => next(setEnv(state, name, value, how)),
    filterEnv: (name, keep) => next(filterEnv(state, name, keep)),
    editLinkFlags: edit => next(editLinkFlags(state, edit)),
    argv: () => argvOf(state),
    envChanges: () => envChangesOf(state),
  };
  return self;

  function next(changed: State): Build {
    return changed === state ? self : planned(changed);
  }
}

/** -C: none before Go 1.20; in 1.20 anywhere; since then first on the line only (a switched toolchain never sees it). */
function misplacedChdir(line: CommandLine, minor: number, table: ReadonlyMap<string, FlagKind>): string | null {
  if (line.chdir !== null && !table.has('C')) return 'this go has no -C';
  return line.lateChdir && minor !== 20 ? '-C is not the first flag' : null;
}

/** run: leading *.go words, or else one package; the rest is the program's (run.go runRun). */
function splitRest(command: string, rest: readonly string[]): { packages: string[]; programArguments: string[] } {
  const words = rest[0] === '--' ? rest.slice(1) : [...rest];
  if (command !== 'run') return { packages: words, programArguments: [] };
  const firstOther = words.findIndex(word => !word.endsWith('.go'));
  const files = firstOther < 0 ? words.length : firstOther;
  const own = files > 0 ? files : words[0]?.startsWith('-') === false ? 1 : 0;
  return { packages: words.slice(0, own), programArguments: words.slice(own) };
}

function readOccurrences(
  goflags: readonly SaidFlag[],
  origin: Origin,
  said: readonly SaidFlag[],
): { fromGoflags: Occurrence[]; fromArguments: Occurrence[] } {
  const read = (flags: readonly SaidFlag[], from: Origin) =>
    flags
      .filter(flag => flag.name === 'ldflags')
      .map(flag => readOccurrence(flag.value, from))
      .filter(flags => flags !== null);
  const first = read(goflags, origin);
  const all = [...first, ...read(said, 'argument')];
  const occurrences = all.map((asRead, index) => ({
    asRead,
    now: asRead,
    masked: all.slice(index + 1).some(later => later.pattern === asRead.pattern),
  }));
  return { fromGoflags: occurrences.slice(0, first.length), fromArguments: occurrences.slice(first.length) };
}
