// What real projects' Dockerfiles taught: each case once said something wrong. The texts are our own.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Asked, reportOf, said } from './checked.ts';

const run = 'FROM debian:bookworm-slim\nCOPY --from=build /app /app\nCMD ["/app"]\n';
const off = (line: number): string[] => [`cgo-enabled fail @${line}`, `dynamic-linking fail @${line}`];
const external = '-ldflags=-linkmode=external';

/** Rules and verdicts with what the first unknown finding says. */
async function unseenBecause(text: string, asked: Asked = {}): Promise<string> {
  const { findings, verdict } = await reportOf(text, asked);
  assert.ok(verdict === 'unknown' || verdict === 'fail', verdict);
  const found = findings.find(({ rule }) => rule === 'no-race');
  assert.is(found?.verdict, 'unknown');
  return `@${found?.line} ${found?.message}`;
}

test('a digest, or a variable in the tag, hides only what the tag would have said', async () => {
  const digest = `@sha256:${'0'.repeat(64)}`;
  const text = (builder: string, runtime: string): string =>
    `FROM ${builder} AS build\nRUN apk add gcc musl-dev\nRUN go build ${external} -o /app .\nFROM ${runtime}\nCOPY --from=build /app /app\nCMD ["/app"]\n`;
  const alpine = 'golang:1.22-alpine3.20';
  assert.equal(await said(text(alpine, `alpine${digest}`)), []);
  assert.equal(await said(text(`${alpine}${digest}`, 'alpine')), []);
  assert.equal(await said(text(alpine, `gcr.io/distroless/static-debian12${digest}`)), ['libc-in-image fail @4']);
  assert.equal(await said(text(alpine, `debian${digest}`)), ['libc-in-image unknown @4']);
  const variable = text('golang:$' + '{GO}-alpine', 'alpine:$' + 'A').replace('FROM', 'ARG GO\nARG A\nFROM');
  assert.equal(await said(variable), ['official-release unknown @3']);
});

test('COPY --from=xx / / brings nothing that could be told apart', async () => {
  const text = `FROM --platform=$BUILDPLATFORM tonistiigi/xx:1.6 AS xx\nFROM --platform=$BUILDPLATFORM golang:1.22-bookworm AS build\nCOPY --from=xx / /\nENV CGO_ENABLED=0\nRUN xx-go build -o /app . && xx-verify /app\n${run}`;
  assert.equal(await said(text), off(5));
});

test('go run of a build driver hides what it builds', async () => {
  const text = `FROM golang:1.22-bookworm AS build\nWORKDIR /src\nCOPY . .\nRUN go run build/ci.go install\n${run.replace('/app /app', '/src/build/bin/app /app')}`;
  assert.match(await unseenBecause(text), /^@4 \/app is built by go run build\/ci\.go/);
});

test('behind a script every Go binary counts, and what the script is given', async () => {
  const build = `FROM golang:1.22-bookworm AS build\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/app .\nFROM debian:bookworm-slim\n`;
  const tail =
    'COPY --from=build /out/app /usr/local/bin\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["app"]\n';
  assert.equal(await said(build + tail), off(3));
  const prebuilt =
    'FROM debian:bookworm-slim\nCOPY dist/app /usr/local/bin/\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\n';
  assert.match(await unseenBecause(prebuilt), /^@2 \/usr\/local\/bin\/app comes from the build context/);
  const scripts = 'FROM debian:bookworm-slim\nCOPY run.sh /\nENTRYPOINT ["/run.sh"]\n';
  assert.is((await reportOf(scripts)).verdict, 'not-go');
});

test('what make built is found even where nothing says what is started', async () => {
  const text =
    'FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nRUN VERSION=1 make all\nFROM ubuntu:24.04\nENTRYPOINT ["/usr/bin/tini", "--"]\nCOPY --from=build /src/dist/app* /usr/local/bin/\n';
  assert.match(await unseenBecause(text), /^@4 .* is built by make/);
});

