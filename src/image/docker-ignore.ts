import { allStep, bracketStep, Glob, letterStep, questionStep, type Step, starStep } from './glob.ts';

/** What a .dockerignore keeps out of the build context. */
export interface DockerIgnore {
  /** By the path below the context's root. */
  isIgnored(path: string): boolean;
  /** Some pattern brings files back (`!vendor`): a directory that is ignored may still hold some. */
  readonly hasExceptions: boolean;
}

interface Pattern {
  readonly isException: boolean;
  readonly glob: Glob;
}

/** Nobody writes so many, and so many `**`; a file that does would keep the regular expressions busy. */
const most = { patterns: 2000, length: 1000, stars: 8 };

/** Reads it as BuildKit does (moby/patternmatcher: ignorefile.ReadAll, New, MatchesOrParentMatches): the last pattern that matches counts. */
export function readDockerIgnore(text: string): DockerIgnore {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split('\n', most.patterns)
    .flatMap(line => readPattern(line));
  return {
    hasExceptions: patterns.some(({ isException }) => isException),
    isIgnored: path => {
      const parts = path.split('/').filter(part => part !== '' && part !== '.');
      const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
      let isIgnored = false;
      for (const { isException, glob } of patterns)
        if (isException === isIgnored && paths.some(each => glob.test(each))) isIgnored = !isException;
      return isIgnored;
    },
  };
}

function readPattern(line: string): Pattern[] {
  const trimmed = line.trim();
  if (line.startsWith('#') || trimmed === '') return [];
  const isException = trimmed.startsWith('!');
  const cleaned = clean(isException ? trimmed.slice(1).trim() : trimmed);
  const stars = cleaned.match(/\*\*/g)?.length ?? 0;
  if (cleaned === '' || cleaned === '.' || cleaned.length > most.length || stars > most.stars) return [];
  const steps = stepsOf(cleaned);
  return steps === null ? [] : [{ isException, glob: new Glob(steps) }];
}

/** filepath.Clean, and no slash in front. */
function clean(pattern: string): string {
  const parts: string[] = [];
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0) parts.pop();
    else if (part !== '..') parts.push(part);
  }
  return parts.join('/');
}

/** `**` is any number of directories, `*` and `?` stay inside one. null: nothing that is read. */
function stepsOf(pattern: string): readonly Step[] | null {
  const steps: Step[] = [];
  for (const { 0: part, 1: slash, 2: escaped, index } of pattern.matchAll(/\*\*(\/?)|\\([\s\S])|\[[^\]]*\]|[\s\S]/gu)) {
    if (escaped !== undefined) steps.push(letterStep(escaped));
    else if (part.startsWith('**') && index + part.length === pattern.length && slash === '') steps.push(allStep);
    else if (part.startsWith('**')) steps.push({ kind: 'skip' }, { kind: 'until' });
    else if (part === '*') steps.push(starStep);
    else if (part === '?') steps.push(questionStep);
    else if (part.startsWith('[')) {
      const step = part.length > 2 ? bracketStep(part) : null;
      if (step === null) return null;
      steps.push(step);
    } else steps.push(letterStep(part));
  }
  return steps;
}
