import { createReadStream, openSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isImageDirectory } from '../../../src/image/archive/image-directory.ts';
import { judgeArchive } from '../../../src/image/archive/judge.ts';
import { judging } from '../../rules/around.ts';
import {
  archived,
  dockerSave,
  dockerSaveNew,
  type Files,
  json,
  ociLayout,
  sha256,
  skopeoArchive,
  type TestImage,
  withLinkedLayer,
  writeLayout,
} from '../../support/image.ts';
import { directory, program, tar } from '../../support/tar.ts';
import { zstdFrame } from '../../support/zstd.ts';
import {
  bad,
  badForArm,
  complaints,
  debian,
  good,
  image,
  inDirectory,
  judgeBytes,
  judgePath,
  sound,
  write,
} from './subject.ts';

const forms: Readonly<Record<string, (images: readonly TestImage[]) => Files>> = {
  'docker save before 25': dockerSave,
  'docker save since 25': dockerSaveNew,
  'skopeo docker-archive and podman save': skopeoArchive,
  'OCI layout': images => ociLayout(images),
};
const failing = image([program('app', bad)]);
const failures = ['fail cgo-enabled linux/amd64!/app', 'fail dynamic-linking linux/amd64!/app'];

for (const [name, form] of Object.entries(forms)) {
  test(`${name}: the same verdicts from a pipe, a file and a compressed file`, async () => {
    for (const [subject, expected] of [
      [sound, []],
      [failing, failures],
    ] as const) {
      const bytes = archived(form([subject]));
      for (const report of [
        await judgeBytes(bytes),
        await judgeBytes(gzipSync(bytes)),
        await judgeBytes(zstdFrame(bytes)),
      ]) {
        assert.equal(complaints(report), expected);
        assert.is(report.verdict, expected.length === 0 ? 'pass' : 'fail');
        assert.ok(report.findings.every(({ binary }) => binary === 'linux/amd64!/app'));
      }
      await inDirectory(async path => {
        assert.equal(complaints(await judgePath(write(path, 'image.tar', bytes))), expected);
      });
    }
  });

  test(`${name}: gzip (several members) and zstd layers are told by their first bytes`, async () => {
    for (const compress of [twoMembers, (layer: Buffer) => zstdFrame(layer), (layer: Buffer) => layer]) {
      const report = await judgeBytes(archived(form([{ ...sound, compress }])));
      assert.equal([report.verdict, complaints(report)], ['pass', []]);
    }
  });

  test(`${name}: every image counts`, async () => {
    const other = { ...failing, tag: 'other:1', workingDir: '/srv' };
    const report = await judgeBytes(archived(form([sound, other])));
    assert.equal([report.verdict, complaints(report)], ['fail', failures]);
  });
}

test('an OCI layout directory', async () => {
  await inDirectory(async path => {
    const report = await judgePath(writeLayout(ociLayout([sound]), path));
    assert.equal([report.verdict, complaints(report), report.path], ['pass', [], path]);
  });
});

test('directories that are images are told from others', async () => {
  const empty = Buffer.alloc(0);
  for (const [names, expected] of [
    [ociLayout([sound]), true],
    [dockerSave([sound]), true],
    [
      new Map([
        ['linux_amd64/app', empty],
        ['linux_arm_v7/app', empty],
      ]),
      true,
    ],
    [
      new Map([
        ['etc/passwd', empty],
        ['usr/bin/app', empty],
        ['bin/sh', empty],
      ]),
      true,
    ],
    [
      new Map([
        ['manifest.json', json({ name: 'a web application' })],
        ['docker/Dockerfile', empty],
      ]),
      false,
    ],
    [
      new Map([
        ['linux_amd64/app', empty],
        ['Dockerfile', empty],
      ]),
      false,
    ],
  ] as const)
    await inDirectory(async path => assert.is(isImageDirectory(writeLayout(new Map(names), path)), expected));
  await inDirectory(async path => assert.is(isImageDirectory(path), false));
});

