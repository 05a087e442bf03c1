// What the Dockerfiles of well-known projects showed, and what attacks on this tool did: each was answered wrongly once.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fixDockerfile } from '../../src/image/fix/fix.ts';
import { loadProfile } from '../../src/profiles.ts';
import { goshim, inDirectory } from '../commands/goshim.ts';
import { context, reportOf, said } from './checked.ts';

const build = 'go build -ldflags=-linkmode=external -o /app .';
const good = `FROM golang:1.22-bookworm AS build\nWORKDIR /src\nCOPY . .\nRUN ${build}\n`;
const runs = 'FROM debian:bookworm-slim\nCOPY --from=build /app /app\nCMD ["/app"]\n';
const unseen = (found: readonly string[]): boolean => found.some(each => each.startsWith('dynamic-linking unknown'));

test('what stands behind :+ of an ARG nobody set is open', async () => {
  const asked = (arg: string, line: string): Promise<string[]> =>
    said(`FROM golang:1.22-bookworm\n${arg}\nWORKDIR /src\nRUN ${line}\nCMD ["/app"]\n`);
  const value = (operand: string): string => `$${'{'}X:+${operand}}`;
  assert.ok(unseen(await asked('ARG X', `go build -ldflags="${value('-linkmode=external')}" -o /app .`)));
  assert.equal(await asked('ARG X', `go build ${value('-race')} -ldflags=-linkmode=external -o /app .`), [
    'no-race unknown @4',
  ]);
  assert.equal(await asked(`ARG X\nENV CGO_ENABLED=${value('0')}`, build), [
    'cgo-enabled unknown @5',
    'dynamic-linking unknown @5',
  ]);
  assert.equal(await asked('ARG X=1', `go build ${value('-race')} -ldflags=-linkmode=external -o /app .`), [
    'no-race fail @4',
  ]);
  const stages = (last: string): string =>
    `ARG DBG\n${good}FROM golang:1.22-bookworm AS bad\nRUN CGO_ENABLED=0 ${build}\nFROM debian:bookworm-slim AS app\nCOPY --from=bad /app /app\nCMD ["/app"]\n` +
    `FROM debian:bookworm-slim AS app-debug\nCOPY --from=build /app /app\nCMD ["/app"]\nFROM ${last}\n`;
  // The stage that a build without arguments ends with.
  assert.ok((await said(stages(`app$${'{'}DBG:+-debug}`))).includes('cgo-enabled fail @7'));
  const { verdict, reason } = await reportOf(stages('app$DBG'));
  assert.is(verdict, 'unknown');
  assert.match(reason, /which stage app\$DBG names is not known/);
});

test('a default behind an ARG nobody set is what a build takes', async () => {
  const named = (name: string, more: string): string => `$${'{'}${name}:-${more}}`;
  const text = (cgo: string, base: string): string =>
    `ARG BASE\nFROM golang:1.22-bookworm AS build\nARG CG\nENV CGO_ENABLED=${named('CG', cgo)}\nWORKDIR /src\nRUN ${build}\nFROM ${named('BASE', base)}\nCOPY --from=build /app /app\nCMD ["/app"]\n`;
  assert.equal(await said(text('1', 'debian:bookworm-slim')), []);
  assert.ok((await said(text('0', 'debian:bookworm-slim'))).includes('cgo-enabled fail @6'));
  assert.equal(await said(text('1', 'gcr.io/distroless/static')), ['libc-in-image fail @7']);
  // What another image sets is not known to be unset.
  const inherited = `FROM example.org/go:1\nRUN CGO_ENABLED=${named('CG', '1')} ${build}\nCMD ["/app"]\n`;
  assert.ok((await said(inherited)).includes('cgo-enabled unknown @2'));
});

test('flags of the compiler that are not known hide nothing else', async () => {
  const line = 'CGO_ENABLED=0 go build -gcflags="$FL" -asmflags=all=$FL -ldflags="-s -w" -o /app .';
  assert.equal(await said(`FROM golang:1.22-bookworm\nARG FL\nWORKDIR /src\nRUN ${line}\nCMD ["/app"]\n`), [
    'cgo-enabled fail @4',
    'dynamic-linking fail @4',
    'symbol-table fail @4',
  ]);
});

