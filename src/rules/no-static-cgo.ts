import type { BinaryFacts, Reading } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import { splitQuoted } from '../golang/quoted.ts';
import type { Outcome } from './finding.ts';
import type { BuildSurroundings, Rule } from './rule.ts';
import { linkDynamically } from './shared/asked-static.ts';
import { cgoIsOn } from './shared/cgo.ts';
import { cgoSymbols, linkingOf, runtimeCgo } from './shared/linking.ts';
import { fail, pass, unknown } from './shared/outcome.ts';

/**
 * Holds under static monitoring too. `-extldflags=-static` was harmless as long as Go's own linker linked; once the system's
 * linker is forced it makes the worst case, so it goes wherever cgo is on. Without cgo nothing reads it, and it stays.
 */
export const noStaticCgo: Rule = {
  id: 'no-static-cgo',
  title: 'no C library linked in statically',
  why:
    'A static program with cgo carries a libc of its own, which can conflict with the one the agent brings into the process: the ' +
    'agent rejects it, with static monitoring too.',
  fix: 'link dynamically: no -static in -extldflags, CGO_LDFLAGS, CC',
  seed: 'S6',
  because: 'a libc of its own would conflict with the one the agent uses',
  symbols: [...cgoSymbols, '__libc_start_main'],
  rewrite: linkDynamically,
  before: staticCompiler,
  verify: judgeStatic,
};

/** Asked of CC as it will be run: a `-static` among its words has been taken out by then, unless the policy leaves it. */
function staticCompiler(build: Build, around: BuildSurroundings): Outcome | null {
  const { value } = build.env('CC');
  if (!cgoIsOn(build) || around.compilerIsStatic?.(splitQuoted(value) ?? []) !== true) return null;
  const quote = value.includes("'") ? '"' : "'";
  return fail(
    `CC=${value} links statically by itself`,
    `CC=${value}`,
    `CC=${quote}${value} -dynamic${quote}, or a compiler for a libc that is shared`,
  );
}

function judgeStatic(facts: BinaryFacts): Outcome | null {
  const linking = linkingOf(facts);
  if (!linking.ok) return unknown('whether it is static could not be read', linking.why);
  if (linking.value.kind === 'no program') return null;
  if (linking.value.kind !== 'static') return pass('not static');
  const cgo = runtimeCgo(facts);
  if (cgo.ok && cgo.value !== null) return fail('static, with cgo and a C library of its own', cgo.value);
  const startup = startupCode(facts);
  if (startup.ok && startup.value !== null) return fail('static, with a C library of its own', startup.value);
  if (!cgo.ok || !startup.ok)
    return unknown(
      'static, and whether it carries a C library could not be read',
      cgo.ok ? (startup.ok ? '' : startup.why) : cgo.why,
    );
  return pass('static, no runtime/cgo and no C start-up code');
}

/** What a C library's start-up files leave in a program, with or without symbols. Go's own linker writes none of it. */
function startupCode(facts: BinaryFacts): Reading<string | null> {
  if (facts.symbolTable().kind === 'present') {
    const symbols = facts.definedSymbols(['__libc_start_main']);
    if (!symbols.ok) return symbols;
    if (symbols.value.has('__libc_start_main')) return { ok: true, value: '__libc_start_main in .symtab' };
  }
  const section = facts.hasSection('.init_array');
  if (!section.ok) return section;
  return { ok: true, value: section.value ? 'section .init_array' : null };
}