test('a download is brought, not built', async () => {
  for (const [command, path] of [
    ['curl -sSfL https://example.com/app -o /usr/local/bin/app && chmod +x /usr/local/bin/app', 'curl'],
    ['wget -O /tmp/a.tgz https://example.com/a.tgz && tar x -z -f /tmp/a.tgz -C /usr/local/bin app', 'tar'],
  ])
    assert.match(
      await unseenBecause(`FROM alpine:3.20\nRUN ${command}\nCMD ["app"]\n`),
      new RegExp(`^@2 /usr/local/bin/app is brought by ${path}`),
    );
});

test('programs of the image itself are none of ours', async () => {
  for (const text of [
    'FROM nginx:1\nCOPY nginx.conf /etc/nginx/\nCMD ["nginx", "-g", "daemon off;"]\n',
    'FROM debian:12\nRUN apt-get install -y redis && ./setup.sh\nCMD ["/usr/bin/redis-server"]\n',
    'FROM gcr.io/distroless/base-debian12\nCMD ["/busybox/tail", "-f", "/dev/null"]\n',
  ])
    assert.is((await reportOf(text)).verdict, 'not-go', text);
});

test('COPY into a directory of the distribution needs no slash', async () => {
  const text = `FROM golang:1.22-bookworm AS build\nRUN CGO_ENABLED=0 go build -o /out/app .\nFROM debian:bookworm-slim\nCOPY --from=build /out/app /usr/bin\nENTRYPOINT ["/usr/bin/app"]\n`;
  assert.equal(await said(text), off(2));
});

test('packages compiled ahead for the cache are no programs', async () => {
  const text = `FROM golang:1.22-bookworm AS build\nRUN CGO_ENABLED=0 go install net/http encoding/json\nRUN CGO_ENABLED=0 go install example.com/a/lib golang.org/x/crypto/ssh\nCOPY . .\nRUN go install ${external} ./cmd/app\nFROM debian:bookworm-slim\nCOPY --from=build /go/bin/* /usr/local/bin/\nCMD ["app"]\n`;
  assert.equal(await said(text), []);
});

test('-static is harmless while cgo is off, and an unknown flag takes no finding away', async () => {
  const build = (flags: string): string =>
    `FROM golang:1.22-bookworm AS build\nARG FLAGS\nENV CGO_ENABLED=0\nRUN go build ${flags} -o /app .\n${run}`;
  assert.equal(await said(build(`-ldflags '-extldflags "-static"'`)), off(4));
  const found = await said(build('$' + 'FLAGS -race -ldflags "-s -w"'));
  for (const sure of [...off(4), 'no-race fail @4', 'symbol-table fail @4'])
    assert.ok(found.includes(sure), found.join());
  assert.ok(found.includes('no-linkshared unknown @4'));
});

test('a stage named by the target platform', async () => {
  const text = `FROM golang:1.22-bookworm AS build\nRUN CGO_ENABLED=0 go build -o /app .\nFROM scratch AS bin-linux\nCOPY --from=build /app /app\nFROM scratch AS bin-windows\nFROM bin-$TARGETOS\nCMD ["/app"]\n`;
  assert.equal(await said(text), [...off(2), 'libc-in-image fail @3']);
});

test('a libc that was copied into an empty image is there', async () => {
  const text = (copy: string): string =>
    `FROM golang:1.22-alpine AS build\nRUN apk add gcc musl-dev\nRUN go build ${external} -o /app .\nFROM scratch\n${copy}COPY --from=build /app /app\nCMD ["/app"]\n`;
  assert.equal(await said(text('')), ['libc-in-image fail @4']);
  assert.equal(await said(text('COPY --from=build /lib/ld-musl-x86_64.so.1 /lib/\n')), []);
  assert.equal(await said(text('COPY --from=alpine:3.20 / /\n')), []);
  assert.equal(await said(text('ADD rootfs.tar.gz /\n')), ['libc-in-image unknown @4']);
});

