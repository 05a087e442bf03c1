// @slow Nonsense, hostile and broken texts: one line that says what and where, unknown and never a pass, within 10 s and 400 MB.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cleanEnvironment, cli, goshim, inDirectory } from '../commands/goshim.ts';
import { reportsOf, said, vector } from './checked.ts';

const size = 1 << 20;
const golang = 'FROM golang:1.22\n';
const many = (text: string, more = ''): string => more + text.repeat(Math.floor((size - more.length) / text.length));

/** The same letters on every run. */
function nonsense(letters: string, length: number): string {
  let seed = 1;
  return Array.from({ length }, () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return letters[seed % letters.length];
  }).join('');
}

/** A file whose name keeps stars busy. */
const starry = `${golang}RUN go build -o /${'a'.repeat(40)} .\n`;

const letters = ' abcdefghij\n"\'$`{}()[]<>|&;\\#=:/-_*!';
const hostile: readonly (readonly [string, string, string])[] = [
  ['nonsense', 'Dockerfile', nonsense(letters, size - 1)],
  ['nonsense behind FROM', 'Dockerfile', golang + nonsense(letters, size - 100)],
  ['nonsense in one RUN', 'Dockerfile', `${golang}RUN ${nonsense(letters.replace('\n', ''), size - 100)}`],
  ['commands without end', 'Dockerfile', many('go build -o x . || a && ', `${golang}RUN `)],
  ['lines without end', 'Dockerfile', many('b \\\n', `${golang}RUN a \\\n`)],
  ['an open heredoc', 'Dockerfile', many('x\n', `${golang}RUN <<EOF\n`)],
  ['heredocs without end', 'Dockerfile', many('RUN <<EOF\nx\nEOF\n', golang)],
  ['brackets', 'Dockerfile', many('$(', `${golang}RUN echo `)],
  ['braces', 'Dockerfile', many('$' + '{a:-', `${golang}ENV A=`)],
  [
    'values that double',
    'Dockerfile',
    golang + Array.from({ length: 4000 }, (_, n) => `ENV A${n + 1}=x$A${n}$A${n}\n`).join(''),
  ],
  [
    'files that double',
    'Dockerfile',
    Array.from(
      { length: 400 },
      (_, n) => `FROM golang AS s${n}\nRUN go build -o /x .\nCOPY --from=s${n - 1} / /a\nCOPY --from=s${n - 1} / /b\n`,
    ).join(''),
  ],
  ['globs that try their stars', 'Dockerfile', `${starry}RUN rm -f /${'*a'.repeat(20)}b\n`],
  [
    'globs in COPY',
    'Dockerfile',
    `${starry}FROM debian:bookworm-slim\nCOPY --from=0 /${'*a'.repeat(20)}b /app\nCMD ["/app"]\n`,
  ],
  ['eval of eval', 'Dockerfile', golang + `RUN ${'eval '.repeat(4900)}go build -o /x .\n`.repeat(40)],
  ['more words than anybody writes', 'Dockerfile', `${golang}RUN ${'env '.repeat(100_000)}go build -o /x .\n`],
  ['commands in one another', 'Dockerfile', golang + `RUN ${'sudo '.repeat(4900)}go build -o /x .\n`.repeat(40)],
  [
    'variables that double',
    'Dockerfile',
    `${golang}ARG V\nRUN A=aaaaaaaaaa; ${'A=$A$A; A+=$A; '.repeat(40)}go build -ldflags=$A -o /x .\nCMD ["/x"]\n`,
  ],
  [
    'patterns of parameters',
    'Dockerfile',
    `${golang}RUN V=${'a'.repeat(400)}; go build -o $\{V%%${'*a'.repeat(90)}b} .\n`,
  ],
  ['aliases that multiply', 'c.yaml', bomb()],
  ['nesting', 'c.yaml', many('[', 'services: ')],
  ['dashes', 'c.yaml', many('- ')],
  ['nonsense', 'n.yaml', nonsense(letters, size - 1)],
];

function bomb(): string {
  const names = [...'abcdefghijklmnop'];
  const rows = names.map((name, n) => {
    const before = names[n - 1];
    return `  ${name}: &${name} [${`${before === undefined ? 'x' : `*${before}`},`.repeat(9)}]\n`;
  });
  return `services:\n${rows.join('')}`;
}

for (const [name, file, text] of hostile)
  test(`${file}: ${name}`, () =>
    inDirectory(directory => {
      writeFileSync(join(directory, file), text);
      const started = performance.now();
      const ended = spawnSync(
        'bash',
        ['-c', 'ulimit -v unlimited; exec "$@"', 'x', process.execPath, '--max-old-space-size=300', cli, 'check', file],
        { cwd: directory, encoding: 'utf8', env: cleanEnvironment() },
      );
      const seconds = (performance.now() - started) / 1000;
      assert.ok(seconds < 10, `${seconds} s`);
      assert.is(ended.status, 3, ended.stderr);
      const lines = ended.stdout.trimEnd().split('\n');
      assert.ok(lines.length <= 30, ended.stdout.slice(0, 1000));
      assert.match(ended.stdout, new RegExp(`^${file}: (unknown|not-go)`));
      assert.not.match(ended.stdout + ended.stderr, /\n {4}at /);
    }));

