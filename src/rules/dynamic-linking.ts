import type { BinaryFacts } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import type { Outcome } from './finding.ts';
import type { BuildSurroundings, Rule, VerifySurroundings } from './rule.ts';
import { askedLink } from './shared/asked-link.ts';
import { asksForStatic } from './shared/asked-static.ts';
import { canUseCgo, cgoIsOn, mayStayStatic, usesGc } from './shared/cgo.ts';
import { forceExternalLink } from './shared/external-link.ts';
import { cgoSymbols, isGccgo, isLinkShared, type Linking, linkingOf, runtimeCgo } from './shared/linking.ts';
import { namedLoader } from './shared/named-loader.ts';
import { fail, pass, unknown } from './shared/outcome.ts';
import { whereItRuns } from './shared/run-time-needs.ts';

/**
 * The system's linker is forced for every main package (`all=`). Planned after cgo-enabled, so that it finds cgo on; where that
 * rule's policy left CGO_ENABLED=0, or there is no compiler, it forces nothing that could not work. A program Go's own linker
 * linked against libc (net/http on glibc) passes: injection works there, measured.
 */
export const dynamicLinking: Rule = {
  id: 'dynamic-linking',
  title: 'dynamically linked to libc, with cgo',
  why:
    'The agent is loaded by the dynamic linker and works through libc. A static program has neither. A program with a loader but ' +
    "without runtime/cgo (a pure-Go PIE, or an external link by Go up to 1.20 without `all=`) moves the thread pointer into Go's own " +
    'data: the first libc call on a Go thread crashes it.',
  fix: "build with CGO_ENABLED=1 and -ldflags='all=-linkmode=external'",
  seed: 'S3',
  because: "the agent needs the system's linker",
  symbols: cgoSymbols,
  rewrite: forceLinker,
  line: judgeAsked,
  verify: judgeLinking,
  after: whereItRuns,
};

function forceLinker(build: Build, around: BuildSurroundings): Build {
  if (mayStayStatic(build, around.profile) || !canUseCgo(build)) return build;
  const forced = forceExternalLink(build);
  return forced === build || around.compiler().found ? forced : build;
}

/** The line alone tells the linking only where it forces it, or takes cgo away. */
function judgeAsked(asked: Build, around: BuildSurroundings): Outcome | null {
  if (mayStayStatic(asked, around.profile) || !canUseCgo(asked)) return null;
  if (!cgoIsOn(asked)) return fail('statically linked: cgo is off', `CGO_ENABLED=${asked.env('CGO_ENABLED').value}`);
  if (!usesGc(asked)) return null;
  if (asksForStatic(asked)) return fail('statically linked', '-static');
  const compiler = around.compiler();
  if (!compiler.found && compiler.headers === undefined)
    return fail(`statically linked: ${compiler.what} is missing`, compiler.what, compiler.install);
  const mode = asked.flag('buildmode')?.value ?? '';
  if (libraries.has(mode))
    return unknown(
      'no program but a library: whether the agent is there depends on the program that loads it',
      `-buildmode=${mode}`,
      'judge the program that loads it',
    );
  const loader = namedLoader(asked);
  if (loader !== null)
    return unknown(
      `it names a loader of its own, ${loader}: whether that is glibc's or musl's is not known`,
      `--dynamic-linker ${loader}`,
      "leave the loader to the system's linker",
    );
  const asks = askedLink(asked);
  if (asks === 'external') return null;
  if (asks === 'external without runtime/cgo')
    return fail(
      `${asked.release?.text} links no runtime/cgo into a package without cgo unless all= asks for it`,
      '-linkmode=external without all=',
      "-ldflags='all=-linkmode=external'",
    );
  return unknown(
    "nothing asks for the system's linker: dynamic only where a package uses cgo (net, os/user)",
    'no -linkmode=external',
  );
}

/** Build modes that make something for another program (`go help buildmode`); plugins have a rule of their own. */
const libraries: ReadonlySet<string> = new Set(['archive', 'c-archive', 'c-shared']);

function judgeLinking(facts: BinaryFacts, { profile }: VerifySurroundings): Outcome | null {
  const linking = linkingOf(facts);
  if (!linking.ok) return unknown('how it is linked could not be read', linking.why);
  const how = linking.value;
  switch (how.kind) {
    case 'no program':
      return unknown(`no program, and nothing a program loads (ELF type ${how.type})`, `ELF type ${how.type}`);
    case 'shared object':
      return unknown(
        'a shared library: whether the agent is there depends on the program that loads it',
        'ET_DYN without PT_INTERP and DF_1_PIE',
        'judge the program that loads it',
      );
    case 'no loader':
      return fail(
        'asks for libraries but names no loader that would bring them: the agent cannot be loaded',
        `no PT_INTERP, NEEDED ${how.needed.join(', ')}`,
      );
    case 'static':
      return judgeStatic(facts, profile.staticMonitoring);
    case 'loader only':
      return fail(
        'names a loader but is not linked to a C library: the agent has none to work with',
        `PT_INTERP ${how.interpreter}, ${how.needed.length === 0 ? 'no NEEDED' : `NEEDED ${how.needed.join(', ')}`}`,
      );
    case 'dynamic':
      return judgeDynamic(facts, how);
  }
}

function judgeStatic(facts: BinaryFacts, staticMonitoring: boolean): Outcome | null {
  const evidence = 'no PT_INTERP, no NEEDED';
  if (!staticMonitoring) return fail('statically linked: the agent cannot be loaded', evidence);
  const cgo = runtimeCgo(facts);
  // With cgo in it no-static-cgo refuses it; what could not be read it says too.
  return cgo.ok && cgo.value === null ? pass(`${evidence}: static monitoring takes it`) : null;
}

function judgeDynamic(facts: BinaryFacts, { interpreter, library, libc }: Linking & { kind: 'dynamic' }): Outcome {
  const evidence = `PT_INTERP ${interpreter}, NEEDED ${library}`;
  // Of ELFv1 (ppc64) the entry point is a descriptor among the data.
  if (!facts.entryIsCode && facts.goarch !== 'ppc64')
    return unknown('its entry point lies in no code: it cannot start', `e_entry 0x${facts.entry.toString(16)}`);
  if (libc === 'other') return unknown(`its loader and C library are not those of glibc or musl`, evidence);
  const cgo = runtimeCgo(facts);
  if (cgo.ok && cgo.value !== null) return pass(`${evidence}, ${cgo.value}`);
  // Their runtime is not laid out as gc's in one file; rules of their own refuse them.
  const elsewhere = [isLinkShared(facts), isGccgo(facts)].find(sign => sign.ok && sign.value !== null);
  if (elsewhere?.ok) return pass(`${evidence}, ${elsewhere.value}`);
  if (!cgo.ok) return unknown('whether runtime/cgo is linked in could not be read', cgo.why);
  return fail(
    "linked by the system's linker without runtime/cgo: the agent's first libc call on a Go thread would crash it",
    `${evidence}, but neither x_cgo_init nor crosscall2`,
  );
}
