// Wrong passes of builds by something else than the image's go, or with settings that stand in files.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { context, reportOf, said } from './checked.ts';

const external = '-ldflags=-linkmode=external';
const build = `go build ${external} -o /app .`;
const run = 'FROM debian:bookworm-slim\nCOPY --from=build /app /app\nCMD ["/app"]\n';
const off = (line: number): string[] => [`cgo-enabled fail @${line}`, `dynamic-linking fail @${line}`];

function text(before: string, line = build): string {
  return `FROM golang:1.22-bookworm AS build\n${before}\nRUN ${line}\n${run}`;
}

/** Verdict, and what the first finding says. */
async function answer(dockerfile: string): Promise<string> {
  const { verdict, findings } = await reportOf(dockerfile);
  return `${verdict}: ${findings.find(each => each.verdict !== 'pass')?.message}`;
}

test('another program in the place of go, or before it on PATH', async () => {
  for (const [before, go] of [
    ['COPY wrapper /usr/local/go/bin/go', '/usr/local/go/bin/go (wrapper of the build context)'],
    ['RUN cp /bin/true /go/bin/go', '/go/bin/go (/bin/true of golang:1.22-bookworm)'],
    ['RUN curl -fsSLo /go/bin/go https://example.com/go', '/go/bin/go (curl)'],
    ['WORKDIR /go/bin\nRUN wget https://example.com/go', '/go/bin/go (wget)'],
    ['RUN echo "exec true" > /go/bin/go', '/go/bin/go (echo > /go/bin/go)'],
    ['RUN ln -sf /src/wrapper /go/bin/go', '/go/bin/go (a link to /src/wrapper)'],
    ['RUN mv /usr/local/go/bin/go /x && mv /bin/true /usr/local/go/bin/go', '/usr/local/go/bin/go (/bin/true of'],
    ['ENV PATH=/tools:$PATH\nCOPY wrapper /tools/go', '/tools/go (wrapper of the build context)'],
    ['COPY wrapper /tools/go\nRUN export PATH=/tools:$PATH &&', '/tools/go (wrapper of the build context)'],
    ['ADD https://example.com/go /usr/local/go/bin/go', '/usr/local/go/bin/go (ADD https://example.com/go)'],
  ] as const) {
    const dockerfile = before.endsWith('&&')
      ? text('', '').replace('\nRUN \n', `\n${before} ${build}\n`)
      : text(before);
    const answered = await answer(dockerfile);
    assert.ok(answered.startsWith(`unknown: /app is built by ${go}`), `${before}: ${answered}`);
  }
});

test('go of an image stays go, wherever it is copied to', async () => {
  const copied = `FROM debian:bookworm AS build\nRUN apt-get install -y gcc libc6-dev\nCOPY --from=golang:1.22-bookworm /usr/local/go /usr/local/go\nENV PATH=/usr/local/go/bin:$PATH\nRUN ${build}\n${run}`;
  assert.equal(await said(copied), []);
  for (const before of [
    'RUN ln -s /usr/local/go/bin/go /usr/local/bin/go',
    'COPY . /go/bin/',
    'COPY wrapper /usr/local/bin/go',
    'RUN go install golang.org/x/tools/cmd/stringer@latest',
    'ENV GOROOT=/usr/local/go',
    'COPY --from=tonistiigi/xx:1.6 / /',
    'RUN --mount=type=cache,target=/root/.cache/go-build make generate',
  ])
    assert.equal(await said(text(before)), [], before);
});

test('what may have brought another toolchain leaves open whose it is', async () => {
  for (const before of [
    'RUN curl -L https://example.com/go.tgz | tar -xz -C /usr/local',
    'ADD go.tar.gz /usr/local/',
    'ENV GOROOT=/opt/other',
    'COPY link /usr/local/go/pkg/tool/linux_amd64/link',
    'COPY --from=example.com/toolchain / /',
  ])
    assert.equal(await said(text(before)), ['official-release unknown @1'], before);
  assert.equal(await said(text('ENV GOTOOLCHAIN=go1.23rc1')), ['official-release fail @1']);
});

