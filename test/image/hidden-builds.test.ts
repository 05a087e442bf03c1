// Builds, and changes of what was built, that stand in no RUN line's first words.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { said } from './checked.ts';

const go = 'FROM golang:1.22-bookworm AS build\nWORKDIR /src\nCOPY . .\n';
const build = 'go build -ldflags=-linkmode=external -o /app .';
const after = (more: string) =>
  said(`${go}RUN ${build} && ${more}\nFROM debian:bookworm-slim\nCOPY --from=build /app /app\nCMD ["/app"]\n`);

test('what runs inside of $( … ) and backquotes', async () => {
  assert.equal(await after('echo $(date) "$(git describe)"'), []);
  for (const line of [
    'echo $(strip /app)',
    ': `strip /app`',
    'if ! out=$(strip -v /app); then exit 1; fi',
    'echo "a $(strip /app)"',
  ])
    assert.equal(await after(line), ['symbol-table fail @4'], line);
  assert.ok((await after('msg=$(CGO_ENABLED=0 go build -o /app . 2>&1)')).includes('cgo-enabled fail @4'));
  assert.ok((await after('OUT=$(cp -v /b /app)')).some(each => each.includes('unknown')));
  // Its variables stay inside.
  assert.equal(await after(`x=$(CGO_ENABLED=0; export CGO_ENABLED) && ${build}`), []);
});

test('install strips where -s stands among other letters', async () => {
  for (const options of ['-sm755', '-Dsm755', '-s -m 755', '--strip'])
    assert.equal(await after(`mv /app /one && install ${options} /one /app`), ['symbol-table fail @4'], options);
  assert.equal(await after('mv /app /one && install -m755 /one /app'), []);
});

test('a build for another system', async () => {
  for (const system of ['darwin', 'windows'])
    assert.equal(await after(`GOOS=${system} ${build}`), ['readable unknown @4'], system);
});

test('what the start command makes before it starts it', async () => {
  const started = (command: string) => said(`${go}RUN ${build}\n${command}\n`);
  assert.equal(await started('CMD ["/app"]'), []);
  assert.ok((await started('CMD CGO_ENABLED=0 go build -o /x . && /x')).includes('cgo-enabled fail @5'));
  assert.ok(
    (await started('CMD ["sh", "-c", "go build -race -ldflags=-linkmode=external -o /app . && exec /app"]')).includes(
      'no-race fail @5',
    ),
  );
  assert.equal(await started('CMD strip /app; exec /app'), ['symbol-table fail @5']);
});

test('variables that arithmetic and expansion set', async () => {
  const off = 'ENV CGO_ENABLED=1\nSHELL ["/bin/bash", "-c"]\n';
  for (const line of [
    'echo $((CGO_ENABLED=0))',
    'let CGO_ENABLED=0',
    '((CGO_ENABLED--))',
    'for ((CGO_ENABLED=0;;)); do break; done',
  ])
    assert.ok(
      (await said(`${go}${off}RUN ${line}; ${build}\nCMD ["/app"]\n`)).includes('cgo-enabled unknown @6'),
      line,
    );
  assert.equal(await said(`${go}${off}RUN echo $((CGO_ENABLED==0)); ${build}\nCMD ["/app"]\n`), []);
  const given = 'export CGO_ENABLED; : $'.concat('{CGO_ENABLED:=0}');
  assert.ok((await said(`${go}RUN ${given}; ${build}\nCMD ["/app"]\n`)).includes('cgo-enabled fail @4'));
});

test('functions, loops and cases end where the shell ends them', async () => {
  const off = `${go}ENV CGO_ENABLED=0\nSHELL ["/bin/bash", "-c"]\n`;
  const built = (line: string, more = off): Promise<string[]> => said(`${more}RUN ${line}\nCMD ["/app"]\n`);
  for (const line of [
    `f() { local CGO_ENABLED=1; echo $CGO_ENABLED; }; f; ${build}`,
    `f() { declare -x CGO_ENABLED=1; }; f; ${build}`,
    `f() { return 0; export CGO_ENABLED=1; }; f; ${build}`,
    `for x in a; do break; export CGO_ENABLED=1; done; ${build}`,
    `sudo CGO_ENABLED=0 ${build}`,
  ])
    assert.ok((await built(line)).includes('cgo-enabled fail @6'), line);
  for (const line of [
    `f() { export CGO_ENABLED=1; return 0; }; f; ${build}`,
    `f() { if [ -n "$X" ]; then return 1; fi; }; f; CGO_ENABLED=1 ${build}`,
    `f() { local CGO_ENABLED=1; export CGO_ENABLED; ${build}; }; f`,
    `for x in a b; do continue; export CGO_ENABLED=0; done; export CGO_ENABLED=1; ${build}`,
    `break; CGO_ENABLED=1 ${build}`,
  ])
    assert.equal(await built(line), [], line);
  const shell = `${go}ENV X=1\nSHELL ["/bin/bash", "-c"]\n`;
  for (const end of [';&', ';;&'])
    assert.ok(
      (await built(`case x in x) export CGO_ENABLED=0 ${end} *) ${build} ;; esac`, shell)).some(each =>
        /^cgo-enabled (fail|unknown) @6$/.test(each),
      ),
      end,
    );
  const flags = `${go}ENV GOFLAGS=-ldflags=-linkmode=external\nENV X=1\n`;
  assert.equal(await built('sudo go build -o /app .', flags), ['dynamic-linking unknown @6']);
  assert.equal(await built('sudo -E go build -o /app .', flags), []);
});