test('a glob of scripts is not the program, nor is an argument that is no program', async () => {
  const shipped = (more: string, command = 'CMD ["server"]'): string =>
    `${good}FROM debian:bookworm-slim\nCOPY --from=build /app /usr/local/bin/server\n${more}\n${command}\n`;
  assert.equal(await said(shipped('COPY *.sh /usr/local/bin/')), []);
  assert.ok(unseen(await said(shipped('COPY server* /usr/local/bin/'))));
  const web = 'COPY --from=web /dist /dist';
  assert.equal(
    await said(
      `FROM node:22 AS web\nRUN npm ci && npm run build\n${shipped(web, 'CMD ["server", "-static", "/dist"]')}`,
    ),
    [],
  );
});

test('what is not there is not what was built', async () => {
  const shipped = (command: string, more = ''): string =>
    `${good}FROM debian:bookworm-slim\nCOPY --from=build /app /bin/shop\n${more}${command}\n`;
  for (const text of [
    shipped('ENTRYPOINT ["/opt/app"]'),
    shipped('CMD ["./shop"]', 'WORKDIR /app\n'),
    shipped('CMD ["app"]', 'COPY --from=ghcr.io/a/b /usr/local/bin/ /usr/local/bin/\n'),
    shipped('CMD ["other"]'),
  ])
    assert.ok(unseen(await said(text)), text);
  for (const command of ['CMD ["shop"]', 'CMD ["/bin/sh", "-c", "exec shop"]', 'CMD ["sleep", "1"]'])
    assert.equal(await said(shipped(command)), [], command);
});

test('whose gcc and whose go', async () => {
  const T = (more: string): string => good.replace('WORKDIR', `${more}\nWORKDIR`) + runs;
  for (const more of [
    'RUN ln -sf /usr/bin/musl-gcc /usr/local/bin/gcc',
    'RUN mv /usr/bin/gcc /usr/bin/gcc.real && ln -s /usr/bin/musl-gcc /usr/bin/gcc',
    'RUN rm /usr/bin/gcc',
    "RUN sed -i 's/a/b/' /usr/local/go/src/runtime/proc.go",
  ])
    assert.ok(
      (await said(T(more))).some(each => / unknown @/.test(each)),
      more,
    );
  for (const more of ['RUN apt-get purge -y gcc', 'RUN apt-get update && apt-get install -y gcc-'])
    assert.ok((await said(T(more))).includes('cgo-enabled fail @5'), more);
  assert.ok(
    (
      await said(
        `FROM golang:1.22-alpine\nRUN apk add --simulate gcc musl-dev\n${build.replace('go', 'RUN go')}\nCMD ["/app"]\n`,
      )
    ).includes('cgo-enabled fail @3'),
  );
  const debian =
    'FROM debian:12\nCOPY --from=golang:1.24-bookworm /usr/local/go /usr/local/go\nENV PATH=$PATH:/usr/local/go/bin\n' +
    `RUN apt-get update && apt-get install -y golang gcc libc6-dev\nWORKDIR /src\nRUN ${build}\nCMD ["/app"]\n`;
  assert.ok((await said(debian)).some(each => each.startsWith('official-release unknown')));
  assert.equal(await said(debian.replace('$PATH:/usr/local/go/bin', '/usr/local/go/bin:$PATH')), []);
});

test('bash runs what stands in sequences, tests and substitutions', async () => {
  const after = (line: string): Promise<string[]> =>
    said(`${good}SHELL ["/bin/bash", "-c"]\nRUN mv /app /app7 && ${line} && mv /app7 /app\n${runs}`);
  for (const line of ['strip /app{1..9}', 'cat <(strip /app7)', '[[ -n $(strip /app7) ]]'])
    assert.equal(await after(line), ['symbol-table fail @6'], line);
  assert.equal(await after('[[ -n $(date) ]]'), []);
});