test('what bash runs by the name of go, and libraries that are loaded into it', async () => {
  const bash = 'SHELL ["/bin/bash", "-c"]';
  for (const [before, line, words] of [
    [bash, `hash -p /x go; ${build}`, 'alias go'],
    [`${bash}\nENV BASH_FUNC_go%%="() { command go -race; }"`, build, 'alias go'],
    ['RUN update-alternatives --install /go/bin/go go /opt/x 1', build, '/go/bin/go (a link to /opt/x)'],
  ] as const)
    assert.ok((await answer(text(before, line))).startsWith(`unknown: /app is built by ${words}`), line);
  for (const before of ['ENV LD_PRELOAD=/x.so', 'RUN echo /x.so > /etc/ld.so.preload'])
    assert.match(await answer(text(before)), /preload.* takes part/i, before);
  const shell = text('ENV ENV=/e\nCOPY missing /e', `sh -ic '${build}'`);
  assert.ok((await said(shell)).includes('cgo-enabled unknown @4'));
  const git = text('WORKDIR /app', `${build.replace('/app', '/app/app')} && git checkout -f x`);
  assert.match(
    await answer(git.replace('build /app /app', 'build /app/app /app')),
    /may have been changed by git checkout/,
  );
});

test('an alias or a function named go, a trap, a script from standard input', async () => {
  assert.equal(await said(text('', `go() { CGO_ENABLED=0 command go "$@"; }; ${build}`)), off(3));
  assert.match(await answer(text('', `alias go='CGO_ENABLED=0 go'; ${build}`)), /^unknown: \/app is built by alias go/);
  assert.equal(await said(text('', `trap 'strip /app' EXIT; ${build}`)), ['symbol-table unknown @3']);
  for (const after of ['bash < post.sh', 'make pack', './post.sh', "python3 -c 'import os'", 'cat post.sh | sudo sh'])
    assert.match(await answer(text('', `${build} && ${after}`)), /^unknown: \/app may have been changed by/, after);
  assert.equal(await said(text('', `${build} && su root -c 'strip /app'`)), ['symbol-table fail @3']);
});

test('a doubt takes no failing finding away', async () => {
  const found = await said(text('', `CGO_ENABLED=0 ${build} && make pack`));
  for (const sure of off(3)) assert.ok(found.includes(sure), found.join());
});