test('a download over the program', async () => {
  for (const line of [
    'wget -qO/app https://example.org/a',
    'curl -Lo/app https://example.org/a',
    'curl -o /app https://example.org/a',
    'cd / && curl -LO https://example.org/app',
    'wget --output-doc=/app https://example.org/a',
    'wget -P / https://example.org/app',
  ])
    assert.ok(
      (await after(line)).some(each => each.startsWith('dynamic-linking unknown')),
      line,
    );
  for (const line of [
    'curl -L https://example.org/app',
    'wget -qO- https://example.org/app',
    'wget -O /tmp/x https://a/b',
  ])
    assert.equal(await after(line), [], line);
});

test('files of the context over the program, in a directory or by a glob', async () => {
  const context = mkdtempSync(join(tmpdir(), 'goshim-context-'));
  try {
    for (const directory of ['bin', 'rootfs/bin']) {
      mkdirSync(join(context, directory), { recursive: true });
      writeFileSync(join(context, directory, 'shop'), '');
    }
    const over = (more: string): Promise<string[]> =>
      said(
        `${go}RUN go build -ldflags=-linkmode=external -o /bin/shop ./cmd/app && ${more}\nFROM debian:bookworm-slim\nCOPY --from=build /bin/shop /bin/shop\nCMD ["/bin/shop"]\n`,
        { context },
      );
    for (const line of [
      'cp -t/bin rootfs/bin/shop',
      'cp -rt /bin rootfs/bin/shop',
      'ln -sft /bin /src/bin/shop',
      'cp -r rootfs/. /',
      'cp -r /src/bin/. /bin',
      'cp /src/bin/* /bin/',
      'mv /src/bin/* /bin',
      'rsync -a /src/bin/ /bin/',
    ])
      assert.ok((await over(line)).includes('dynamic-linking unknown @3'), line);
    for (const line of ['cp -r rootfs/bin /opt', 'cp rootfs/bin/* /opt/', 'cp -a cmd/. /bin'])
      assert.equal(await over(line), [], line);
  } finally {
    rmSync(context, { recursive: true });
  }
});

test('another place for the parts of gcc', async () => {
  for (const more of ['ENV CC="gcc -B/opt/bin"', 'ENV COMPILER_PATH=/opt/bin', 'ENV CC="gcc -wrapper /opt/w"'])
    assert.ok((await said(`${go}${more}\nRUN ${build}\nCMD ["/app"]\n`)).includes('dynamic-linking unknown @5'), more);
});

test('strip and objcopy by other names, and by single symbols', async () => {
  const stripped = ['symbol-table fail @4'];
  for (const line of [
    'mv /app /one && strip -o/app /one',
    'x86_64-linux-gnu-strip /app',
    'llvm-strip-16 /app',
    'strip -R .comment /app',
    'strip -K main.main /app',
    'strip -p /app',
    'strip -g -x /app',
    'strip -pgx /app',
    'strip --strip-debug --strip-unneeded /app',
    'strip --only-keep-debug /app',
    'objcopy -pS /app',
    'objcopy -g -x /app',
    'mv /app /tmp/app && install -s -t / /tmp/app',
    'mv /app /tmp/app && install -Dst/ /tmp/app',
    'upx -9 --best /app && strip -s /app',
    'objcopy --strip-al /app',
    'strip --strip-debug --strip-al /app',
    'llvm-strip --strip-all --strip-debug /app',
    'setpriv --reuid=0 --clear-groups strip /app',
    'setpriv --reuid 0 strip /app',
    "script -qec 'strip /app' /dev/null",
    "capsh --drop=cap_chown -- -c 'strip /app'",
    'ssh-agent sh -c "strip /app"',
  ])
    assert.equal(await after(line), stripped, line);
  for (const line of [
    'strip @/words',
    'objcopy -R .symtab /app',
    'strip -g --remove-section=.symtab /app',
    'objcopy --strip-symbol=main.main /app',
    'strip -N main.main /app',
  ])
    assert.ok((await after(line)).includes('symbol-table unknown @4'), line);
  for (const line of [
    'strip --strip-debug /app',
    'strip -gp /app',
    'strip -g -R .comment /app',
    'strip -s -g /app',
    'objcopy -g /app',
    'objcopy --only-keep-debug /app /app.debug',
  ])
    assert.equal(await after(line), [], line);
});

