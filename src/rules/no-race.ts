import type { BinaryFacts } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import type { Outcome } from './finding.ts';
import type { Rule } from './rule.ts';
import { fail, pass, unknown } from './shared/outcome.ts';

interface Detector {
  readonly flag: string;
  readonly name: string;
  readonly because: string;
  /** Symbols that only this detector's runtime defines; asan's C part is in libasan.so, so that its NEEDED counts too. */
  readonly symbols: readonly string[];
  /** Of these the Go functions, whose names survive strip in Go's function table. */
  readonly functions: readonly string[];
  readonly library: RegExp | null;
}

/** All three, since each replaces the memory functions and the agent takes none. Names: assembly of
 * Go 1.19–1.26 runtime/{race,msan,asan}_*.s, which only such a build assembles (`runtime.asanread` has a stub in every build). */
const detectors: readonly Detector[] = [
  {
    flag: 'race',
    name: 'the race detector',
    because: 'the agent refuses race builds; GOSHIM=off keeps it',
    symbols: ['runtime.racefuncenter', '__tsan_init', '__tsan_func_enter', '__tsan_read'],
    functions: ['runtime.racefuncenter'],
    library: null,
  },
  {
    flag: 'msan',
    name: 'the memory sanitizer',
    because: 'the agent refuses sanitizer builds; GOSHIM=off keeps it',
    symbols: ['__msan_init', 'runtime.domsanread.abi0', 'runtime.domsanread'],
    functions: ['runtime.domsanread'],
    library: null,
  },
  {
    flag: 'asan',
    name: 'the address sanitizer',
    because: 'such a program dies under any preloaded library; GOSHIM=off keeps it',
    symbols: ['__asan_init', 'runtime.doasanread.abi0', 'runtime.doasanread'],
    functions: ['runtime.doasanread'],
    library: /^libasan\.so(\.|$)/,
  },
];

export const noRace: Rule = {
  id: 'no-race',
  title: 'built without the race detector and the sanitizers',
  why:
    "The agent does not inject itself into -race builds. This is the agent's policy: injection as such works with -race. With -asan " +
    'it does not: the program dies before main under any preloaded library ("ASan runtime does not come first").',
  fix: 'build without -race, -msan and -asan; detectors belong to go test',
  seed: 'S16',
  becauseOf: edit => detectors.find(({ flag }) => edit.subject === `-${flag}`)?.because ?? '',
  symbols: detectors.flatMap(({ symbols }) => symbols),
  rewrite: dropDetectors,
  verify: judgeDetectors,
};

/** In -ldflags they break the link, unless the go command's own flag is there too. */
function dropDetectors(build: Build): Build {
  return detectors.reduce(
    (edited, { flag }) => edited.dropFlag(flag).editLinkFlags(flags => flags.remove(flag)),
    build,
  );
}

function judgeDetectors(facts: BinaryFacts): readonly Outcome[] {
  const outcomes = detectors.map(detector => judgeDetector(facts, detector));
  const bad = outcomes.filter(({ verdict }) => verdict === 'fail');
  const unsure = outcomes.filter(({ verdict }) => verdict === 'unknown');
  return bad.length > 0 ? bad : unsure.length > 0 ? unsure.slice(0, 1) : [pass('no sign of -race, -msan, -asan')];
}

function judgeDetector(facts: BinaryFacts, { flag, name, symbols, functions, library }: Detector): Outcome {
  const built = `built with ${name}`;
  const info = facts.buildInfo();
  if (info.ok && info.value?.settings.get(`-${flag}`) === 'true') return fail(built, `build info -${flag}=true`);
  const needed = facts.needed();
  const linked = needed.ok ? needed.value.find(each => library?.test(each)) : undefined;
  if (linked !== undefined) return fail(built, `NEEDED ${linked}`);
  const present = facts.symbolTable().kind === 'present' ? facts.definedSymbols(symbols) : null;
  const [symbol] = present?.ok ? present.value : [];
  if (symbol !== undefined) return fail(built, `${symbol} in .symtab`);
  // cmd/go records -compiler with every other setting (Go ≥ 1.18); other build tools write build info without any.
  if ((info.ok && info.value?.settings.has('-compiler')) || present?.ok) return pass(`no sign of -${flag}`);
  const table = facts.goFunctions(functions);
  const [named] = table.ok ? table.value : [];
  if (named !== undefined) return fail(built, `${named} in Go's function table`);
  if (table.ok) return pass(`no sign of -${flag}`);
  return unknown(`whether it was ${built} could not be read`, info.ok ? table.why : info.why);
}
