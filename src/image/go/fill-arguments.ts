import { type Command, type FlagKind, flagsOfAnyRelease, takesNextWord } from '../../golang/flags.ts';
import { isLinkValueFlag } from '../../golang/link-words.ts';
import { markOf } from '../paths.ts';
import { type Word, wordOf } from '../shell/words.ts';
import { fillHoles, known, type Text } from '../text.ts';
import { argumentWords, flagValue, linkWords, type Mood, pick } from './scenario.ts';

/**
 * go's argv with its holes filled for a mood. A hole glued to a literal is only an unknown value; one that is a whole word
 * where flags may stand, or stands free inside -ldflags, may be any flags.
 */
export function fillArguments(words: readonly Word[], mood: Mood): string[] {
  const argv: string[] = [];
  let table: ReadonlyMap<string, FlagKind> | null = null;
  let awaited: string | null = null;
  let isPastFlags = false;
  for (const word of words) {
    const text = wordOf(word);
    if (awaited !== null) {
      argv.push(text ?? fillValue(awaited, table?.get(awaited), word.text, mood));
      awaited = null;
      continue;
    }
    if (text !== null) {
      argv.push(text);
      if (table === null) {
        if (/^(build|install|run)$/.test(text)) table = flagsOfAnyRelease(text as Command);
        else if (text === '-C') awaited = 'C';
      } else if (!isPastFlags) {
        const name = /^--?([^-=][^=]*)$/.exec(text)?.[1];
        const kind = name === undefined ? undefined : table.get(name);
        if (name !== undefined && kind !== undefined && takesNextWord(kind)) awaited = name;
        isPastFlags = !text.startsWith('-') || text === '-' || text === '--';
      }
      continue;
    }
    const [first] = word.text;
    const flag = typeof first === 'string' ? /^--?([^-=][^=]*)=/.exec(first) : null;
    if (table !== null && !isPastFlags && flag?.[1] !== undefined && typeof first === 'string') {
      const rest: Text = [first.slice(flag[0].length), ...word.text.slice(1)].filter(piece => piece !== '');
      argv.push(flag[0] + fillValue(flag[1], table.get(flag[1]), rest, mood));
    } else if (word.text.every(piece => typeof piece !== 'string') && !isPastFlags)
      argv.push(...wholeWord(word.text, mood));
    else {
      argv.push(marked(word.text));
      isPastFlags = true;
    }
  }
  return argv;
}

/** A word that is nothing but a hole: the words it can be, or whatever flags may stand there. */
function wholeWord([only]: Text, mood: Mood): readonly string[] {
  const picked = typeof only === 'object' ? pick(only, mood) : null;
  return picked === null ? argumentWords[mood] : picked.split(/\s+/).filter(word => word !== '');
}

function fillValue(name: string, kind: FlagKind | undefined, text: Text, mood: Mood): string {
  if (name === 'ldflags') return fillLinkFlags(text, mood);
  // No rule asks what the compiler and the assembler are told, and go wants flags there.
  if (/^(gc|asm|gccgo)flags$/.test(name)) return fillHoles(text, hole => pick(hole, mood) ?? '');
  if (name === 'buildvcs' && known(text) === null) return 'auto';
  const [only] = text;
  if (text.length !== 1 || typeof only !== 'object') return marked(text);
  const value = flagValue(name, kind, mood);
  return value === null ? marked(text) : (pick(only, mood) ?? value);
}

/** Inside -ldflags: free stretches by mood, values of a linker flag as marks. */
function fillLinkFlags(text: Text, mood: Mood): string {
  let filled = '';
  for (const [index, piece] of text.entries()) {
    if (typeof piece === 'string') {
      filled += piece;
      continue;
    }
    const picked = pick(piece, mood);
    if (picked !== null) {
      filled += picked;
      continue;
    }
    const after = text[index + 1];
    const isFreeAfter = after === undefined || (typeof after === 'string' && /^[\s"']/.test(after));
    const flag = /(?:^|[\s"'])--?([A-Za-z]\w*)(?:=|\s+)["']?$/.exec(filled)?.[1];
    const isFreeBefore = /(^|\s)["']?$/.test(filled);
    if (flag === 'extldflags') filled += mood === 'static' ? '-static' : '-O2';
    else if (flag === 'linkmode') filled += mood === 'worst' ? 'internal' : mood === 'best' ? 'external' : 'auto';
    else if (flag !== undefined && isLinkValueFlag(flag)) filled += markOf(piece);
    else filled += isFreeBefore && isFreeAfter ? linkWords[mood] : markOf(piece);
  }
  return filled;
}

function marked(text: Text): string {
  return known(text) ?? text.map(piece => (typeof piece === 'string' ? piece : markOf(piece))).join('');
}
