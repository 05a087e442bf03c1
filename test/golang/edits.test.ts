// What edits promise, for any line: nothing is lost, nothing is done twice, and a line that nobody edits is the line.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Build, LinkFlags } from '../../src/golang/build.ts';
import { readOccurrence } from '../../src/golang/ldflags.ts';
import { brokenWord, goflagsOf, linkValue, randomLine, wordsOf } from './arbitrary.ts';
import { linkAsRules, open, opened, rewritten } from './lines.ts';

const line = randomLine();
const openRandom = (random: Parameters<typeof wordsOf>[0]): Build =>
  opened(wordsOf(random, 'd'), { environment: { GOFLAGS: goflagsOf(random) } });

test('a line that nobody edited is given back as it came', () => {
  fc.assert(
    fc.property(line, random => assert.equal(openRandom(random).argv(), wordsOf(random, 'd'))),
    { numRuns: 300, includeErrorInReport: true },
  );
  fc.assert(
    fc.property(
      fc.constantFrom('build', 'install', 'run'),
      fc.array(brokenWord, { maxLength: 4 }),
      (command, words) => {
        const build = open([command, ...words]);
        if ('argv' in build) assert.equal(build.argv(), [command, ...words]);
      },
    ),
    { numRuns: 500, includeErrorInReport: true },
  );
});

test('edits lose no unrelated word, and keep the order', () => {
  fc.assert(
    fc.property(line, random => {
      const argv = rewritten(openRandom(random)).argv();
      const touched = (words: readonly string[]) => /^--?(race|msan|asan|linkshared|ldflags)/.test(words[0] ?? '');
      const kept = random.flags.filter(words => !touched(words)).flat();
      const start = argv.indexOf('build');
      assert.ok(isSubsequence([...kept, ...(random.dashes ? ['--'] : []), '.'], argv.slice(start)));
      if (random.chdir === 'inside') assert.equal(argv.slice(0, 3), ['build', '-C', 'd']);
      if (random.chdir === 'before') assert.equal(argv.slice(0, 3), ['-C', 'd', 'build']);
    }),
    { numRuns: 300, includeErrorInReport: true },
  );
});

test('a rewritten line needs no second rewriting, and can be read again', () => {
  fc.assert(
    fc.property(line, random => {
      const once = rewritten(openRandom(random));
      assert.is(rewritten(once), once);
      const again = opened(once.argv(), { environment: { GOFLAGS: goflagsOf(random) } });
      assert.not(again.isOn('race'));
      for (const flags of again.linkFlags) {
        // What GOFLAGS says is masked by its copy on the line.
        if (flags.origin === 'argument') {
          assert.is(flags.get('s'), 'false');
          assert.is(flags.get('linkmode'), 'external');
        }
      }
    }),
    { numRuns: 300, includeErrorInReport: true },
  );
});

test('-ldflags: appended words win, and every -X of the user stays', () => {
  fc.assert(
    fc.property(linkValue(true), value => {
      const before = readOccurrence(value, 'argument');
      assert.ok(before !== null);
      assert.is(before.text().trim(), value.trim());
      const text = linkAsRules(before).text();
      const after = readOccurrence(text, 'argument');
      assert.ok(after !== null, text);
      assert.is(after.pattern, before.pattern);
      assert.is(after.get('s'), 'false');
      assert.is(after.get('linkmode'), 'external');
      assert.equal(definitions(after), definitions(before));
      for (const word of ['-static', '-s', '-static-pie']) {
        assert.not((after.get('extldflags') ?? '').split(' ').includes(word));
      }
      for (const name of ['race', 'linkshared', 'd']) assert.is(after.get(name), undefined);
      assert.is(after.get('buildid'), before.get('buildid'));
      assert.is(after.get('r'), before.get('r'));
    }),
    { numRuns: 500, includeErrorInReport: true },
  );
});

test('a word that is another flag’s value is no flag', () => {
  const flags = read('-X -s -o -race -extldflags -static');
  assert.is(flags.get('s'), undefined);
  assert.is(flags.get('race'), undefined);
  assert.is(flags.get('X'), '-s');
  assert.is(flags.remove('race'), flags);
});

test('a flag left without its value does not swallow what is appended', () => {
  assert.is(read('-s -tmpdir').set('s', 'false').text(), '-s -s=false -tmpdir');
});

test('a quoted word that comes to stand first is spelled so that go takes it', () => {
  assert.is(read("-race '-X=m.v=a b' -w").remove('race').text(), "-X 'm.v=a b' -w");
  assert.is(read(`-race '-X=m.v="a b"'`).remove('race').text(), `-X 'm.v="a b"'`);
  assert.is(read("-d '-unknown b'").remove('d').text(), "-n '-unknown b'");
  assert.is(read("all=-d '-X=m.v=a b'").remove('d').text(), "all='-X=m.v=a b'");
});