test('Kubernetes puts variables into commands before anything reads them', async () => {
  const pod = (env: string, more = ''): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: a\n      image: golang:1.24\n      env: [${env}]\n${more}      command: ["sh", "-c", "go build -ldflags='-linkmode=external $(F)' -o /tmp/a . && /tmp/a"]\n`;
  const asked = { path: 'pod.yaml' };
  assert.ok((await said(pod('{name: F, value: "-s"}'), asked)).some(each => each.startsWith('symbol-table fail')));
  assert.ok(
    (await said(pod('{name: F, value: "-w"}', '      envFrom: [{configMapRef: {name: e}}]\n'), asked)).some(each =>
      each.startsWith('readable unknown'),
    ),
  );
});

test('what is hidden may be started beside a program that was built here', async () => {
  const beside = (more: string, start: string): string =>
    `${good}FROM golang:1.22-bookworm AS c\nWORKDIR /src\nRUN make server\nFROM debian:bookworm-slim\n${more}\n` +
    `COPY --from=build /app /usr/bin/healthz\nCOPY start.sh /start.sh\n${start}\n`;
  for (const more of [
    'COPY --from=c /src/server /usr/bin/server',
    'COPY server /usr/bin/server',
    'COPY --from=example.org/server:1 /usr/bin/server /usr/bin/server',
  ])
    for (const start of [
      'ENTRYPOINT ["/start.sh"]',
      'ENTRYPOINT ["/usr/bin/healthz", "exec", "/usr/bin/server"]',
      'ENTRYPOINT ["tini", "--", "server"]',
    ])
      assert.ok(unseen(await said(beside(more, start))), `${more} ${start}`);
  assert.equal(await said(beside('COPY config.yaml /etc/app/', 'ENTRYPOINT ["/start.sh"]')), []);
  assert.equal(await said(beside('COPY settings /etc/settings', 'CMD ["/usr/bin/healthz", "/etc/settings"]')), []);
});

test('a root that a package manager fills is not empty', async () => {
  for (const line of [
    'mkdir -p /root2 && yum install --installroot /root2 glibc -y',
    'mkdir /root2 && dnf install -y --installroot=/root2 glibc',
    'mkdir -p /root2 && apk add --initdb -p /root2 musl',
    'mkdir /root2 && apt-get download libc6 && dpkg -x libc6.deb /root2',
    "mkdir /root2 && cp --parents $(ldd /bin/ls | grep -o '/[^ ]*') /root2",
  ])
    assert.equal(
      await said(
        `FROM debian:bookworm AS m\nRUN ${line}\n${good}FROM scratch\nCOPY --from=m /root2/ /\nCOPY --from=build /app /bin/app\nCMD ["/bin/app"]\n`,
      ),
      ['libc-in-image unknown @7'],
      line,
    );
});

test('words that say less than they seem to', async () => {
  const line = (more: string): Promise<string[]> => said(`${good}RUN ${more}\n${runs}`);
  assert.equal(await line('wget -qO- https://a/h.tgz | tar -xzO h > /usr/local/bin/h'), []);
  assert.equal(await line('/app --version && /app completion bash > /etc/bash_completion.d/app'), []);
  assert.ok(unseen(await line('make version')));
  assert.ok(unseen(await line('./build.sh version')));
  assert.equal(await line('gcc -shared -o /usr/lib/x.so x.c'), []);
  assert.ok(unseen(await line('gcc -o /app x.c')));
  assert.equal(await line(`go install ./... && ${build}`), []);
  // With @version the directory's vendor is not looked at.
  const dlv = 'go install -ldflags=-linkmode=external github.com/go-delve/delve/cmd/dlv@latest';
  assert.equal(
    await said(`FROM golang:1.22-bookworm\nWORKDIR /src\nCOPY . .\nRUN go mod vendor\nRUN ${dlv}\nCMD ["dlv"]\n`),
    [],
  );
});

test("go.dev's Go by its path, beside the distribution's", async () => {
  const text =
    'FROM debian:bookworm\nRUN apt-get update && apt-get install -y wget gcc libc6-dev golang\n' +
    'RUN wget -O go.tgz https://go.dev/dl/go1.26.1.linux-amd64.tar.gz && tar -C /usr/local -xzf go.tgz\nWORKDIR /src\n' +
    `RUN CGO_ENABLED=1 /usr/local/go/bin/${build}\nCMD ["/app"]\n`;
  assert.equal(await said(text), []);
  assert.ok((await said(text.replace('/usr/local/go/bin/', ''))).includes('official-release unknown @2'));
});

test('a program of another image is named where it is copied', async () => {
  const text =
    'FROM example.org/app:1 AS bins\nFROM alpine:3.20\nCOPY --from=bins /usr/local/bin/app /usr/bin/app\nRUN true\nENTRYPOINT ["app"]\n';
  assert.ok((await said(text)).includes('dynamic-linking unknown @3'));
});

test('--fix keeps -C first, and leaves alone what it does not know', async () => {
  const fixed = (text: string): Promise<string> =>
    fixDockerfile(text, join(context, 'Dockerfile'), {
      ...{ profile: loadProfile('oneagent', '/'), agentVersion: null, context, platform: null, target: null },
      ...{ buildArgs: new Map(), contexts: new Map() },
    });
  const chdir = `FROM golang:1.22-bookworm AS build\nWORKDIR /src\nCOPY . .\nRUN go build -C cmd/app -o /app .\n${runs}`;
  assert.is(await fixed(chdir), chdir.replace('-C cmd/app', '-C cmd/app -ldflags=-linkmode=external'));
  const foreign = `${good.replace('external', "external' '-ldflags=-linkmode=external -s")}FROM example.org/base:1\nCOPY --from=build /app /app\nCMD ["/app"]\n`;
  assert.match(await fixed(foreign), /FROM example\.org\/base:1\n/);
  const distroless = `${good}FROM gcr.io/distroless/base-nossl:debug\nCOPY --from=build /app /app\nCMD ["/app"]\n`;
  assert.match(await fixed(distroless), /FROM gcr\.io\/distroless\/base-nossl-debian12:debug\n/);
});

test('--fix writes no byte of a file that is not UTF-8', async () => {
  await inDirectory(directory => {
    const bytes = Buffer.concat([
      Buffer.from('FROM golang:1.22-bookworm AS build\n# caf'),
      Buffer.from([0xe9, 0xff]),
      Buffer.from(`\nWORKDIR /src\nRUN CGO_ENABLED=0 go build -o /app ./cmd/app\n${runs}`),
    ]);
    writeFileSync(join(directory, 'Dockerfile'), bytes);
    const { stdout, stderr } = goshim(['check', '--fix', '--write', 'Dockerfile'], { cwd: directory });
    assert.is(stdout, '');
    assert.match(stderr, /^goshim: Dockerfile: not UTF-8, and left as it is/m);
    assert.equal(readFileSync(join(directory, 'Dockerfile')), bytes);
  });
});

test('a directory is looked through for flow style and JSON', async () => {
  const pod =
    'metadata: {name: a}\nspec: {containers: [{name: a, image: golang:1.22, command: [go], args: [run, .]}]}\n';
  for (const [name, text] of [
    ['pod.yaml', `apiVersion: v1\nkind: Pod\n${pod}`],
    ['compose.yaml', '{"services": {"a": {"image": "golang:1.22", "command": "go run ."}}}\n'],
    ['quoted.yml', '"services":\n  a: {image: golang:1.22, command: go run .}\n'],
    [
      'pod.json',
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        spec: { containers: [{ name: 'a', command: ['go', 'run', '.'] }] },
      }),
    ],
  ] as const)
    await inDirectory(directory => {
      writeFileSync(join(directory, name), text);
      writeFileSync(join(directory, 'Dockerfile'), `${good}${runs}`.replace(' .\nFROM', ' ./cmd/app\nFROM'));
      assert.is(goshim(['check', '.'], { cwd: directory }).code, 1, name);
    });
});

test('a context that is no directory is refused', async () => {
  await inDirectory(directory => {
    writeFileSync(join(directory, 'Dockerfile'), `${good}${runs}`);
    mkdirSync(join(directory, 'there'));
    for (const words of [
      ['--context', 'nope'],
      ['--context', 'Dockerfile'],
      ['--build-context', 'x=nope'],
    ]) {
      const { code, stdout, stderr } = goshim(['check', ...words, 'Dockerfile'], { cwd: directory });
      assert.is(code, 2, words.join(' '));
      assert.is(stdout, '');
      assert.match(stderr, /^goshim: check: --(build-)?context.*is no directory\n$/);
    }
    for (const words of [
      ['--context', 'there'],
      ['--build-context', 'x=there'],
      ['--build-context', 'x=docker-image://alpine'],
      ['--build-context', 'x=https://example.org/x.git'],
    ])
      assert.is.not(goshim(['check', ...words, 'Dockerfile'], { cwd: directory }).code, 2, words.join(' '));
    assert.ok(!existsSync(join(directory, 'nope')));
  });
});

test('a directive that is said twice is an error', async () => {
  for (const twice of ['# syntax=a/b\n# syntax=c/d\n', '# escape=`\n# escape=`\n']) {
    const { verdict, reason } = await reportOf(`${twice}${good}${runs}`);
    assert.is(verdict, 'unknown');
    assert.match(reason, /line 2: (syntax|escape) is said twice/);
  }
});

test("compose's entrypoint and command are one command", async () => {
  for (const service of ['{entrypoint: ["sh", "-c"], command: ["go run ."]}', '{entrypoint: go, command: run .}'])
    assert.equal(
      await said(`services:\n  a: ${service.replace('{', '{image: golang, ')}\n`, { path: 'c.yaml' }),
      ['no-go-run fail @2'],
      service,
    );
});

test('a kustomization by its name', async () => {
  const { verdict, reason } = await reportOf('resources: [a.yaml]\n', { path: 'deploy/kustomization.yaml' });
  assert.is(verdict, 'unknown');
  assert.match(reason, /a kustomization: render it first/);
});

test.run();