test('a docker save that was unpacked', async () => {
  await inDirectory(async path => {
    const report = await judgePath(writeLayout(dockerSave([failing]), path));
    assert.equal(complaints(report), failures);
  });
});

test('manifests may stand before or after what they name', async () => {
  for (const files of [dockerSave([sound]), ociLayout([sound])]) {
    const report = await judgeBytes(archived(new Map([...files].reverse())));
    assert.is(report.verdict, 'pass');
  }
});

test('a layer that is a link to another one (old docker save)', async () => {
  const files = dockerSave([sound]);
  const [layer] = [...files.keys()].filter(path => path.endsWith('/layer.tar'));
  const manifest = JSON.parse(String(files.get('manifest.json')));
  manifest[0].Layers[0] = 'ab/layer.tar';
  files.set('manifest.json', json(manifest));
  const report = await judgeBytes(withLinkedLayer(files, 'ab/layer.tar', `../${layer}`));
  assert.equal([report.verdict, complaints(report)], ['pass', []]);
});

test('every platform is judged and named; --platform takes one', async () => {
  const arm = { ...image([program('app', badForArm)]), platform: 'linux/arm64/v8' };
  const bytes = archived(ociLayout([sound, arm]));
  const expected = failures.map(each => each.replace('linux/amd64', 'linux/arm64'));
  assert.equal(complaints(await judgeBytes(bytes)), expected);
  assert.equal(complaints(await judgeBytes(bytes, { platform: 'linux/arm64' })), expected);
  assert.is((await judgeBytes(bytes, { platform: 'linux/amd64' })).verdict, 'pass');
  const none = await judgeBytes(bytes, { platform: 'linux/s390x' });
  assert.equal(
    [none.verdict, none.reason],
    ['unknown', 'no image for linux/s390x (there is linux/amd64, linux/arm64)'],
  );
});

test('a program of another architecture than its image is no pass', async () => {
  for (const [platform, items, words] of [
    ['linux/arm64', [program('app', good)], '/app is a program for amd64, in an image for linux/arm64'],
    ['linux/amd64', [program('app', badForArm)], '/app is a program for arm64, in an image for linux/amd64'],
  ] as const)
    for (const form of [dockerSave, ociLayout]) {
      const { verdict, findings } = await judgeBytes(archived(form([{ ...image(items), platform }])));
      assert.not.equal(verdict, 'pass');
      assert.is(findings.find(({ rule }) => rule === 'readable')?.message, words);
    }
  const spelled = image([program('app', good)], { platform: 'linux/x86_64' });
  assert.is((await judgeBytes(archived(dockerSave([spelled])))).verdict, 'pass');
});

test('a bad blob of another platform does not matter to the one that is asked for', async () => {
  const files = ociLayout([sound, { ...failing, platform: 'linux/arm64' }]);
  const app = gzipSync(failing.layers[1] ?? Buffer.alloc(0));
  assert.ok(files.delete(`blobs/sha256/${sha256(app)}`));
  assert.is((await judgeBytes(archived(files), { platform: 'linux/amd64' })).verdict, 'pass');
  const report = await judgeBytes(archived(files));
  assert.equal(complaints(report), ['unknown readable linux/arm64!/']);
  assert.match(report.findings.at(-1)?.message ?? '', `blobs/sha256/${sha256(app)}: not in the archive`);
});

