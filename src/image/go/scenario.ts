import type { Hole } from '../text.ts';

/**
 * What the holes of a line may come to. A line is judged under each, and only what all agree on is said for sure:
 * `plain`: nothing, or the usual; `worst`: everything an agent refuses; `best`: what it wants; the others one thing each
 * that would hide the rest.
 */
export type Mood = 'plain' | 'worst' | 'static' | 'plugin' | 'gccgo' | 'best';

export const moods: readonly Mood[] = ['plain', 'worst', 'static', 'plugin', 'gccgo', 'best'];

/** The value of a hole whose values are known: each is met under one of the moods. */
export function pick({ oneOf }: Hole, mood: Mood): string | null {
  return oneOf === undefined ? null : (oneOf[moods.indexOf(mood) % oneOf.length] ?? null);
}

/** A whole word that is not known may be flags. */
export const argumentWords: Readonly<Record<Mood, readonly string[]>> = {
  plain: [],
  worst: ['-race', '-linkshared', '-mod=vendor', '-ldflags=-s -linkmode=internal'],
  static: ['-ldflags=-linkmode=external -extldflags=-static'],
  plugin: ['-buildmode=plugin'],
  gccgo: ['-compiler=gccgo'],
  best: ['-ldflags=all=-linkmode=external', '-ldflags=-linkmode=external'],
};

export const goflagsWords: Readonly<Record<Mood, string>> = {
  plain: '',
  worst: '-race -linkshared -mod=vendor -ldflags=-s',
  static: '-ldflags=-extldflags=-static',
  plugin: '-buildmode=plugin',
  gccgo: '-compiler=gccgo',
  best: '-ldflags=-linkmode=external',
};

/** A free stretch inside -ldflags. */
export const linkWords: Readonly<Record<Mood, string>> = {
  plain: '',
  worst: '-s -linkmode=internal',
  static: '-extldflags=-static',
  plugin: '',
  gccgo: '',
  best: '-linkmode=external',
};

/** A flag's value: `-race=$RACE`, `-buildmode=$MODE`. */
export function flagValue(name: string, kind: string | undefined, mood: Mood): string | null {
  if (kind === 'bool') return mood === 'worst' ? 'true' : 'false';
  switch (name) {
    case 'buildmode':
      return mood === 'plugin' ? 'plugin' : 'default';
    case 'compiler':
      return mood === 'gccgo' ? 'gccgo' : 'gc';
    case 'mod':
      return mood === 'worst' ? 'vendor' : 'mod';
    case 'p':
      return '1';
    default:
      return null;
  }
}
