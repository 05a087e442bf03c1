import { readFlag, type SaidFlag, splitFlag } from './arguments.ts';
import { type FlagKind, isOtherCommandsFlag } from './flags.ts';
import { splitGoflags } from './quoted.ts';
import { newestKnown, type Release, tableMinor } from './release.ts';

/**
 * The flags of GOFLAGS that this command acts on, in order. Those of other commands are passed over, as go does.
 * `untouched` where go stops with a message about $GOFLAGS: an unterminated quote (Go ≥ 1.20), a word that is no flag, a
 * flag no command has, a bad or missing value.
 */
export function readGoflags(
  text: string,
  table: ReadonlyMap<string, FlagKind>,
  release: Release | null,
): readonly SaidFlag[] | { readonly untouched: string } {
  const words = splitGoflags(text, tableMinor(release));
  if (words === null) return { untouched: 'unterminated quote in GOFLAGS' };
  const flags: SaidFlag[] = [];
  for (const word of words) {
    const name = word.startsWith('-') ? splitFlag(word).name : null;
    if (name === null) return { untouched: `${word} in GOFLAGS is no flag` };
    if (!table.has(name)) {
      if (isOtherCommandsFlag(name, release) || (release?.minor ?? 0) > newestKnown) continue;
      return { untouched: `unknown flag -${name} in GOFLAGS` };
    }
    const said = readFlag(word, undefined, table);
    if ('untouched' in said) return { untouched: `${said.untouched} (GOFLAGS)` };
    flags.push(said);
  }
  return flags;
}