test('files in a cache mount are gone after the RUN', async () => {
  const text = `FROM golang:1.22-bookworm AS build\nRUN --mount=type=cache,target=/out CGO_ENABLED=0 go build -o /out/app . && cp /out/app /kept\n`;
  assert.equal(await said(`${text}FROM debian:bookworm-slim\nCOPY --from=build /kept /app\nCMD ["/app"]\n`), off(2));
  const { verdict } = await reportOf(
    `${text}FROM debian:bookworm-slim\nCOPY --from=build /out/app /app\nCMD ["/app"]\n`,
  );
  assert.is(verdict, 'unknown');
});

test('loops over words, functions and subshells are followed', async () => {
  const tail = 'FROM debian:bookworm-slim\nCOPY --from=build /out/ /\nCMD ["/b"]\n';
  const text = (script: string): string => `FROM golang:1.22-bookworm AS build\nRUN ${script}\n${tail}`;
  assert.equal(await said(text(`for x in a b; do CGO_ENABLED=0 go build -o /out/$x ./cmd/$x; done`)), off(2));
  assert.equal(await said(text(`build() { CGO_ENABLED=0 go build -o "$1" ./cmd/b; }; build /out/b`)), off(2));
  assert.equal(await said(text(`(export CGO_ENABLED=0); cd /x && go build ${external} -o /out/b .`)), []);
  assert.equal(await said(text(`env -u X CGO_ENABLED=0 nice -n 5 sh -c 'go build -o /out/b .'`)), off(2));
  assert.equal(await said(text(`go env -w CGO_ENABLED=0\nRUN go build -o /out/b .`)), off(3));
  assert.equal(await said(text(`[ -n "$DEBUG" ] && export GOFLAGS=-race; go build ${external} -o /out/b .`)), [
    'no-race unknown @2',
  ]);
});

test('a command whose files are not known may have changed any', async () => {
  const text = (command: string): string =>
    `FROM golang:1.22-bookworm\nRUN go build ${external} -o /out/app .\nRUN ${command}\nCMD ["/out/app"]\n`;
  for (const command of [
    'find /out -type f -exec strip {} +',
    'find /out -type f | xargs -n 1 strip',
    'for f in /out/*; do strip $f; done',
    'strip $(ls /out)',
    'upx "$FILE"',
  ])
    assert.is((await reportOf(text(command))).verdict, 'unknown', command);
  assert.is((await reportOf(text('strip --strip-debug /out/app'))).verdict, 'pass');
  assert.is((await reportOf(text('strip /usr/lib/x.so'))).verdict, 'pass');
});

test('a program on PATH that something hidden may have built', async () => {
  const text =
    'FROM golang:1.22-bookworm\nCOPY . .\nRUN ls cmd | xargs -I{} go build -o /bin/{} ./cmd/{}\nCMD ["app"]\n';
  assert.match(await unseenBecause(text), /^@3 app is built by xargs/);
});

test('a variable that two branches set is one of two values, not anything', async () => {
  const text = `FROM golang:1.22-bookworm\nRUN if [ -n "$DEBUG" ]; then FLAGS=-race; else FLAGS=-trimpath; fi; go build $FLAGS ${external} -o /app .\nCMD ["/app"]\n`;
  assert.equal(await said(text), ['no-race unknown @2']);
  assert.equal(await said(text.replace('FLAGS=-race', 'FLAGS=-v')), []);
  const agree = text.replace('FLAGS=-trimpath', 'FLAGS="-v -race"');
  assert.equal(await said(agree), ['no-race fail @2']);
});

test('a pattern of -ldflags that need not name the main package', async () => {
  const text = (flags: string): string =>
    `FROM golang:1.22-bookworm AS build\nRUN go build ${flags} -o /app ./cmd/app\n${run}`;
  for (const pattern of ['std', 'cmd', 'example.org/x'])
    assert.equal(await said(text(`-ldflags=${pattern}=-linkmode=external`)), ['dynamic-linking unknown @2'], pattern);
  for (const pattern of ['all', './...', './cmd/app'])
    assert.equal(await said(text(`-ldflags=${pattern}=-linkmode=external`)), [], pattern);
});

