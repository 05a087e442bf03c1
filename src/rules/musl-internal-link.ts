import type { BinaryFacts } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import type { Outcome } from './finding.ts';
import type { BuildSurroundings, Rule } from './rule.ts';
import { askedLink } from './shared/asked-link.ts';
import { asksForStatic } from './shared/asked-static.ts';
import { cgoIsOn, usesGc } from './shared/cgo.ts';
import { linkingOf } from './shared/linking.ts';
import { fail, pass, unknown } from './shared/outcome.ts';

/** The agent's own message, from the seed (Russian there). */
const agentsWords =
  "Deep monitoring activation failed: monitoring of Go musl binaries built with Go's internal linker is not supported";

/**
 * Asked of programs linked to musl only. The start-up code is seen by the one function it calls: `__libc_start_main`, undefined
 * in .dynsym, where strip leaves it. Without it the program starts at Go's own `_rt0_…`, which shows only with symbols.
 */
export const muslInternalLink: Rule = {
  id: 'musl-internal-link',
  title: "not linked against musl by Go's internal linker",
  why:
    "Go's internal linker starts the program at Go's own code, and musl's start-up code, which runs the constructors of preloaded " +
    `libraries, never runs: the program works as if there were no agent, silently. The agent says: "${agentsWords}".`,
  fix: "build with -ldflags='all=-linkmode=external' (on Alpine after apk add gcc musl-dev)",
  seed: 'S19',
  line: judgeAsked,
  verify: judgeStart,
};

/** With static monitoring a program that comes out static is taken, and whether it does depends on what it imports. */
function judgeAsked(asked: Build, around: BuildSurroundings): Outcome | null {
  if (!cgoIsOn(asked) || !usesGc(asked) || asksForStatic(asked) || askedLink(asked) !== 'as Go decides') return null;
  if (!around.compiler().found || around.compilerLibc() !== 'musl') return null;
  const evidence = 'musl, no -linkmode=external';
  return around.profile.staticMonitoring
    ? unknown(`where a package uses cgo (net, os/user): ${agentsWords}`, evidence)
    : fail(`linked by Go itself against musl: ${agentsWords}`, evidence);
}

function judgeStart(facts: BinaryFacts): Outcome | null {
  const linking = linkingOf(facts);
  if (!linking.ok || linking.value.kind !== 'dynamic' || linking.value.libc !== 'musl') return null;
  const names = facts.dynamicSymbols();
  const entry = facts.entrySymbol();
  const start = entry.ok ? entry.value : null;
  const startsInGo = start?.startsWith('_rt0_') === true;
  if (!startsInGo && names.ok && names.value.undefined.has('__libc_start_main'))
    return pass('musl start-up code (__libc_start_main in .dynsym)');
  if (names.ok || startsInGo)
    return fail(
      agentsWords,
      `PT_INTERP ${linking.value.interpreter}, ${start === null ? 'no __libc_start_main in .dynsym' : `entry ${start}`}`,
    );
  return unknown('linked to musl, and how it starts could not be read', names.why);
}
