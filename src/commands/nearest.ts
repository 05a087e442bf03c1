import { closestMatch } from 'leven';

/** ` Did you mean X?` for a word that is nearly one of these, else nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const maxDistance = Math.max(1, Math.min(3, Math.floor(word.length / 2)));
  const nearest = closestMatch(word.toLowerCase(), [...known], { maxDistance });
  return nearest === undefined ? '' : ` Did you mean ${nearest}?`;
}
