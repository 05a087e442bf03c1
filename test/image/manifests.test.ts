// compose files and Kubernetes manifests: who may be traced, what starts `go run`, what leads to a Dockerfile.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inDirectory } from '../commands/goshim.ts';
import { type Asked, context, reportOf, reportsOf } from './checked.ts';

const asked: Asked = { profile: 'oneagent-static', path: 'compose.yaml' };

/** The verdicts on sys-ptrace, passes included, in the order of the containers. */
async function traced(text: string, more: Asked = {}): Promise<string[]> {
  const { findings } = await reportOf(text, { ...asked, ...more });
  return findings.filter(({ rule }) => rule === 'sys-ptrace').map(({ verdict }) => verdict);
}

function pod(container: string, more = ''): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n${more}  containers:\n  - name: c\n    image: a\n${container}`;
}

const security = (text: string): string => `    securityContext: ${text}\n`;

const vectors: readonly (readonly [string, string, readonly string[]])[] = [
  ['the capability', 'services: {web: {image: a, cap_add: [SYS_PTRACE]}}', ['pass']],
  ['the capability with its prefix', 'services: {web: {image: a, cap_add: [CAP_SYS_PTRACE]}}', ['pass']],
  ['the capability in small letters', 'services: {web: {image: a, cap_add: [sys_ptrace]}}', ['pass']],
  ['all capabilities', 'services: {web: {image: a, cap_add: [ALL]}}', ['pass']],
  ['privileged', 'services: {web: {image: a, privileged: true}}', ['pass']],
  ['nothing said', 'services: {web: {image: a}}', ['unknown']],
  ['all dropped', 'services: {web: {image: a, cap_drop: [ALL]}}', ['unknown']],
  ['dropped and given', 'services: {web: {image: a, cap_drop: [ALL], cap_add: [SYS_PTRACE]}}', ['pass']],
  ['all but this one', 'services: {web: {image: a, cap_add: [ALL], cap_drop: [CAP_SYS_PTRACE]}}', ['unknown']],
  ['all but who knows what', 'services: {web: {image: a, cap_add: [ALL], cap_drop: ["$' + '{X}"]}}', ['unknown']],
  ['Docker adds last', 'services: {web: {image: a, cap_add: [SYS_PTRACE], cap_drop: [SYS_PTRACE]}}', ['pass']],
  ['a Pod with all but this one', pod(security('{capabilities: {add: ["ALL"], drop: ["SYS_PTRACE"]}}')), ['unknown']],
  ['Kubernetes drops last', pod(security('{capabilities: {add: ["SYS_PTRACE"], drop: ["SYS_PTRACE"]}}')), ['unknown']],
  ['a variable', 'services: {web: {image: a, cap_add: ["$' + '{CAPS}"]}}', ['unknown']],
  ['a merge key', 'x: &common {cap_add: [SYS_PTRACE]}\nservices:\n  web:\n    <<: *common\n    image: a\n', ['pass']],
  [
    'an explicit key replaces the merged one',
    'x: &common {cap_add: [SYS_PTRACE]}\nservices:\n  web:\n    <<: *common\n    cap_add: []\n',
    ['unknown'],
  ],
  [
    'extends in the same file',
    'services:\n  base: {image: a, cap_add: [SYS_PTRACE]}\n  web: {extends: base}\n',
    ['pass', 'pass'],
  ],
  ['__proto__ is data', 'services: {web: {image: a, __proto__: {privileged: true}}}', ['unknown']],
  ['a service called __proto__', 'services: {__proto__: {image: a, cap_add: [SYS_PTRACE]}}', ['pass']],
  ['a Pod with the capability', pod(security('{capabilities: {add: ["SYS_PTRACE"]}}')), ['pass']],
  ['a privileged Pod', pod(security('{privileged: true}')), ['pass']],
  ['Kubernetes names have no CAP_', pod(security('{capabilities: {add: ["CAP_SYS_PTRACE"]}}')), ['unknown']],
  [
    'a hardened Pod',
    pod(
      security(
        '{capabilities: {drop: ["ALL"]}, allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}}',
      ),
    ),
    ['unknown'],
  ],
  [
    'capabilities of the pod count for nothing',
    pod('', '  securityContext: {capabilities: {add: [SYS_PTRACE]}}\n'),
    ['unknown'],
  ],
  [
    'Pod Security refuses it',
    `apiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: {pod-security.kubernetes.io/enforce: restricted}}\n---\n${pod(
      security('{capabilities: {add: ["SYS_PTRACE"]}}'),
    ).replace('{name: p}', '{name: p, namespace: n}')}`,
    ['fail'],
  ],
  [
    'another namespace is no matter',
    `apiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: {pod-security.kubernetes.io/enforce: restricted}}\n---\n${pod(
      security('{capabilities: {add: ["SYS_PTRACE"]}}'),
    ).replace('{name: p}', '{name: p, namespace: other}')}`,
    ['pass'],
  ],
  [
    'warn lets it in',
    `apiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: {pod-security.kubernetes.io/warn: restricted}}\n---\n${pod(
      security('{capabilities: {add: ["SYS_PTRACE"]}}'),
    ).replace('{name: p}', '{name: p, namespace: n}')}`,
    ['pass'],
  ],
];

const tagged: readonly (readonly [string, string, readonly string[]])[] = [
  ['!reset takes the key away', 'services: {web: {image: a, cap_add: !reset [SYS_PTRACE]}}', ['unknown']],
  ['!reset of one item', 'services: {web: {image: a, cap_add: [NET_ADMIN, !reset SYS_PTRACE]}}', ['unknown']],
  ['!reset behind an alias', 'x: &c !reset [SYS_PTRACE]\nservices: {web: {image: a, cap_add: *c}}', ['unknown']],
  ['!override as it stands', 'services: {web: {image: a, cap_add: !override [SYS_PTRACE]}}', ['pass']],
  [
    '!reset takes away what is extended',
    'services:\n  base: {image: a, cap_add: [SYS_PTRACE]}\n  web: {extends: base, cap_add: !reset []}\n',
    ['pass', 'unknown'],
  ],
  [
    '!override replaces what is extended',
    'services:\n  base: {image: a, cap_add: [SYS_PTRACE]}\n  web: {extends: base, cap_add: !override [NET_ADMIN]}\n',
    ['pass', 'unknown'],
  ],
  ['a service that is reset is none', 'services: {web: !reset {image: a}, db: {image: b}}', ['unknown']],
  [
    '!override of extends',
    'services:\n  base: {image: a, privileged: true}\n  web: !override {extends: !override base}\n',
    ['pass', 'pass'],
  ],
  [
    'what the base resets is not inherited',
    'services:\n  base: {image: a, cap_add: !reset [SYS_PTRACE]}\n  web: {extends: {service: base}}\n',
    ['unknown', 'unknown'],
  ],
];

for (const [name, text, expected] of [...vectors, ...tagged])
  test(`sys-ptrace: ${name}`, async () => {
    assert.equal(await traced(text), expected);
  });

test('extends that compose refuses, or that leads to another file, is no pass', async () => {
  for (const [services, expected] of [
    [
      '{a: {extends: {service: b}, image: x}, b: {extends: {service: a}, image: y, cap_add: [SYS_PTRACE]}}',
      /^service a: it extends itself in a circle \(a → b → a\)/,
    ],
    ['{a: {extends: a, image: x, cap_add: [SYS_PTRACE]}}', /^service a: it extends itself in a circle \(a → a\)/],
    [
      '{a: {extends: {service: nosuch}, image: x, cap_add: [SYS_PTRACE]}}',
      /^service a: it extends nosuch, and there is no/,
    ],
    [
      '{a: {extends: {file: b.yaml, service: web}, cap_add: [SYS_PTRACE]}}',
      /^service a: it extends web of b\.yaml, which is not/,
    ],
    ['{a: {extends: {}, image: x, privileged: true}}', /^service a: extends names no service/],
    [
      '{a: {extends: b, privileged: true}, b: {extends: {file: c.yaml, service: web}}}',
      /^service a: it extends web of c\.yaml/,
    ],
  ] as const)
    for (const profile of ['oneagent', 'oneagent-static']) {
      const { verdict, findings } = await reportOf(`services: ${services}`, { ...asked, profile });
      assert.is(verdict, 'unknown', services);
      assert.match(findings[0]?.message ?? '', expected);
      assert.ok(findings.every(each => each.verdict === 'unknown'));
    }
});

test('sys-ptrace is no matter without static monitoring', async () => {
  const { findings, verdict } = await reportOf('services: {web: {image: a}}', { path: 'c.yaml' });
  assert.equal([findings, verdict], [[], 'pass']);
});

test('every kind of workload, in Lists too', async () => {
  const template = 'template: {spec: {containers: [{name: c, image: a}]}}';
  const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'].map(
    kind => `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: x}\nspec: {${template}}\n`,
  );
  kinds.push(`apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: x}\nspec: {jobTemplate: {spec: {${template}}}}\n`);
  kinds.push(
    `apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, spec: {containers: [{name: a}, {name: b}]}}]\n`,
  );
  kinds.push(`apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {${template}}\n`);
  assert.equal(await traced(kinds.join('---\n')), Array(9).fill('unknown'));
});

test('lists of one kind as the API server gives them, whose items do not say it again', async () => {
  const spec = '{containers: [{name: c, image: a, securityContext: {privileged: true}}]}';
  const list = (kind: string, inner: string): string =>
    `{apiVersion: v1, kind: ${kind}, items: [{metadata: {name: x}, spec: ${inner}}]}`;
  assert.equal(await traced(list('PodList', spec)), ['pass']);
  assert.equal(await traced(list('DeploymentList', `{template: {spec: ${spec}}}`)), ['pass']);
  assert.equal(await traced(list('CronJobList', `{jobTemplate: {spec: {template: {spec: ${spec}}}}}`)), ['pass']);
  let nested = list('PodList', '{containers: [{name: c, image: a}]}');
  for (let depth = 0; depth < 8; depth++) nested = `{apiVersion: v1, kind: List, items: [${nested}]}`;
  assert.equal(await traced(nested), ['unknown']);
});

test('what a compose file includes is not read, and that is said', async () => {
  for (const [text, expected] of [
    [
      'include: [other.yaml]\nservices: {}\n',
      ['@1 the services of the included other.yaml are not read: check that file too'],
    ],
    [
      'services: {web: {image: a}}\ninclude:\n  - path: [a.yaml, b.yaml]\n  - c.yaml\n',
      [
        '@3 the services of the included a.yaml, b.yaml are not read: check that file too',
        '@4 the services of the included c.yaml are not read: check that file too',
      ],
    ],
    ['services: {}\n', ['@1 there is no service in services']],
  ] as const) {
    const { verdict, findings } = await reportOf(text, { path: 'c.yaml' });
    assert.is(verdict, 'unknown');
    assert.equal(
      findings.map(({ line, message }) => `@${line} ${message}`),
      expected,
    );
  }
});

test('without a seccomp filter nothing is said about the default profile', async () => {
  const said = async (text: string): Promise<void> => {
    const { verdict, findings } = await reportOf(text, asked);
    assert.is(verdict, 'unknown');
    assert.match(findings[0]?.message ?? '', /unconfined by seccomp/);
    assert.not.match(findings[0]?.message ?? '', /default/);
  };
  for (const option of ['seccomp=unconfined', 'seccomp:unconfined'])
    for (const more of ['', ', cap_drop: [ALL]'])
      await said(`services: {web: {image: a, security_opt: ["${option}"]${more}}}`);
  await said(pod(security('{seccompProfile: {type: Unconfined}}')));
});

test('the line is inside the block of the container', async () => {
  const text = 'services:\n  a:\n    image: a\n  b:\n    image: b\n    cap_drop:\n      - ALL\n';
  const { findings } = await reportOf(text, asked);
  assert.equal(
    findings.map(({ line }) => line),
    [2, 4],
  );
  const { findings: pods } = await reportOf(pod(security('{privileged: false}')), asked);
  assert.equal(
    pods.map(({ line }) => line),
    [6],
  );
  assert.ok(pods.every(({ message, fix }) => message !== '' && fix !== ''));
});

test('a seccomp profile is read', () =>
  inDirectory(async directory => {
    const compose = (file: string): string => `services: {web: {image: a, security_opt: ["seccomp:${file}"]}}`;
    const profile = (text: string): Promise<string> => {
      writeFileSync(join(directory, 'p.json'), text);
      return verdict('./p.json');
    };
    const verdict = async (file: string): Promise<string> => {
      const { checkText } = await import('../../src/image/check-text.ts');
      const { loadProfile } = await import('../../src/profiles.ts');
      const [report] = await checkText(
        { path: 'c.yaml', text: compose(file), directory },
        {
          ...{
            buildArgs: new Map(),
            contexts: new Map(),
            platform: null,
            target: null,
            agentVersion: null,
            context: null,
          },
          profile: loadProfile('oneagent-static', '/'),
        },
      );
      return report?.findings[0]?.verdict ?? '';
    };
    assert.is(
      await profile('{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}'),
      'fail',
    );
    assert.is(
      await profile('{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["ptrace"],"action":"SCMP_ACT_ERRNO"}]}'),
      'fail',
    );
    assert.is(
      await profile(
        '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["ptrace"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_PTRACE"]}}]}',
      ),
      'fail',
    );
    assert.is(
      await profile(
        '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["ptrace"],"action":"SCMP_ACT_ALLOW","includes":{"minKernel":"4.8"}}]}',
      ),
      'pass',
    );
    assert.is(await profile('{"defaultAction":'), 'unknown');
    assert.is(await profile('[]'), 'unknown');
    assert.is(await verdict('./missing.json'), 'unknown');
  }));

test('go run as a command', async () => {
  const found = async (text: string): Promise<string[]> => {
    const { findings } = await reportOf(text, { path: 'c.yaml' });
    return findings.map(({ rule, verdict, line }) => `${rule} ${verdict} @${line}`);
  };
  assert.equal(await found('services:\n  web:\n    image: a\n    command: go run .\n'), ['no-go-run fail @4']);
  assert.equal(await found('services:\n  web:\n    image: a\n    entrypoint: ["sh", "-c", "exec go run ./cmd"]\n'), [
    'no-go-run fail @4',
  ]);
  assert.equal(await found('services:\n  web:\n    image: a\n    command: [air]\n'), []);
  assert.equal(await found(pod('    command: ["go"]\n    args: ["run", "."]\n')), ['no-go-run fail @8']);
  assert.equal(await found('services:\n  web:\n    image: a\n    command: go test ./...\n'), []);
});

test('what a command builds before it starts it is judged', async () => {
  const found = async (text: string): Promise<string[]> => {
    const { findings } = await reportOf(text, { path: 'c.yaml' });
    return findings.map(({ rule, verdict, line }) => `${rule} ${verdict} @${line}`);
  };
  const golang = (command: string): string =>
    pod(`    command: [sh, -c, "${command}"]\n`).replace('image: a', 'image: golang:1.22');
  const compose = (more: string): string => `services:\n  web:\n    image: golang:1.22\n${more}`;
  const off = (line: number): string[] => [`cgo-enabled fail @${line}`, `dynamic-linking fail @${line}`];
  assert.equal(await found(golang('CGO_ENABLED=0 go build -o /x . && /x')), off(8));
  assert.equal(await found(golang('cd /src && CGO_ENABLED=0 go build -o app . && exec ./app')), off(8));
  assert.equal(await found(`${golang('go build -o /x . && /x')}    env: [{name: CGO_ENABLED, value: "0"}]\n`), off(8));
  assert.equal(await found(compose('    command: sh -c "CGO_ENABLED=0 go build -o /x . && /x"\n')), off(4));
  assert.equal(
    await found(
      compose('    entrypoint: [sh, -c]\n    command: ["go build -o /x . && /x"]\n    environment: [CGO_ENABLED=0]\n'),
    ),
    off(5),
  );
  // Where PATH leads in such an image is not known.
  assert.equal(
    await found('services:\n  web:\n    image: a\n    command: sh -c "CGO_ENABLED=0 go install . && app"\n'),
    ['readable unknown @4'],
  );
  assert.equal(await found(golang('go build ./... && go vet ./...')), []);
  assert.equal(await found(golang('echo go build')), []);
  const { findings } = await reportOf(golang('CGO_ENABLED=0 go build -o /x . && /x'), { path: 'c.yaml' });
  assert.match(findings[0]?.message ?? '', /^CGO_ENABLED=0 \(assignment\): /);
});

test('a build section leads to its Dockerfile', async () => {
  mkdirSync(join(context, 'svc'), { recursive: true });
  const dockerfile =
    'ARG CGO=1\nFROM golang:1.22-bookworm AS one\nARG CGO\nENV CGO_ENABLED=$CGO\nRUN go build -ldflags=-linkmode=external -o /app .\nCMD ["/app"]\nFROM scratch AS two\n';
  writeFileSync(join(context, 'svc/Dockerfile.web'), dockerfile);
  const text =
    'services:\n  web:\n    build: {context: ./svc, dockerfile: Dockerfile.web, target: one, args: {CGO: "0"}}\n  none:\n    build: ./missing\n';
  const reports = await reportsOf(text, { path: 'deploy/c.yaml' });
  assert.equal(
    reports.map(({ path, verdict }) => [path, verdict]),
    [
      ['deploy/c.yaml', 'unknown'],
      ['deploy/svc/Dockerfile.web', 'fail'],
    ],
  );
  assert.match(reports[0]?.findings[0]?.message ?? '', /missing\/Dockerfile: there is no such file/);
  assert.ok(reports[1]?.findings.some(({ rule }) => rule === 'cgo-enabled'));
});

test('an inline Dockerfile is judged at its service', async () => {
  const text =
    'services:\n  web:\n    build:\n      dockerfile_inline: |\n        FROM golang:1.22\n        RUN CGO_ENABLED=0 go build -o /app .\n        CMD ["/app"]\n';
  const { findings } = await reportOf(text, { path: 'c.yaml' });
  assert.equal(
    findings.map(({ rule, line }) => `${rule} @${line}`),
    ['cgo-enabled @3', 'dynamic-linking @3'],
  );
});

test('templates are said to be unreadable before they are rendered', async () => {
  for (const text of [
    'apiVersion: v1\nkind: Pod\nspec:\n{{- range .Values.x }}\n  containers: []\n{{- end }}\n',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n',
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n',
  ]) {
    const { verdict, reason } = await reportOf(text, asked);
    assert.is(verdict, 'unknown');
    assert.match(reason, /render it first/);
  }
});

test('broken YAML says what and where, and never passes', async () => {
  for (const [text, expected] of [
    ['services:\n\tweb: {}\n', /^line 2: /],
    ['services:\n  web: {image: a\n', /^line \d: /],
    ['services:\n  web: *nothing\n', /^line 2: unknown alias \*nothing/],
    ['services:\n  web: {}\n  web: {}\n', /^line 3: the key web stands twice/],
    ['', /^empty$/],
    ['# nothing\n', /./],
    ['just words\n', /neither/],
    ['a: 1\n', /neither/],
  ] as const) {
    const { verdict, reason } = await reportOf(text, asked);
    assert.is(verdict, 'unknown', text);
    assert.match(reason, expected);
    assert.not.match(reason, /\n/);
  }
});

test('wrong types are broken too', async () => {
  for (const text of [
    'services: []',
    'services: {web: []}',
    'services: {web: {cap_add: SYS_PTRACE}}',
    'services: {web: {privileged: [true]}}',
    'apiVersion: v1\nkind: Pod\nspec: []\n',
    'apiVersion: v1\nkind: Pod\nspec: {containers: {}}\n',
    pod(security('[]')),
    pod(security('{capabilities: {add: SYS_PTRACE}}')),
  ]) {
    const { verdict } = await reportOf(text, asked);
    assert.is(verdict, 'unknown', text);
  }
});

test('a comment accepts', async () => {
  const text =
    'services:\n  # goshim ignore=sys-ptrace # traced elsewhere\n  web:\n    image: a\n  db:\n    image: b\n';
  const { findings } = await reportOf(text, asked);
  assert.equal(
    findings.map(({ accepted }) => accepted?.reason ?? ''),
    ['traced elsewhere', ''],
  );
});

test('objects without containers are none of ours', async () => {
  const { verdict } = await reportOf('apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n', asked);
  assert.is(verdict, 'not-go');
});

test('what a compose service starts instead of CMD is what counts', () =>
  inDirectory(async directory => {
    const dockerfile =
      'FROM golang:1.22-bookworm AS build\nRUN go build -ldflags=-linkmode=external -o /app .\nFROM debian:bookworm-slim\nCOPY --from=build /app /app\nCOPY prebuilt /usr/local/bin/other\nCMD ["/app"]\n';
    writeFileSync(join(directory, 'Dockerfile'), dockerfile);
    const verdicts = async (service: string): Promise<string[]> =>
      (await reportsOf(`services:\n  web:\n    build: .\n${service}`, { path: 'compose.yaml', directory })).map(
        ({ verdict }) => verdict,
      );
    assert.equal(await verdicts(''), ['pass', 'pass']);
    assert.equal(await verdicts('    command: /app serve\n'), ['pass', 'pass']);
    assert.equal(await verdicts('    command: [other]\n'), ['pass', 'unknown']);
    assert.equal(await verdicts('    entrypoint: /usr/local/bin/other -v\n'), ['pass', 'unknown']);
    assert.equal(await verdicts('    command: $' + '{START}\n'), ['unknown', 'pass']);
    assert.equal(await verdicts('  job:\n    build: .\n    command: other\n'), ['pass', 'unknown']);
  }));

test('a service that starts another program than its Dockerfile makes, or has a volume over it, is no pass', () =>
  inDirectory(async directory => {
    const dockerfile =
      'FROM golang:1.22-bookworm AS build\nRUN go build -ldflags=-linkmode=external -o /app/bin/x .\nFROM debian:bookworm-slim\nCOPY --from=build /app/bin/x /app/bin/x\n';
    writeFileSync(join(directory, 'Dockerfile'), `${dockerfile}CMD ["/app/bin/x"]\n`);
    writeFileSync(join(directory, 'docker-entrypoint.sh'), '#!/bin/sh\nexec "$@"\n');
    writeFileSync(
      join(directory, 'Scripted'),
      `${dockerfile}COPY docker-entrypoint.sh /\nENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["/app/bin/x"]\n`,
    );
    writeFileSync(join(directory, 'Dev'), 'FROM golang:1.22-bookworm\nWORKDIR /src\nCOPY . .\n');
    writeFileSync(join(directory, 'Other'), 'FROM python:3.12\nCOPY . .\n');
    const found = async (service: string, file = 'Dockerfile'): Promise<string[]> => {
      const text = `services:\n  web:\n    build: {context: ., dockerfile: ${file}}\n${service}`;
      const [report] = await reportsOf(text, { path: 'compose.yaml', directory });
      assert.is(report?.verdict, report?.findings.length === 0 ? 'pass' : 'unknown');
      return (report?.findings ?? []).map(({ message }) => message);
    };
    for (const command of ['air', '[air, -c, x.toml]', 'sh -c "sleep 1; exec air"', '/usr/local/bin/air', 'make run'])
      assert.match(
        (await found(`    command: ${command}\n`)).join(),
        /^service web: it starts (\/usr\/local\/bin\/)?(air|make), which Dockerfile does not/,
      );
    const builds = '    command: sh -c "go build -ldflags=-linkmode=external -o /x . && /x"\n';
    assert.equal(await found(builds, 'Dev'), []);
    assert.match(
      (await found(`${builds}    environment: {CGO_ENABLED: 0}\n`, 'Dev')).join(),
      /from CGO_ENABLED of its/,
    );
    assert.match((await found('    entrypoint: [reflex, -s]\n')).join(), /it starts reflex, which/);
    assert.match(
      (await found('    command: air\n', 'Scripted')).join(),
      /its entrypoint is given air, which Scripted does not/,
    );
    assert.match((await found('    command: air\n', 'Dev')).join(), /it starts air, which Dev does not/);
    for (const command of [
      '/app/bin/x serve',
      'sleep infinity',
      'sh -c "sleep 1; /app/bin/x"',
      'tail -f /dev/null',
      '[bash]',
    ])
      assert.equal(await found(`    command: ${command}\n`), [], command);
    assert.equal(await found('    command: /app/bin/x serve\n', 'Scripted'), []);
    assert.equal(await found('    command: gunicorn app\n    volumes: ["./bin:/app"]\n', 'Other'), []);
    for (const volume of [
      './bin:/app',
      './app:/app/bin/x',
      './bin:/app/bin/:ro',
      'data:/app',
      '$' + '{BIN:-./bin}:/app',
      'C:\\x:/app',
    ])
      assert.match(
        (await found(`    volumes: ['${volume}']\n`)).join(),
        /^service web: the volume .* is laid over \/app\/bin\/x/,
        volume,
      );
    assert.match(
      (await found('    volumes: [{type: bind, source: ./bin, target: /app/bin}]\n')).join(),
      /the volume \.\/bin:\/app\/bin is/,
    );
    assert.match((await found('    tmpfs: /app\n')).join(), /the volume tmpfs \/app is/);
    assert.match((await found("    volumes: ['./bin:$" + "{WHERE}']\n")).join(), /may be laid over/);
    for (const volume of ['./data:/data', './app2:/app2', '/app/bin', './c.yaml:/app/bin/c.yaml'])
      assert.equal(await found(`    volumes: ['${volume}']\n`), [], volume);
  }));

test.run();
