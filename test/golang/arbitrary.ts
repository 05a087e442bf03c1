// Go command lines put together at random from the grammar: arguments, GOFLAGS, -ldflags with patterns, quotes and values
// that look like flags. Everything here builds in a module that holds a main package in its root and one in `a/`.
import fc from 'fast-check';
import { joinQuoted } from '../../src/golang/quoted.ts';

export interface RandomLine {
  /** One flag each, as its one or two words. */
  readonly flags: readonly (readonly string[])[];
  /** One flag each, for GOFLAGS. */
  readonly goflags: readonly string[];
  readonly chdir: 'none' | 'inside' | 'before';
  readonly dashes: boolean;
}

/** argv without `go`; the module lies in `directory` when the line enters it by -C. */
export function wordsOf(line: RandomLine, directory: string): string[] {
  const chdir = line.chdir === 'none' ? [] : ['-C', directory];
  const rest = [...line.flags.flat(), ...(line.dashes ? ['--'] : []), '.'];
  return line.chdir === 'before' ? [...chdir, 'build', ...rest] : ['build', ...chdir, ...rest];
}

export function goflagsOf(line: RandomLine): string {
  return joinQuoted(line.goflags) ?? '';
}

const value = fc.constantFrom('1.2', 'a b', "it's", '"x"', '-s', '-linkmode=internal', 'a=b', '', '$HOME', 'é');

/** A word of -ldflags that sets something a program can show: `-X main.version=…` in its spellings. */
const define = fc
  .tuple(fc.constantFrom('version', 'other'), value, fc.constantFrom('=', ' ', '--'))
  .map(([name, text, how]): string[] => {
    const definition = `main.${name}=${text}`;
    return how === ' ' ? ['-X', definition] : [`${how === '--' ? '--X' : '-X'}=${definition}`];
  });

const external = fc
  .array(fc.constantFrom('-static', '-lm', '-s', '-Wl,-O1', '-Wl,-rpath,/a b', '-static-pie', '-g'), { maxLength: 3 })
  .chain(words => fc.constantFrom(...(joinQuoted(words) === null ? ['-lm'] : [joinQuoted(words) ?? '-lm'])));

const linkWord = fc.oneof(
  { arbitrary: define, weight: 4 },
  fc.constantFrom(['-s'], ['-s=true'], ['-s=0'], ['--s'], ['-w'], ['-w=0'], ['-s', '-w']),
  fc.constantFrom(['-linkmode=internal'], ['-linkmode', 'internal'], ['--linkmode=external'], ['-linkmode=auto']),
  fc.constantFrom(['-buildid', '-s'], ['-r', '-race'], ['-buildid', '-linkmode=internal'], ['-k', '-d']),
  external.chain(text => fc.constantFrom(['-extldflags', text], [`-extldflags=${text}`])),
);

/** Flags that break a link wherever they stand; only a plan takes them out. */
const breaking = fc.constantFrom(['-race'], ['-linkshared'], ['-d']);

export const linkValue = (mayBreak: boolean) =>
  fc
    .tuple(
      fc.constantFrom('', '', '', 'all=', './...=', 'example.com/app=', './a=', 'std='),
      fc.array(mayBreak ? fc.oneof({ arbitrary: linkWord, weight: 6 }, { arbitrary: breaking, weight: 1 }) : linkWord, {
        maxLength: 4,
      }),
      fc.constantFrom('', ' ', '\t'),
    )
    .map(([pattern, words, blank]) => {
      const text = joinQuoted(words.flat());
      // An -ldflags without pattern must start with a dash, or is empty.
      const spelled = text === null || (pattern === '' && /^['"]/.test(text)) ? '-w' : text;
      return `${blank}${pattern}${spelled}${blank}`;
    });

/** Harmless flags; those for which go compiles the standard library anew are kept apart. */
const cheap: readonly string[][] = [
  ['-v'],
  ['-trimpath'],
  ['--trimpath=false'],
  ['-p', '2'],
  ['-tags', 'one,two'],
  ['-tags=one two'],
  ['-gcflags', '-N'],
  ['-buildvcs=auto'],
  ['-buildvcs=false'],
  ['-asmflags', '-I -race'],
  ['-mod', 'readonly'],
];
const costly: readonly string[][] = [['-gcflags=all=-l=4'], ['-installsuffix', '-race']];
const sanitizer = fc.constantFrom(
  ['-race'],
  ['--race=1'],
  ['-race=false'],
  ['-msan=0'],
  ['-linkshared=F'],
  ['-race=T'],
);

export const randomLine = ({ mayBreak = true, builds = false } = {}): fc.Arbitrary<RandomLine> =>
  fc.record({
    flags: fc.array(
      fc.oneof(
        fc.constantFrom(...cheap, ...(builds ? [] : costly)),
        sanitizer,
        linkValue(mayBreak).chain(text =>
          fc.constantFrom(['-ldflags', text], [`-ldflags=${text}`], ['--ldflags', text]),
        ),
      ),
      { maxLength: 5 },
    ),
    goflags: fc.array(
      fc
        .oneof(
          fc.constantFrom('-race', '-v', '-tags=three', '-mod=readonly', '-bench=x', '--trimpath'),
          linkValue(mayBreak).map(text => `-ldflags=${text}`),
        )
        .filter(word => joinQuoted([word]) !== null),
      { maxLength: 2 },
    ),
    chdir: fc.constantFrom('none', 'none', 'inside', 'before'),
    dashes: fc.boolean(),
  });

/** Words that may be anything: broken syntax, unknown flags, missing and malformed values. */
export const brokenWord = fc.constantFrom(
  ...['-', '---v', '-=x', '--', '-nosuch', '-h', '-race=maybe', '-race', 'false', '-p', '-p=0x2', '-p=two', '-o', '-C'],
  ...[
    '-ldflags',
    '-ldflags=foo',
    "-ldflags='-s'",
    '-ldflags==x',
    "-ldflags=-X 'a",
    '-ldflags=a=',
    '-ldflags=./a= -s',
    '-C=a',
  ],
  ...[
    '-compiler=gc',
    '-compiler=cc',
    '-covermode=set',
    '-covermode=x',
    '-json',
    '-cover',
    '-i',
    '-exec=x',
    "-toolexec='a",
  ],
  ...[
    "-tags='a",
    '-tags=a b',
    '-buildvcs',
    '-buildvcs=x',
    '-buildvcs=',
    '-v=',
    '-x=1',
    '-n=T',
    '-pgo=off',
    '--debug-trace=',
  ],
  ...[
    '-debug-runtime-trace=',
    './nosuch',
    '-overlay=',
    '-asmflags=x=-y',
    '-gcflags=x',
    '-p=1_0',
    '-p=0_1',
    '-p=09',
    '-coverpkg=a',
  ],
);