test('-extldflags: filtered by words, whatever the quotes', () => {
  const filter = (text: string) =>
    read(text)
      .filterExternal(word => word !== '-static')
      .text();
  assert.is(filter('-extldflags=-static'), '-extldflags=-static -extldflags=');
  assert.is(filter(`-w "-extldflags=-static '-L/a b'"`), `-w "-extldflags=-static '-L/a b'" "-extldflags='-L/a b'"`);
  assert.is(filter(`-w -extldflags "-lm '-static'"`), `-w -extldflags "-lm '-static'" -extldflags=-lm`);
  const kept = read('-extldflags=-lm');
  assert.is(
    kept.filterExternal(() => true),
    kept,
  );
  assert.is(
    read("-extld 'gcc -static'")
      .filterValue('extld', word => word !== '-static')
      .text(),
    "-extld 'gcc -static' -extld=gcc",
  );
});

test('edits tell overruled wishes from what nobody spoke about', () => {
  const build = rewritten(opened(['build', '-race', '-ldflags=-s -linkmode internal', '-ldflags=./a=-s', '.']));
  assert.equal(
    build.edits.map(edit => `${edit.subject} ${edit.action} ${edit.from} ${edit.overruled}`),
    [
      '-race dropped argument true',
      '-linkmode=external added goshim false',
      '-s=false added goshim false',
      '-linkmode=internal overruled argument true',
      '-s dropped argument true',
      '-w added goshim false',
    ],
  );
});

test('an occurrence that a later one masks is rewritten without a word', () => {
  const build = opened(['build', '-ldflags=-s', '-ldflags=-w', '.'], { environment: { GOFLAGS: '-ldflags=-race' } });
  assert.equal(
    build.linkFlags.map(flags => flags.words),
    [['-w']],
  );
  assert.not(rewritten(build).edits.some(edit => edit.overruled));
});

test('-race in GOFLAGS and in the arguments are two wishes', () => {
  const build = opened(['build', '-race', '.'], { environment: { GOFLAGS: '-race' } }).dropFlag('race');
  assert.equal(build.argv(), ['build', '-race=false', '.']);
  assert.equal(
    build.edits.map(edit => edit.from),
    ['argument', 'GOFLAGS (environment)'],
  );
  const again = opened(['build', '-race=0', '-race', '.'], { environment: { GOFLAGS: '-race' } }).dropFlag('race');
  assert.equal(again.argv(), ['build', '-race=0', '.']);
});

test('-tags are merged where they stand, in both forms', () => {
  const merged = (argv: string[], GOFLAGS = '') =>
    opened(argv, { environment: { GOFLAGS } }).addTags(['netgo', 'osusergo']).argv();
  assert.equal(merged(['build', '-tags', 'a,netgo', '.']), ['build', '-tags=a,netgo,osusergo', '.']);
  assert.equal(merged(['build', '-tags=a b', '-v', '.']), ['build', '-tags=a,b,netgo,osusergo', '-v', '.']);
  assert.equal(merged(['build', '.'], '-tags=a'), ['build', '-tags=a,netgo,osusergo', '.']);
  assert.equal(merged(['build', '-tags=', '.'], '-tags=a'), ['build', '-tags=netgo,osusergo', '.']);
  assert.equal(merged(['build', '-tags=osusergo,netgo', '.']), ['build', '-tags=osusergo,netgo', '.']);
});

test('setFlag takes the place of what was said', () => {
  const set = (argv: string[], GOFLAGS = '') => opened(argv, { environment: { GOFLAGS } }).setFlag('mod', 'mod').argv();
  assert.equal(set(['build', '-mod', 'vendor', '-v', '-mod=readonly', '.']), ['build', '-v', '-mod=mod', '.']);
  assert.equal(set(['build', '.'], '-mod=vendor'), ['build', '-mod=mod', '.']);
  const already = opened(['build', '-mod=mod', '.']);
  assert.is(already.setFlag('mod', 'mod'), already);
});

test('a word that only looks like -linkmode to cmd/go does not keep runtime/cgo out', () => {
  const flags = read('-linkmode=external -buildid -linkmode=internal').set('linkmode', 'external');
  assert.is(flags.text(), '-linkmode=external -buildid -linkmode=internal -linkmode=external');
});

test.run();

function read(text: string): LinkFlags {
  const flags = readOccurrence(text, 'argument');
  if (flags === null) throw new Error(`malformed: ${text}`);
  return flags;
}

function definitions(flags: LinkFlags): string[] {
  const { words } = flags;
  const seen: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (/^--?X=/.test(word)) seen.push(word.replace(/^--?X=/, ''));
    else if (/^--?X$/.test(word)) seen.push(words[++at] ?? '');
    else if (/^-(buildid|r|k|extldflags|linkmode)$/.test(word)) at++;
  }
  return seen;
}

function isSubsequence(words: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const word of all) if (word === words[at]) at++;
  return at === words.length;
}
