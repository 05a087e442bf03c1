import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  cutWords,
  filterWords,
  joinQuoted,
  quoteWord,
  spansOf,
  splitGoflags,
  splitQuoted,
  trimSpace,
} from '../../src/golang/quoted.ts';

/** Texts rich in what the grammar is about. */
export const quotedText = fc.string({
  unit: fc.constantFrom("'", '"', ' ', '\t', '\n', '\r', '-', '=', 'a', 'b', '\\', '\v', '\u00a0', 'é'),
  maxLength: 30,
});

test('split reads what cmd/internal/quoted reads', () => {
  // The cases of quoted_test.go (Go 1.26.8).
  for (const [text, words] of [
    ['', []],
    [' ', []],
    ['a', ['a']],
    [' a ', ['a']],
    ['a b', ['a', 'b']],
    ['a  b', ['a', 'b']],
    ['a\tb', ['a', 'b']],
    ['a\nb', ['a', 'b']],
    ["'a b'", ['a b']],
    ['"a b"', ['a b']],
    [`'a '"b "`, ['a ', 'b ']],
    [`'a "' "'b" `, ['a "', "'b"]],
    ['\\"', ['\\"']],
    ['"a', null],
    ["'a", null],
    ["-extldflags='-a -b'", ["-extldflags='-a", "-b'"]],
  ] as const) {
    assert.equal(splitQuoted(text), words, text);
  }
});

test('join is the inverse of split, for whatever can be spelled', () => {
  fc.assert(
    fc.property(fc.array(quotedText, { maxLength: 5 }), words => {
      const joined = joinQuoted(words);
      if (joined === null) return words.some(word => word.includes("'") && word.includes('"'));
      assert.equal(splitQuoted(joined), words);
    }),
  );
});

test('every word that split yields can be quoted again', () => {
  fc.assert(
    fc.property(quotedText, text => {
      for (const word of splitQuoted(text) ?? []) assert.is.not(quoteWord(word), null);
    }),
  );
});

test('cutting words leaves the others, to the letter', () => {
  fc.assert(
    fc.property(quotedText, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (text, gone) => {
      const spans = spansOf(text);
      if (spans === null) return;
      const left = cutWords(text, spans, index => gone[index] === true);
      assert.equal(
        splitQuoted(left),
        spans.filter((_, index) => gone[index] !== true).map(span => span.word),
      );
    }),
  );
});

test('a word that is shortened keeps its quotes and its distance', () => {
  fc.assert(
    fc.property(quotedText, fc.array(fc.nat({ max: 2 }), { minLength: 30, maxLength: 30 }), (text, choices) => {
      const words = splitQuoted(text);
      if (words === null) return;
      const short = words.map(word => word.replace(/^['"]|.$/s, ''));
      const answers = words.map((_, index) => [true, false, short[index] ?? ''][choices[index] ?? 0] ?? true);
      const filtered = filterWords(text, (_, index) => answers[index] ?? true)?.text ?? text;
      assert.equal(
        splitQuoted(filtered),
        answers.flatMap((answer, index) => (answer === true ? words[index] : answer === false ? [] : answer)),
      );
    }),
    { numRuns: 1000, includeErrorInReport: true },
  );
  const shortened = (text: string) => filterWords(text, word => word.replace(',-s', ''))?.text;
  assert.is(shortened(`"-Wl,-rpath,/a b,-s" "-L/c d"`), `"-Wl,-rpath,/a b" "-L/c d"`);
});

test('GOFLAGS is split by white space up to Go 1.19, and quoted since', () => {
  const text = "'-ldflags=-s -w' -race";
  assert.equal(splitGoflags(text, 19), ["'-ldflags=-s", "-w'", '-race']);
  assert.equal(splitGoflags(text, 20), ['-ldflags=-s -w', '-race']);
  assert.equal(splitGoflags('-v\v-x\u0085-a', 19), ['-v', '-x', '-a']);
  assert.is(splitGoflags("'-v", 20), null);
});

test('trimming is by Go’s idea of white space', () => {
  assert.is(trimSpace('\v\u0085 -s \u00a0\u3000'), '-s');
  assert.is(trimSpace('\ufeff-s'), '\ufeff-s');
});

test('filterWords takes words out or replaces them, and leaves the others and their quotes to the letter', () => {
  assert.is(
    filterWords("-a '-b c'  -d", () => true),
    null,
  );
  const replace = (word: string) => (word === '-b c' ? 'x y' : word !== '-d');
  assert.equal(filterWords('-a  "-b c" -d "-e"', replace), {
    text: '-a  "x y" "-e"',
    changed: [
      { word: '-b c', now: 'x y' },
      { word: '-d', now: null },
    ],
  });
  const answers = fc.array(fc.oneof(fc.boolean(), fc.constantFrom('', 'x', "it's", '"')), { maxLength: 8 });
  fc.assert(
    fc.property(quotedText, answers, (text, said) => {
      const words = splitQuoted(text) ?? [];
      const answer = (index: number) => said[index] ?? true;
      const expected = words.flatMap((word, index) => {
        const now = answer(index);
        return typeof now === 'string' ? [now] : now ? [word] : [];
      });
      const filtered = filterWords(text, (_, index) => answer(index));
      assert.equal(splitQuoted(filtered?.text ?? text) ?? [], expected);
    }),
    { numRuns: 2000 },
  );
});

test.run();