test('another gcc, another shell, -toolexec', async () => {
  assert.match(
    await answer(text('COPY gcc /usr/local/bin/gcc')),
    /^unknown: \/usr\/local\/bin\/gcc \(gcc of the build/,
  );
  assert.match(await answer(text('COPY sh /bin/sh')), /^unknown: \/app is built by SHELL \/bin\/sh \(sh of the build/);
  assert.match(await answer(text('', build.replace(' -o', ' -toolexec=/x -o'))), /^unknown: -toolexec=\/x takes part/);
  assert.match(await answer(text('COPY ld /usr/bin/ld')), /^unknown: \/usr\/bin\/ld \(ld of the build/);
  assert.match(await answer(text('', build.replace(external, `"${external} -extld=/x"`))), /^unknown: -extld=\/x/);
  assert.match(await answer(text('ENV GOFLAGS=-toolexec=/x')), /^unknown: -toolexec=\/x takes part/);
});

test('what stands in the files that go reads its settings from', async () => {
  for (const [before, line] of [
    ['RUN echo CGO_ENABLED=0 >> $(go env GOENV)', 3],
    ['RUN mkdir -p ~/.config/go && echo "CGO_ENABLED=0" > ~/.config/go/env', 3],
    ["RUN printf 'GOPROXY=off\\nCGO_ENABLED=0\\n' | tee -a /root/.config/go/env", 3],
    ['ENV XDG_CONFIG_HOME=/etc/x\nRUN printf "%s\\n" CGO_ENABLED=0 > /etc/x/go/env', 4],
    ['ENV GOENV=/e\nRUN cat > /e <<END\nCGO_ENABLED=0\nEND', 6],
    ['ARG OFF=0\nCOPY <<END /root/.config/go/env\nCGO_ENABLED=$OFF\nEND', 6],
    ['RUN echo CGO_ENABLED=0 >> /usr/local/go/go.env', 3],
    ['RUN echo CGO_ENABLED=0 > /e && cp /e /root/.config/go/env', 3],
    ['RUN go env -w CGO_ENABLED=0', 3],
  ] as const)
    assert.equal(await said(text(before)), off(line), before);
  for (const before of [
    'RUN echo CGO_ENABLED=0 > /etc/environment',
    'RUN go env -w CGO_ENABLED=0\nRUN rm /root/.config/go/env',
    'RUN go env -w CGO_ENABLED=0 && go env -u CGO_ENABLED',
    'RUN go env -w CGO_ENABLED=0\nENV GOENV=off',
    'RUN go env -w CGO_ENABLED=0\nENV CGO_ENABLED=1',
  ])
    assert.equal(await said(text(before)), [], before);
});

test('settings that cannot be read leave everything open', async () => {
  writeFileSync(join(context, 'goenv'), 'CGO_ENABLED=0\n');
  assert.equal(await said(text('COPY goenv /root/.config/go/env')), off(3));
  for (const before of [
    'COPY missing /root/.config/go/env',
    'RUN curl -o /root/.config/go/env https://example.com/env',
    'RUN sed -i s/a/b/ /root/.config/go/env',
    'ARG ENVFILE\nENV GOENV=$ENVFILE',
  ])
    assert.ok(
      (await said(text(before))).some(each => each.startsWith('cgo-enabled unknown')),
      before,
    );
});

test("another user's settings are not root's", async () => {
  const alpine = (user: string): string =>
    `FROM golang:1.22-alpine AS build\nRUN apk add gcc musl-dev\nRUN go env -w GOFLAGS=${external}\n${user}RUN go build -o /app .\nFROM alpine:3.20\nCOPY --from=build /app /app\nCMD ["/app"]\n`;
  assert.equal(await said(alpine('')), []);
  assert.equal(await said(alpine('USER root\n')), []);
  assert.ok((await said(alpine('USER 1000\n'))).includes('musl-internal-link fail @5'));
});

test('what a shell reads before its script', async () => {
  const bash = 'SHELL ["/bin/bash", "-c"]\nENV BASH_ENV=/env.sh\n';
  assert.match((await said(text(`${bash}COPY missing /env.sh`))).join(), /cgo-enabled unknown @5/);
  assert.equal(await said(text(`${bash}COPY <<END /env.sh\nexport CGO_ENABLED=0\nEND`)), off(7));
  assert.equal(await said(text('ENV BASH_ENV=/env.sh\nCOPY missing /env.sh')), []);
  assert.match(
    (await said(text('ENV BASH_ENV=/e\nCOPY missing /e', `bash -c '${build}'`))).join(),
    /cgo-enabled unknown/,
  );
  const login = 'SHELL ["/bin/bash", "-lc"]\n';
  assert.equal(await said(text(`${login}RUN echo "export CGO_ENABLED=0" > /etc/profile.d/go.sh`)), off(4));
  assert.equal(await said(text('SHELL ["/bin/sh", "-ac"]', `CGO_ENABLED=0; ${build}`)), off(3));
  assert.match(
    await answer(text('SHELL ["/bin/sh", "-c", "CGO_ENABLED=0 go build -o /app . #"]')),
    /^unknown: \/app is built by SHELL/,
  );
});

test('variables that a command sets without naming a value', async () => {
  for (const line of [
    `export $(cat .env) && ${build}`,
    `read CGO_ENABLED < x; ${build}`,
    `printf -v CGO_ENABLED %s 0; export CGO_ENABLED; ${build}`,
    `. ./profile && ${build}`,
  ])
    assert.ok(
      (await said(text('ENV CGO_ENABLED=1\nCOPY missing profile', line))).includes('cgo-enabled unknown @4'),
      line,
    );
});

test('a module that compiles C leaves open who links', async () => {
  const alpine = `FROM golang:1.22-alpine AS build\nRUN apk add gcc musl-dev\nWORKDIR /src\nCOPY . .\nRUN go build -o /app ./cmd/app\nFROM alpine:3.20\nCOPY --from=build /app /app\nCMD ["/app"]\n`;
  const own = mkdtempSync(join(tmpdir(), 'goshim-cgo-'));
  writeFileSync(join(own, 'go.mod'), 'module a.b/c\n\nrequire (\n\tgithub.com/mattn/go-sqlite3 v1.14.0\n)\n');
  try {
    assert.ok((await said(alpine)).includes('musl-internal-link fail @5'));
    assert.ok((await said(alpine, { context: own })).includes('musl-internal-link unknown @5'));
  } finally {
    rmSync(own, { recursive: true });
  }
});

test('a program for another processor than the image is no pass', async () => {
  const arm = 'FROM --platform=linux/arm64 ';
  const both = text('').replaceAll('FROM ', arm);
  assert.equal(await said(both), []);
  for (const dockerfile of [both.replace(arm, 'FROM '), text('').replace('FROM ', arm)])
    assert.match(await answer(dockerfile), /^unknown: \/app is built for (amd64|arm64), and the image is for linux/);
});

test("go.dev's own archives are official releases, others are not known", async () => {
  const plain = (more: string): string =>
    `FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y gcc libc6-dev curl wget\n${more}\nENV PATH=/usr/local/go/bin:$PATH\n` +
    'RUN go build -ldflags=-linkmode=external -o /app ./cmd/app\nCMD ["/app"]\n';
  const url = 'https://go.dev/dl/go1.26.0.linux-amd64.tar.gz';
  for (const more of [
    `RUN curl -fsSL ${url} | tar -C /usr/local -xz`,
    `RUN wget -qO- ${url} | tar xz -C /usr/local`,
    `RUN wget -q ${url} && rm -rf /usr/local/go && tar -C /usr/local -xzf go1.26.0.linux-amd64.tar.gz`,
    `RUN curl -Lo /go.tgz "https://dl.google.com/go/go1.25.1.linux-amd64.tar.gz" && tar -C /usr/local -xzf /go.tgz`,
    `ARG TARGETARCH\nRUN curl -L https://go.dev/dl/go1.26.0.linux-$TARGETARCH.tar.gz | tar -C /usr/local -xz`,
    `ADD ${url} /tmp/\nRUN tar -C /usr/local -xzf /tmp/go1.26.0.linux-amd64.tar.gz`,
    `RUN mkdir /usr/local/go && curl -L ${url} | tar xz --strip-components=1 -C /usr/local/go`,
  ])
    assert.equal(await said(plain(more)), [], more);
  assert.equal(await said(plain(`RUN curl -L ${url.replace('go1.26.0', 'go1.27rc1')} | tar -C /usr/local -xz`)), [
    'official-release fail @3',
  ]);
  for (const more of [
    'RUN curl -L https://example.org/go1.26.0.linux-amd64.tar.gz | tar -C /usr/local -xz',
    `RUN curl -Lo /go.tgz ${url} && cp /other /go.tgz && tar -C /usr/local -xzf /go.tgz`,
    `RUN curl -L ${url} https://example.org/x.tar.gz | tar -C /usr/local -xz`,
    `RUN curl -L ${url} | patcher | tar -C /usr/local -xz`,
  ])
    assert.equal(await said(plain(more)), ['official-release unknown @1'], more);
});

test('of several Go toolchains the one on PATH counts', async () => {
  const candidate = (more: string): string => text(more).replace('FROM golang:1.22', 'FROM golang:1.23rc1');
  for (const more of [
    'COPY --from=golang:1.22-bookworm /usr/local/go /opt/go',
    'RUN wget -q https://go.dev/dl/go1.22.3.linux-amd64.tar.gz && tar -C /opt -xzf go1.22.3.linux-amd64.tar.gz',
  ]) {
    assert.ok((await said(candidate(more))).includes('official-release fail @1'), more);
    assert.equal(await said(candidate(`${more}\nENV PATH=/opt/go/bin:$PATH`)), [], more);
  }
  assert.equal(await said(text('COPY --from=golang:1.23rc1-bookworm /usr/local/go /opt/go')), []);
});

test("go.mod's toolchain counts where GOTOOLCHAIN lets go choose", async () => {
  const context = mkdtempSync(join(tmpdir(), 'goshim-toolchain-'));
  const auto = text('ENV GOTOOLCHAIN=auto\nWORKDIR /src\nCOPY . .');
  try {
    for (const [goMod, expected] of [
      ['module a.b/c\n\ngo 1.22\n\ntoolchain go1.23rc2\n', ['official-release fail @1']],
      ['module a.b/c\n\ngo 1.24rc1\n', ['official-release fail @1']],
      ['module a.b/c\n\ngo 1.21rc1\n', []],
      ['module a.b/c\n\ngo 1.23.1\n', []],
    ] as const) {
      writeFileSync(join(context, 'go.mod'), goMod);
      assert.equal(await said(auto, { context }), expected, goMod);
      // What golang images set.
      assert.equal(await said(text('WORKDIR /src\nCOPY . .'), { context }), []);
    }
  } finally {
    rmSync(context, { recursive: true });
  }
});

test('packages of the module itself are programs', async () => {
  const context = mkdtempSync(join(tmpdir(), 'goshim-own-'));
  writeFileSync(join(context, 'go.mod'), 'module shop\n');
  const built = (more: string): string => text('WORKDIR /src\nCOPY . .', more);
  try {
    const one = 'go build -ldflags=-linkmode=external -o /app shop/cmd/app';
    assert.equal(await said(built(one), { context }), []);
    const off = 'CGO_ENABLED=0 go build -o /app shop/cmd/app';
    assert.ok((await said(built(`${one} && ${off}`), { context })).some(each => each.startsWith('cgo-enabled fail')));
    assert.equal(await said(built(`go install std && go build net/http && ${one}`), { context }), []);
  } finally {
    rmSync(context, { recursive: true });
  }
});

test('a Go that was built from its sources', async () => {
  for (const more of [
    'RUN git clone https://github.com/golang/go /goroot && cd /goroot/src && ./make.bash\nENV PATH=/goroot/bin:$PATH',
    'RUN cd /usr/local/go/src && git apply /x.patch && ./make.bash',
  ])
    assert.ok(
      (await said(text(more))).some(each => each.startsWith('official-release unknown')),
      more,
    );
  assert.equal(await said(text('RUN ./prepare.sh\nENV PATH=/src/node_modules/.bin:$PATH')), []);
});

test('a libc of another release', async () => {
  const upgraded = (more: string): string => text(`RUN ${more} && apt-get -y dist-upgrade`);
  for (const more of [
    'sed -i s/bookworm/trixie/g /etc/apt/sources.list && apt-get update',
    'echo "deb http://deb.debian.org/debian trixie main" > /etc/apt/sources.list && apt-get update',
  ])
    assert.equal(await said(upgraded(more)), ['libc-in-image unknown @4'], more);
  assert.equal(await said(upgraded('apt-get update')), []);
  assert.equal(await said(text('RUN apt-get update && apt-get install -y -t trixie libc6')), [
    'libc-in-image unknown @4',
  ]);
});

test('mounts bring settings and toolchains, too', async () => {
  const mounted = (mount: string): string => text('').replace(`RUN ${build}`, `RUN --mount=${mount} ${build}`);
  for (const [mount, rule] of [
    ['type=secret,id=env,target=/root/.config/go/env', 'cgo-enabled'],
    ['type=secret,id=x,env=CGO_ENABLED', 'cgo-enabled'],
    ['type=bind,from=example.com/go,source=/,target=/usr/local/go', 'official-release'],
    ['type=bind,source=main.go,target=/usr/local/go/bin/go', 'no-race'],
  ] as const)
    assert.ok(
      (await said(mounted(mount))).some(each => each.startsWith(`${rule} unknown`)),
      mount,
    );
  for (const mount of ['target=.', 'type=cache,target=/root/.cache', 'type=secret,id=npmrc,target=/root/.npmrc'])
    assert.equal(await said(mounted(mount)), [], mount);
});

test('what stands behind exit or exec is not run', async () => {
  const bad = 'CGO_ENABLED=0 go build -o /app .';
  for (const end of ['exit 0', 'exec true', 'set -n'])
    assert.equal(await said(text('', `${bad}; ${end}; ${build}`)), off(3), end);
  for (const end of [
    'test -f x && exit 1',
    'cd /x || exit 1',
    '(exit 0)',
    'if test -f x; then exit 1; fi',
    'exec 2>&1',
  ])
    assert.equal(await said(text('', `${end}; ${build}`)), [], end);
});

test('a script of the context that changes go settings', async () => {
  writeFileSync(join(context, 'settings.sh'), '#!/bin/sh\ngo env -w CGO_ENABLED=0\n');
  writeFileSync(join(context, 'other.sh'), '#!/bin/sh\necho hello\n');
  for (const how of ['RUN ./settings.sh', 'RUN sh settings.sh'])
    assert.ok((await said(text(`COPY . .\n${how}`))).includes('cgo-enabled unknown @4'), how);
  assert.equal(await said(text('COPY . .\nRUN ./other.sh')), []);
});

test('goshim counts only where its go is the one that runs', async () => {
  const on = 'ENV PATH=/opt/goshim/bin:$PATH\n';
  const wish = 'CGO_ENABLED=0 go build -o /app .';
  assert.equal(await said(text(on, wish)), []);
  for (const [before, line] of [
    [`${on}ENV GOSHIM=off`, wish],
    [`${on}ENV GOSHIM=observe`, wish],
    [on, wish.replace(' go ', ' /usr/local/go/bin/go ')],
    [`${on}ENV PATH=/usr/local/go/bin:$PATH`, wish],
    ['RUN goshim enable /usr/local/sbin', wish],
  ] as const)
    assert.is((await reportOf(text(before, line))).verdict, 'fail', `${before} ${line}`);
});

test.run();