const rows = (count: number, row: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => row(n)).join('');

test('files written, removed, copied over and doubted without end', () =>
  inDirectory(directory => {
    for (const [name, text] of [
      ['removed', rows(4900, n => `RUN echo a >> /f${n % 50} && rm -rf /x${n}/* && go build -o /out/a${n} .\n`)],
      ['settings', rows(4900, n => `RUN go env -w A${n}=1\n`)],
      ['doubted', rows(2400, n => `RUN go build -o /a${n} . && make\n`)],
      ['copied over', rows(490, n => `RUN go build -o /o/a${n} .\n`) + 'COPY . /o\n'.repeat(4000)],
      ['sourced', 'RUN printf ". /s\\n. /s\\n" > /s; . /s\n'],
    ] as const) {
      writeFileSync(join(directory, 'Dockerfile'), `${golang}${text}CMD ["/o/a1"]\n`);
      const started = performance.now();
      const { code, stderr } = goshim(['check', 'Dockerfile'], { cwd: directory });
      const seconds = (performance.now() - started) / 1000;
      assert.ok(seconds < 10, `${name}: ${seconds} s`);
      assert.ok(code === 1 || code === 3, `${name}: ${code} ${stderr}`);
    }
  }));

test('what is broken names its line', () =>
  inDirectory(directory => {
    for (const [text, expected] of [
      [`${golang}RUN <<EOF\ngo build\n`, 'line 2: the heredoc EOF is not closed'],
      [`${golang}\nRUN echo "abc\n`, 'line 3: the shell line cannot be read'],
      [`${golang}RUN if true; then go build\nCMD ["/app"]\n`, 'line 2: the shell line cannot be read'],
      [`${golang}ENV A="b\n`, 'line 2: a quote of ENV is not closed'],
      [`${golang}RUNN go build\n`, 'line 2: RUNN is no instruction'],
      [`${golang}# x\0y\n`, 'line 2: a NUL byte'],
      ['# only a comment\n', 'no FROM'],
      ['', 'empty'],
      ['ARG A=1\n', 'no FROM'],
      ['# escape=x\nFROM a\n', 'line 1: x is no escape character'],
    ] as const) {
      writeFileSync(join(directory, 'Dockerfile'), text);
      const { code, stdout } = goshim(['check', 'Dockerfile'], { cwd: directory });
      assert.is(code, 3, text);
      assert.match(stdout, /^Dockerfile: unknown: /);
      assert.ok(stdout.includes(expected), stdout);
    }
  }));

test('a broken line hides no fail, and is never a pass', async () => {
  const broken = `${vector('V10')}RUN echo "abc\n`;
  const [report] = await reportsOf(broken);
  assert.is(report?.verdict, 'fail');
  const [good] = await reportsOf(`${vector('V09')}RUN echo "abc\n`);
  assert.is(good?.verdict, 'unknown');
});

test('any text gives an answer', async () => {
  const piece = fc.oneof(
    fc.constantFrom('FROM golang:1.22-alpine AS a\n', 'FROM scratch\n', 'RUN go build -o /app .\n', 'CMD ["/app"]\n'),
    fc.constantFrom(
      'COPY --from=a /app /app\n',
      'RUN <<EOF\n',
      'EOF\n',
      'ENV A=$A B="x\n',
      'ARG A\n',
      '\\\n',
      'RUN a && (b\n',
    ),
    fc.constantFrom(
      '${A:-',
      '$(',
      '`',
      "'",
      '"',
      '}',
      '|| ',
      '&& ',
      '{{',
      'for x in a b; do ',
      'done\n',
      '--mount=type=bind,from=a ',
    ),
    fc.string({ maxLength: 20 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async pieces => {
      const reports = await reportsOf(pieces.join(''));
      assert.is(reports.length, 1);
      for (const { reason } of reports) assert.not.match(reason, /\n/);
    }),
    { numRuns: 300 },
  );
});

test('comments and blanks between instructions change nothing but lines', async () => {
  const filler = fc.array(fc.constantFrom('\n', '# note\n', '   \n', '\t# CGO_ENABLED=0\n'), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('V01', 'V02', 'V05', 'V06', 'V08', 'V13', 'V17'), filler, async (name, lines) => {
      const bare = (found: readonly string[]): string[] => found.map(each => each.replace(/@\d+/, '')).sort();
      const filled = vector(name).replace(/^(?=[A-Z]+ )/gm, lines.join(''));
      assert.equal(bare(await said(filled)), bare(await said(vector(name))));
    }),
    { numRuns: 60 },
  );
});

test.run();
