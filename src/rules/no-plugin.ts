import type { BinaryFacts } from '../binary/facts.ts';
import type { Build } from '../golang/build.ts';
import type { Outcome } from './finding.ts';
import type { Rule } from './rule.ts';
import { isLinkShared, linkingOf } from './shared/linking.ts';
import { fail, pass, unknown, warn } from './shared/outcome.ts';

/**
 * A host of plugins is monitored until it loads one, so it warns; a plugin fails. Nothing is rewritten: a plugin is what the
 * line is for. Overruling CGO_ENABLED=0 can make the stub of package plugin a real one and cause the warning (kustomize, stern).
 */
export const noPlugin: Rule = {
  id: 'no-plugin',
  title: 'loads no Go plugins and is none',
  why:
    'The agent switches deep monitoring off once the process loads a Go plugin. This is its policy: injection into a host of plugins ' +
    'works. A program that can load plugins is warned about, a plugin itself fails.',
  fix: 'build it as an ordinary package of the program instead of -buildmode=plugin',
  seed: 'S12',
  symbols: ['plugin.open', 'go:plugin.tabs', 'go.plugin.tabs'],
  before: sayPlugin,
  verify: judgePlugin,
  after: sayFlipped,
};

function sayPlugin(build: Build): Outcome | null {
  const mode = build.flag('buildmode');
  if (mode?.value !== 'plugin') return null;
  return warn(
    `-buildmode=plugin (${mode.origin}): the agent switches monitoring off in the program that loads it`,
    '-buildmode=plugin',
  );
}

function judgePlugin(facts: BinaryFacts): Outcome | null {
  const linking = linkingOf(facts);
  if (!linking.ok) return unknown('whether it is a plugin could not be read', linking.why);
  if (linking.value.kind === 'no program') return null;
  return linking.value.kind === 'shared object' ? judgeLibrary(facts) : judgeHost(facts);
}

/** -buildmode is recorded from Go 1.20 on; a plugin of an older release has no build info at all, a c-shared library has. */
function judgeLibrary(facts: BinaryFacts): Outcome {
  const info = facts.buildInfo();
  const mode = info.ok ? info.value?.settings.get('-buildmode') : undefined;
  if (mode === 'plugin') return fail('a Go plugin', 'build info -buildmode=plugin');
  if (mode !== undefined) return pass(`build info -buildmode=${mode}`);
  const tabs = facts.definedSymbols(['go:plugin.tabs', 'go.plugin.tabs']);
  const [table] = tabs.ok ? tabs.value : [];
  if (table !== undefined) return fail('a Go plugin', `${table} in .symtab`);
  const shared = isLinkShared(facts);
  if (shared.ok && shared.value !== null) return pass(shared.value);
  if (!info.ok) return unknown('whether it is a plugin could not be read', info.why);
  const recorded = info.value !== null && (info.value.from === 'inline' || info.value.from === 'pointers');
  return recorded ? pass('shared library with build info') : fail('a Go plugin', 'shared library without build info');
}

/**
 * `plugin.Open` is inlined away, and the table of function names holds the stub's too: only the symbol `plugin.open` tells.
 * Without symbols the table can still say no.
 */
function judgeHost(facts: BinaryFacts): Outcome | null {
  if (facts.symbolTable().kind === 'present') {
    const symbols = facts.definedSymbols(['plugin.open']);
    if (!symbols.ok) return unknown('whether it can load plugins could not be read', symbols.why);
    return symbols.value.has('plugin.open')
      ? warn('can load Go plugins; monitoring is switched off once it does', 'plugin.open in .symtab')
      : pass('no plugin.open in .symtab');
  }
  const functions = facts.goFunctions(['plugin.open']);
  if (functions.ok && !functions.value.has('plugin.open')) return pass("no plugin.open in Go's function table");
  return unknown(
    'whether it can load plugins cannot be told without a symbol table',
    functions.ok ? "plugin.open in Go's function table, which may be a stub's" : functions.why,
  );
}

function sayFlipped(facts: BinaryFacts, build: Build, name: string): Outcome | null {
  const flipped = build.edits.some(({ subject, overruled }) => overruled && subject === 'CGO_ENABLED=0');
  if (!flipped || facts.symbolTable().kind !== 'present') return null;
  const symbols = facts.definedSymbols(['plugin.open']);
  if (!symbols.ok || !symbols.value.has('plugin.open')) return null;
  return pass(
    'plugin.open in .symtab',
    `${name} can load plugins only since CGO_ENABLED=0 was overruled: package plugin is a stub without cgo`,
  );
}
