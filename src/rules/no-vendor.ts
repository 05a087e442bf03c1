import type { BinaryFacts } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import type { Outcome } from './finding.ts';
import type { BuildSurroundings, Rule } from './rule.ts';
import { fail, pass, unknown } from './shared/outcome.ts';

/**
 * The profiles say `warn`: people patch vendor trees, and an offline build must stay offline. Under `fix` the build takes the modules
 * (-mod=readonly) where every vendored package is byte-identical to its module in the module cache, and is refused otherwise.
 * In GOPATH mode, and in a binary built there, vendoring shows in the symbols' names; module-mode vendoring leaves no trace.
 */
export const noVendor: Rule = {
  id: 'no-vendor',
  title: 'third-party packages taken from modules, not from a vendor directory',
  why:
    'The agent recognises the packages it watches by their import path, and does not watch vendored ones: gRPC, for instance, only ' +
    'when it comes as a module. The binary as such is taken; these packages go unmonitored.',
  fix: 'build from modules (-mod=readonly), or take vendor/ away',
  seed: 'S13',
  because: 'vendored packages go unmonitored, and each is byte-identical to its module',
  rewrite: takeModules,
  before: sayVendored,
  verify: judgeVendored,
};

function takeModules(build: Build, around: BuildSurroundings): Build {
  // Comparing reads every vendored file: only where something follows from it.
  if (around.profile.rules['no-vendor'] !== 'fix') return build;
  const vendored = around.vendored();
  return vendored?.differs?.() === null ? build.setFlag('mod', 'readonly') : build;
}

function sayVendored(build: Build, around: BuildSurroundings): Outcome | null {
  const mod = build.flag('mod')?.value;
  if (mod !== undefined && mod !== 'vendor') return null;
  const vendored = around.vendored();
  if (vendored === null) return null;
  const message = `vendored packages go unmonitored: ${named(vendored.modules, around.profile.monitored ?? [])}`;
  if (around.profile.rules['no-vendor'] !== 'fix') return fail(message, vendored.directory);
  const why = vendored.differs?.() ?? 'they could not be compared with their modules';
  return fail(`${message}; not taken from modules: ${why}`, vendored.directory);
}

/** Those that the agent would have watched; where there is none, how many there are. */
function named(modules: readonly string[], monitored: readonly string[]): string {
  const watched = modules.filter(module =>
    monitored.some(prefix => module === prefix || module.startsWith(`${prefix}/`)),
  );
  if (watched.length > 0) return watched.join(', ');
  const shown = modules.slice(0, 3).join(', ');
  return modules.length <= 3 ? shown : `${shown} and ${modules.length - 3} more`;
}

/**
 * `app/vendor/third.party/dep.F`. std's own vendored packages begin with `vendor/`. Names are decoded only where GOPATH mode is
 * possible: module mode records the main module and never leaves such names.
 */
function judgeVendored(facts: BinaryFacts): Outcome | null {
  const info = facts.buildInfo();
  if (info.ok && info.value?.mainModule) return null;
  const table = facts.symbolTable();
  if (table.kind === 'unreadable') return unknown('whether packages are vendored could not be read', table.why);
  if (table.kind !== 'present') return null;
  const found = facts.findSymbols(name => gopathVendored.test(name), 1);
  if (!found.ok) return unknown('whether packages are vendored could not be read', found.why);
  const [symbol] = found.value;
  return symbol === undefined
    ? pass('no /vendor/ in the names of .symtab')
    : fail(`vendored packages go unmonitored: ${gopathVendored.exec(symbol)?.[1] ?? symbol}`, `symbol ${symbol}`);
}

/** A function or variable of the package, not a type or file name that mentions one. */
const gopathVendored = /^[\w.~/-]+\/vendor\/((?:[\w.~%-]+\/)*[\w~%-]+)\.[\w(]/;
