import type { BinaryFacts, Opened, Reading } from '../../src/binary/facts.ts';

/**
 * Asks a binary everything, and answers why what could not be told could not. A reader that throws or hangs on some bytes is
 * found by calling this.
 */
export function whyNot(facts: BinaryFacts): readonly string[] {
  const names = ['runtime.main', 'x_cgo_init', '__tsan_init'];
  const readings: readonly Reading<unknown>[] = [
    facts.interpreter(),
    facts.needed(),
    facts.isPie(),
    facts.hasInitArray(),
    facts.soname(),
    facts.versionNeeds(),
    facts.dynamicSymbols(),
    facts.sections(),
    facts.hasSection('.go_export'),
    facts.symbols(names),
    facts.definedSymbols(names),
    facts.symbolBytes('runtime.iscgo', 1),
    facts.runtimeVersion(),
    facts.symbolsDisagree(names),
    facts.findSymbols(name => name.includes('/vendor/'), 3),
    facts.entrySymbol(),
    facts.goFunctions(names),
    facts.buildInfo(),
    facts.appendedBytes(),
    facts.isGo(),
  ];
  facts.packer();
  const table = facts.symbolTable();
  return [...readings.flatMap(reading => (reading.ok ? [] : [reading.why])), ...('why' in table ? [table.why] : [])];
}

/** Everything that is said about what could not be read, of whatever kind the file is. */
export function complaints(opened: Opened): string {
  switch (opened.kind) {
    case 'elf':
      return whyNot(opened.facts).join('\n');
    case 'not-elf':
      return `looks like ${opened.looksLike}`;
    default:
      return opened.why;
  }
}
