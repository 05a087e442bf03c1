import type { BinaryFacts } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import type { Outcome } from './finding.ts';
import type { Rule } from './rule.ts';
import { usesGc } from './shared/cgo.ts';
import { linkingOf } from './shared/linking.ts';
import { fail, pass, unknown } from './shared/outcome.ts';
import { unwanted, withoutOptions } from './shared/words.ts';

/** Functions that every gc program has, in each release from 1.14 to 1.26; findrunnable got its capital in 1.19. */
const agentFunctions: readonly string[] = [
  ...['runtime.main', 'main.main', 'runtime.mallocgc', 'runtime.gcStart', 'runtime.newproc1', 'runtime.findRunnable'],
  'runtime.findrunnable',
];

/**
 * `-s=false` goes behind every -ldflags, since cmd/link takes the last word, and into goshim's own `all=`, where it beats the
 * `-s -w` of go run. A user's -s was a wish for a small file, so -w takes its place unless -w itself was spoken of.
 */
export const symbolTable: Rule = {
  id: 'symbol-table',
  title: 'with its symbol table',
  why:
    'The agent finds the functions it hooks by the symbol table (.symtab). -ldflags=-s, strip and packers take it away; the program ' +
    'then runs, and the agent silently cannot work in it. -w and strip --strip-debug keep it.',
  fix: 'build without -s (-ldflags=-w makes a small file too) and do not run strip or a packer over it',
  seed: 'S14',
  symbols: [...agentFunctions, 'runtime.text', 'runtime.pclntab'],
  rewrite: keepSymbols,
  verify: judgeSymbols,
};

/** ld(1) takes beginnings of names. `-Wl,-x` counts: Go's functions are local symbols to the system linker, and it discards them all. */
const keepUnstripped = unwanted(
  word => word === '-s',
  option => /^(-s|--?strip-al?l?|-x|--?discard-al?l?|--?retain-symbols-file(=.*)?)$/.test(option),
);

function keepSymbols(build: Build): Build {
  if (!usesGc(build)) return build;
  return withoutOptions(build, keepUnstripped).editLinkFlags(flags => {
    if (flags.get('s') !== 'true') return flags.set('s', 'false');
    if (flags.get('w') === 'false') return flags.set('s', 'false');
    return flags.set('s', 'false', { action: 'dropped, -w kept' }).set('w', 'true');
  });
}

function judgeSymbols(facts: BinaryFacts): Outcome | null {
  const packer = facts.packer();
  if (packer !== null) return fail(`packed executable (${packer}): no symbol table`, packer, 'ship the file unpacked');
  const table = facts.symbolTable();
  switch (table.kind) {
    case 'no-sections':
      return fail('no section headers: no symbol table', 'e_shnum 0');
    case 'absent':
      return fail('no symbol table: stripped, or linked with -s', 'no .symtab');
    case 'unusable':
      return fail(`symbol table present but unusable (${table.why})`, table.why);
    case 'unreadable':
      return unknown(
        table.why.startsWith('section table') ? table.why : `symbol table unreadable (${table.why})`,
        table.why,
      );
    case 'present':
      return judgeNames(facts, table.count);
  }
}

function judgeNames(facts: BinaryFacts, count: number): Outcome | null {
  const found = facts.definedSymbols(agentFunctions);
  if (!found.ok) return unknown(`symbol table unreadable (${found.why})`, found.why);
  const has = (name: string) => found.value.has(name);
  if (!has('runtime.main') && isLibrary(facts)) return null;
  if (!has('runtime.main'))
    return fail('the symbol table does not hold the Go runtime (no runtime.main)', `.symtab of ${count} symbols`);
  const missing = ['main.main', 'runtime.mallocgc', 'runtime.gcStart', 'runtime.newproc1'].filter(name => !has(name));
  if (!has('runtime.findRunnable') && !has('runtime.findrunnable')) missing.push('runtime.findRunnable');
  if (missing.length > 0)
    return fail(`only a part of the symbols is left (no ${missing.join(', ')})`, `.symtab of ${count} symbols`);
  const disagree = facts.symbolsDisagree(agentFunctions.filter(has));
  if (!disagree.ok) return unknown('whether .symtab fits the program could not be read', disagree.why);
  return disagree.value === null
    ? pass(`runtime.main in .symtab of ${count} symbols, as in Go's function table`)
    : fail('the symbol table is not that of the program, or only a part of it', disagree.value);
}

/** A plugin uses the runtime of the program that loads it. */
function isLibrary(facts: BinaryFacts): boolean {
  const linking = linkingOf(facts);
  return linking.ok && linking.value.kind === 'shared object';
}