test('attestations, signatures and images for Windows are no images', async () => {
  const statement = json({ _type: 'https://in-toto.io/Statement/v1', config: {}, layers: 'none' });
  const attestation = json({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${sha256('{}')}`, size: 2 },
    layers: [
      { mediaType: 'application/vnd.in-toto+json', digest: `sha256:${sha256(statement)}`, size: statement.length },
    ],
  });
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const described = (bytes: Buffer, more: object) => ({
    mediaType: type,
    digest: `sha256:${sha256(bytes)}`,
    size: bytes.length,
    ...more,
  });
  const unknown = { os: 'unknown', architecture: 'unknown' };
  const files = ociLayout(
    [sound],
    [
      described(attestation, {
        platform: unknown,
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      }),
      described(attestation, { artifactType: 'application/vnd.docker.attestation.manifest.v1+json' }),
      described(attestation, {}),
      described(Buffer.from('x'), { platform: { os: 'windows', architecture: 'amd64' } }),
    ],
  );
  for (const blob of [statement, attestation, Buffer.from('{}')]) files.set(`blobs/sha256/${sha256(blob)}`, blob);
  const report = await judgeBytes(archived(files));
  assert.equal([report.verdict, complaints(report)], ['pass', []]);
});

test('docker save since 25 names platforms that it does not hold', async () => {
  const arm = { ...failing, platform: 'linux/arm64' };
  const files = ociLayout([sound, arm]);
  const amd = dockerSaveNew([sound]);
  for (const [path, bytes] of amd) if (path !== 'index.json') files.set(path, bytes);
  const { manifests } = JSON.parse(String(files.get('index.json')));
  const index = JSON.parse(String(files.get(`blobs/${manifests[0].digest.replace(':', '/')}`)));
  files.delete(`blobs/${index.manifests[1].digest.replace(':', '/')}`);
  const report = await judgeBytes(archived(files));
  assert.equal([report.verdict, complaints(report)], ['pass', []]);
});

test('a root file system: docker export, buildx type=tar and type=local', async () => {
  const items = [...debian, program('app', good), program('tool', bad)];
  const expected = ['fail cgo-enabled linux/amd64!/tool', 'fail dynamic-linking linux/amd64!/tool'];
  const report = await judgeBytes(tar(items));
  assert.equal(complaints(report), expected);
  assert.ok(report.findings.some(({ binary }) => binary === 'linux/amd64!/app'));
  await inDirectory(async path => {
    const root = writeLayout(
      new Map([
        ['app', good],
        ['sub/tool', bad],
      ]),
      path,
    );
    assert.ok(complaints(await judgePath(root)).includes('fail dynamic-linking linux/amd64!/sub/tool'));
  });
});

test('buildx writes a directory for each of several platforms', async () => {
  const below = (name: string) => debian.map(item => ({ ...item, name: `${name}/${item.name}` }));
  const report = await judgeBytes(
    tar([
      directory('linux_amd64'),
      ...below('linux_amd64'),
      program('linux_amd64/app', good),
      program('linux_arm64/app', badForArm),
    ]),
  );
  assert.equal(
    complaints(report).filter(each => !each.includes('libc-in-image')),
    ['fail cgo-enabled linux/arm64!/app', 'fail dynamic-linking linux/arm64!/app'],
  );
});

test('standard input that is a file', async () => {
  await inDirectory(async path => {
    const stream = createReadStream('', { fd: openSync(write(path, 'image.tar', archived(ociLayout([sound]))), 'r') });
    const report = await judgeArchive('-', { platform: null, all: false, around: judging() }, stream);
    assert.equal([report.path, report.verdict], ['-', 'pass']);
  });
});

test('progress tells bytes and the size of a file', async () => {
  await inDirectory(async path => {
    const bytes = archived(ociLayout([sound]));
    const seen: (readonly [number, number | null])[] = [];
    await judgePath(write(path, 'image.tar', bytes), { progress: (done, total) => seen.push([done, total]) });
    assert.equal(seen.at(-1), [bytes.length, bytes.length]);
    const piped: (number | null)[] = [];
    await judgeBytes(bytes, { progress: (_, total) => piped.push(total) });
    assert.ok(piped.length > 0 && piped.every(total => total === null));
  });
});

function twoMembers(layer: Buffer): Buffer {
  const half = layer.length >> 1;
  return Buffer.concat([gzipSync(layer.subarray(0, half)), gzipSync(layer.subarray(half))]);
}

test.run();
