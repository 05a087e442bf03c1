// Wrong passes of images whose own libc is no longer there, and of programs that something was put over.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reportOf, said } from './checked.ts';

const build = 'go build -ldflags=-linkmode=external -o /app .';
const glibc = `FROM golang:1.22-bookworm AS build\nRUN ${build}\nFROM debian:bookworm-slim\n`;
const musl = `FROM golang:1.22-alpine AS build\nRUN apk add gcc musl-dev\nRUN ${build}\nFROM alpine:3.20\n`;
const start = 'COPY --from=build /app /app\nCMD ["/app"]\n';

/** Before the program is copied, and after. */
async function libcSaid(image: string, line: string): Promise<string[]> {
  const both = [await said(`${image}${line}\n${start}`), await said(`${image}${start}${line}\n`)];
  assert.equal(both[0], both[1], line);
  return both[0] ?? [];
}

test('the loader that is removed', async () => {
  assert.equal(await libcSaid(glibc, 'RUN rm /lib64/ld-linux-x86-64.so.2'), ['libc-in-image fail @3']);
  for (const line of ['RUN rm -rf /lib', 'RUN rm -rf /lib/*'])
    assert.equal(await libcSaid(musl, line), ['libc-in-image fail @4'], line);
  assert.equal(await libcSaid(musl, 'RUN mv /lib/ld-musl-x86_64.so.1 /tmp/'), ['libc-in-image fail @4']);
});

test('what may have taken libc or loader away, or put others there', async () => {
  for (const line of [
    'RUN rm -rf /lib/x86_64-linux-gnu/',
    'RUN rm -rf /usr/lib',
    'RUN rm -f /usr/lib/x86_64-linux-gnu/libc.so.*',
    'RUN mv /lib /lib.old',
    'RUN find /usr -name "*.so*" -delete',
    'RUN apt-get purge -y libc6',
    'RUN dpkg --force-all -r libc6',
    'RUN if true; then rm -rf /lib64; fi',
    'COPY main.go /lib64/ld-linux-x86-64.so.2',
    'RUN curl https://example.com/x.tgz | tar -xz -C /',
    'COPY --from=alpine:3.20 / /',
    'COPY --from=debian:trixie /usr/lib /usr/lib',
    'RUN curl -o /lib/x86_64-linux-gnu/libc.so.6 https://example.com/libc',
    'RUN ln -sf /opt/ld.so /lib64/ld-linux-x86-64.so.2',
  ])
    assert.equal(await libcSaid(glibc, line), ['libc-in-image unknown @3'], line);
  // These may hold a program, too.
  for (const line of ['ADD rootfs.tar.gz /', 'COPY missing/ /'])
    assert.ok((await said(`${glibc}${start}${line}\n`)).includes('libc-in-image unknown @3'), line);
  for (const line of ['RUN apk del musl', 'COPY --from=debian:12 / /'])
    assert.equal(await libcSaid(musl, line), ['libc-in-image unknown @4'], line);
});

test('what leaves libc and loader where they are', async () => {
  for (const line of [
    'RUN rm -rf /var/lib/apt/lists/* /usr/lib/x86_64-linux-gnu/perl',
    'RUN apt-get purge -y gcc libc6-dev && find / -name "*.pyc" -delete',
    'COPY . /',
    'COPY --from=debian:bookworm-slim /usr/lib /usr/lib',
    'COPY --from=debian:bookworm / /',
    'COPY --from=busybox:musl /bin/sh /bin/sh',
    'RUN rm -rf /lib/ld-musl-x86_64.so.1',
  ])
    assert.equal(await libcSaid(glibc, line), [], line);
  const both = 'RUN mkdir /lib64 && ln -s /lib/libc.musl-x86_64.so.1 /lib64/ld-linux-x86-64.so.2';
  assert.equal(await libcSaid(musl, both), []);
  assert.equal(await libcSaid(musl, 'RUN rm -rf /lib && true\nCOPY --from=alpine:3.20 /lib /lib'), []);
});

test('a whole system that was copied takes its losses along', async () => {
  const text = (line: string): string =>
    `FROM golang:1.22-bookworm AS build\nRUN ${build}\nFROM debian:bookworm-slim AS root\nRUN ${line}\nFROM scratch\nCOPY --from=root / /\n${start}`;
  assert.equal(await said(text('true')), []);
  assert.not.equal(await said(text('rm -rf /lib64 /usr/lib64 /lib /usr/lib')), []);
});

test('a user of the same name is not the program', async () => {
  assert.is((await reportOf(`${glibc}${start}RUN useradd -r app && chown app /app\n`)).verdict, 'pass');
});

test('something put over the program after it was built', async () => {
  for (const after of [
    'RUN { cat a; cat b; } > /app',
    'RUN dd if=/x of=/app',
    'RUN cat /x >> /app',
    'RUN mv /tmp/other /app',
    'ADD https://example.com/app /app',
  ])
    assert.is((await reportOf(`${glibc}${start}${after}\n`)).verdict, 'unknown', after);
  const over = (line: string): string =>
    `FROM golang:1.22-bookworm\nRUN ${build.replace('/app', '/out/app')}\n${line}\nCMD ["/out/app"]\n`;
  for (const line of ['COPY dist/ /out/', 'ADD x.tar.gz /out', 'RUN tar -xzf x.tgz -C /out', 'COPY --from=a /x/ /out/'])
    assert.is((await reportOf(over(line))).verdict, 'unknown', line);
  assert.is((await reportOf(over('COPY . /out/'))).verdict, 'pass');
});

test.run();
