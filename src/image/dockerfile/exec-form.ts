import type { Word } from '../shell/words.ts';
import { Source } from '../source.ts';
import { literal } from '../text.ts';
import type { Instruction } from './read.ts';
import type { Start } from './stage-state.ts';

/** The words of an exec form; null where it is a shell form. */
export function readJson(text: string): readonly string[] | null {
  if (!/^\s*\[/.test(text)) return null;
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) && found.every(each => typeof each === 'string') ? found : null;
  } catch {
    return null;
  }
}

/** An exec form's words with the places where they stand. */
export function jsonWords(words: readonly string[], rest: Source): readonly Word[] {
  const strings = [...rest.text.matchAll(/"((?:[^"\\]|\\.)*)"/g)];
  return words.map((word, index) => {
    const found = strings[index];
    const start = (found?.index ?? 0) + 1;
    const isPlain = found?.[1] === word;
    return {
      text: literal(word),
      at: rest.at(start),
      range: null,
      raw: word,
      source: isPlain ? rest.slice(start, start + word.length) : Source.near(word, rest.at(start)),
    };
  });
}

/** ENTRYPOINT's and CMD's words, or their script. */
export function readStart(instruction: Instruction): Start {
  return { at: instruction.at, words: readJson(instruction.rest.text), script: instruction.rest };
}