test('what the linker is told beside -linkmode=external', async () => {
  const linked = (flags: string): Promise<string[]> =>
    said(`${go}RUN go build "-ldflags=-linkmode=external ${flags}" -o /app .\nCMD ["/app"]\n`);
  for (const flags of [
    '-extldflags=-Wl,--dynamic-linker=/opt/ld.so',
    '-extldflags=-Wl,-I,/opt/ld.so',
    "-extldflags '-Xlinker -dynamic-linker -Xlinker /opt/ld.so'",
    '-I /opt/ld.so',
  ])
    assert.equal(await linked(flags), ['dynamic-linking unknown @4'], flags);
  assert.ok((await linked('-extldflags=@/words')).includes('dynamic-linking unknown @4'));
  assert.equal(await linked('-extldflags=-Wl,-O1,--as-needed'), []);
});

test('a library is no program', async () => {
  const library = build.replace('build', 'build -buildmode=c-shared');
  assert.equal(await said(`${go}RUN ${library}\nCMD ["/app"]\n`), ['dynamic-linking unknown @4']);
});

test('one image is one glibc, whichever it has', async () => {
  const moving = go.replace('-bookworm', '');
  assert.equal(await said(`${moving}RUN ${build}\nCMD ["/app"]\n`), []);
  const apart = `FROM debian:bookworm-slim\nCOPY --from=build /app /app\nCMD ["/app"]\n`;
  assert.equal(await said(`${moving}RUN ${build}\n${apart}`), ['libc-in-image unknown @5']);
});

test('each program in the image is held against its libc', async () => {
  const two = (last: string): string =>
    `${go}RUN ${build}\nFROM golang:1.22-bullseye AS old\nRUN go build -ldflags=-linkmode=external -o /tool ./cmd/tool\n` +
    `FROM debian:bullseye-slim\nCOPY --from=old /tool /tool\nCOPY --from=build /app /app\nCMD ["${last}"]\n`;
  for (const last of ['/tool', '/app']) assert.equal(await said(two(last)), ['libc-in-image fail @7'], last);
});

test('an architecture that no agent is made for', async () => {
  const built = (more: string): string => `${go}RUN ${more}${build}\nCMD ["/app"]\n`;
  assert.equal(await said(built('GOARCH=s390x CC=s390x-linux-gnu-gcc CGO_ENABLED=1 ')), ['agent-version fail @4']);
  assert.equal(await said(built(''), { platform: 'linux/s390x' }), ['agent-version fail @4']);
});

test('a script that is given the program takes no finding away', async () => {
  const found = await said(
    `${go}RUN go build "-ldflags=-linkmode=external -s" -o /app . && ./check.sh /app\nCMD ["/app"]\n`,
  );
  assert.ok(found.includes('symbol-table fail @4'));
  assert.ok((await after('./check.sh /app')).includes('symbol-table unknown @4'));
});

test('what is copied may have been a directory with the program in it', async () => {
  for (const [source, target] of [
    ['/target', '/'],
    ['/target/app', '/app/'],
  ])
    for (const image of ['golang:1.22-bookworm', 'example.org/build:1'])
      assert.ok(
        (
          await said(
            `FROM ${image} AS b\nRUN make OUTPUT=/target/app/server\nFROM debian:bookworm-slim\nWORKDIR /app\nCOPY --from=b ${source} ${target}\nENTRYPOINT ["./server"]\n`,
          )
        ).includes('dynamic-linking unknown @2'),
        `${image} ${source}`,
      );
  const given = await said(
    'FROM example.org/build:1 AS b\nRUN make install DESTDIR=/opt/p\nFROM example.org/run:1\nCOPY entrypoint.sh /\n' +
      'COPY --from=b /opt/p/ /opt/p\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["/opt/p/bin/p", "start"]\n',
  );
  assert.ok(given.includes('dynamic-linking unknown @2'), given.join());
  const plain = 'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y other\nCMD ["/opt/other/run"]\n';
  assert.equal(await said(plain), []);
});

test('clang is a compiler for xx-go, as far as xx brought the rest', async () => {
  const xx = (more: string): string =>
    `FROM tonistiigi/xx AS xx\nFROM golang:1.22-alpine\nCOPY --from=xx / /\n${more}RUN xx-go build -ldflags=-linkmode=external -o /app ./cmd/app\nCMD ["/app"]\n`;
  assert.ok((await said(xx('RUN apk add clang lld\n'))).includes('cgo-enabled unknown @5'));
  assert.ok((await said(xx('RUN apk add git\n'))).includes('cgo-enabled fail @5'));
});

test('a directory of the context that has no libc in it brings none', async () => {
  const context = mkdtempSync(join(tmpdir(), 'goshim-context-'));
  try {
    mkdirSync(join(context, 'root/etc'), { recursive: true });
    const text = `${go}RUN ${build}\nFROM busybox:1.37.0-musl\nCOPY root/ /\nCOPY --from=build /app /app\nCMD ["/app"]\n`;
    assert.equal(await said(text, { context }), ['libc-in-image fail @5']);
    assert.equal(await said(text), ['libc-in-image unknown @5']);
  } finally {
    rmSync(context, { recursive: true });
  }
});

test.run();