test('ONBUILD runs in the stages of the file that start from the one that says it', async () => {
  const base = 'FROM golang:1.22-bookworm AS base\nONBUILD ENV CGO_ENABLED=0\nFROM base AS build\n';
  assert.equal(await said(`${base}RUN go build ${external} -o /app .\n${run}`), off(4));
  const build = 'FROM golang:1.22-bookworm AS base\nONBUILD COPY . .\nONBUILD RUN CGO_ENABLED=0 go build -o /app .\n';
  assert.equal(await said(`${build}FROM base AS build\n${run}`), off(3));
  // A trigger is spent in the first stage that starts from it, and is not run where it stands.
  assert.equal(
    await said(
      `${base}ENV CGO_ENABLED=1\nFROM build AS last\nRUN go build ${external} -o /app .\n${run.replace('=build', '=last')}`,
    ),
    [],
  );
  const here = `FROM golang:1.22-bookworm AS build\nONBUILD ENV CGO_ENABLED=0\nRUN go build ${external} -o /app .\n`;
  assert.equal(await said(here + run), []);
});

test('ONBUILD of what is shipped is a note; of a base image it cannot be seen', async () => {
  const shipped = `FROM golang:1.22-bookworm AS build\nRUN go build ${external} -o /app .\n${run}ONBUILD RUN /app init\n`;
  const { verdict, findings } = await reportOf(shipped);
  assert.is(verdict, 'pass');
  assert.equal(
    findings.map(({ line, message }) => `@${line} ${message}`),
    ['@6 ONBUILD RUN: runs in builds that start from this image, and is judged there'],
  );
  assert.is((await reportOf('FROM golang:1.22-bookworm\nONBUILD RUN go build -o /app .\n')).verdict, 'not-go');
  const hidden = await reportOf('FROM golang:1.8-onbuild\nEXPOSE 80\n');
  assert.is(hidden.verdict, 'unknown');
  assert.is(hidden.reason, 'line 1: the ONBUILD triggers of golang:1.8-onbuild run here and cannot be seen');
  assert.is((await reportOf('FROM alpine\nONBUILD FROM golang\n')).verdict, 'unknown');
});

test('what a sourced file, set -a or env -S says of the build is not passed over', async () => {
  const text = (line: string): string => `FROM golang:1.22-bookworm AS build\nRUN ${line}\n${run}`;
  const build = `go build ${external} -o /app .`;
  assert.ok((await said(text(`. ./env.sh && ${build}`))).includes('cgo-enabled unknown @2'));
  assert.equal(await said(text(`. /etc/os-release && ${build}`)), []);
  assert.equal(await said(text(`set -a; CGO_ENABLED=0; ${build}`)), off(2));
  assert.equal(await said(text(`set -a; set +a; CGO_ENABLED=0; ${build}`)), []);
  assert.equal(await said(text(`env -S 'CGO_ENABLED=0 ${build}'`)), off(2));
  assert.equal(await said(text(`CGO_ENABLED=0 ${build}`).replace('["/app"]', '["env", "-S/app x"]')), off(2));
});

test('a libc without its loader, and a loader without its libc, are no system', async () => {
  const text = (...copies: string[]): string =>
    `FROM golang:1.22-bookworm AS build\nRUN go build ${external} -o /app .\nFROM scratch\n${copies.map(path => `COPY --from=build ${path} ${path}\n`).join('')}COPY --from=build /app /app\nCMD ["/app"]\n`;
  const [loader, libc] = ['/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/libc.so.6'];
  assert.equal(await said(text(loader, libc)), []);
  assert.equal(await said(text('/lib', '/lib64')), []);
  assert.equal(await said(text(libc)), ['libc-in-image unknown @3']);
  assert.equal(await said(text(loader)), ['libc-in-image unknown @3']);
});

test.run();
