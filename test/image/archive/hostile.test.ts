// @slow
// Truncated, lying and hostile archives: one line that names what and where, never a pass, within 10 s and 400 MB.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execaSync } from 'execa';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeArchive } from '../../../src/image/archive/judge.ts';
import { checkPath } from '../../../src/image/check-path.ts';
import type { FileReport } from '../../../src/rules/finding.ts';
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
} from '../../support/image.ts';
import { need } from '../../support/need.ts';
import {
  directory,
  entry,
  file,
  hardLink,
  paxRecords,
  program,
  symlink,
  type TarItem,
  tar,
} from '../../support/tar.ts';
import { zstdFrame } from '../../support/zstd.ts';
import { bad, debian, good, image, inDirectory, judgeBytes, judgePath, sound, write } from './subject.ts';

const forms = {
  dockerSave,
  dockerSaveNew,
  skopeoArchive,
  ociLayout: (images: readonly TestImage[]) => ociLayout(images),
};

/** What is said about an archive that must not pass, all in one text. */
function refusal(report: FileReport): string {
  assert.ok(report.verdict === 'unknown' || report.verdict === 'fail' || report.verdict === 'not-go', report.verdict);
  const said = [report.reason, ...report.findings.map(({ message }) => message)].filter(each => each !== '');
  for (const each of said) assert.ok(!each.includes('\n') && each.length < 600, each);
  return said.join(' | ');
}

/** Judges an image whose second layer holds these entries. */
async function withEntries(items: readonly TarItem[]): Promise<string> {
  return refusal(await judgeBytes(archived(dockerSave([image(items)]))));
}

/** Judges an image whose second layer is these bytes, whatever they are. */
async function withLayer(
  layer: Buffer,
  form: (images: readonly TestImage[]) => Files = dockerSave,
): Promise<FileReport> {
  return judgeBytes(archived(form([{ ...sound, layers: [tar(debian), layer], compress: each => each }])));
}

for (const [name, form] of Object.entries(forms)) {
  const files = form([sound]);
  const bytes = archived(files);

  test(`${name}: cut off anywhere`, async () => {
    const ends = [0, 1, 100, 511, 512, 513, 1024, bytes.length - 1025, bytes.length - 1500, bytes.length - 3000];
    for (let index = 1; index < 12; index++) ends.push(Math.floor((bytes.length * index) / 12));
    for (const end of ends) refusal(await judgeBytes(bytes.subarray(0, end)));
    const compressed = gzipSync(bytes);
    refusal(await judgeBytes(compressed.subarray(0, compressed.length >> 1)));
    refusal(await judgeBytes(compressed.subarray(0, compressed.length - 9)));
  });

  test(`${name}: whatever is missing, it is named`, async () => {
    for (const path of files.keys()) {
      if (path === 'oci-layout' || (name === 'dockerSaveNew' && !path.startsWith('blobs/'))) continue;
      const without = new Map(files);
      without.delete(path);
      const said = refusal(await judgeBytes(archived(without)));
      if (path.startsWith('blobs/') || path.endsWith('.tar')) assert.match(said, `${path}: not in the archive`);
    }
  });

  test(`${name}: a changed byte in any blob`, async () => {
    for (const [path, blob] of files) {
      if (path === 'oci-layout' || path === 'manifest.json' || path === 'index.json') continue;
      for (const at of [0, blob.length >> 1, blob.length - 1]) {
        const changed = Buffer.from(blob);
        changed[at] = (changed[at] ?? 0) ^ 0x01;
        refusal(await judgeBytes(archived(new Map(files).set(path, changed))));
      }
    }
  });
}

test('a digest mismatch names the blob', async () => {
  const files = ociLayout([sound]);
  const [path = '', blob = Buffer.alloc(0)] = [...files].find(([, bytes]) => bytes.includes('"rootfs"')) ?? [];
  files.set(path, Buffer.from(String(blob).replace('COPY', 'COPE')));
  assert.match(refusal(await judgeBytes(archived(files))), new RegExp(`${path}: digest mismatch`));
});

/** The archive with one manifest written anew, and everything that names it. */
function withManifest(files: Files, edit: (manifest: string) => string): Files {
  const changed = new Map(files);
  const [path = '', blob = Buffer.alloc(0)] = [...files].find(([, bytes]) => bytes.includes('"layers":')) ?? [];
  const next = Buffer.from(edit(String(blob)));
  changed.delete(path);
  changed.set(`blobs/sha256/${sha256(next)}`, next);
  const index = JSON.parse(String(files.get('index.json')));
  Object.assign(index.manifests[0], { digest: `sha256:${sha256(next)}`, size: next.length });
  return changed.set('index.json', json(index));
}

test('a size that is not that of the blob', async () => {
  const files = ociLayout([sound]);
  const longer = withManifest(files, text => {
    const manifest = JSON.parse(text);
    manifest.layers[0].size += 1;
    return JSON.stringify(manifest);
  });
  assert.match(refusal(await judgeBytes(archived(longer))), /blobs\/sha256\/\w+: \d+ bytes are said, there are \d+/);
  assert.is((await judgeBytes(archived(withManifest(files, text => text)))).verdict, 'pass');
});

test('an image whose layers have a media type of their own is an image', async () => {
  const own = withManifest(ociLayout([{ ...sound, layers: [...sound.layers].reverse() }]), text =>
    text.replaceAll('application/vnd.oci.image.layer.v1.tar+gzip', 'application/x-own'),
  );
  const { verdict, reason } = await judgeBytes(archived(own));
  assert.is.not(reason, 'the archive holds no image');
  assert.is.not(verdict, 'not-go');
});

test('a layer that is not what the configuration says', async () => {
  const wrong = (config: Record<string, unknown>) => ({ ...config, rootfs: { diff_ids: ['sha256:00', 'sha256:11'] } });
  assert.match(refusal(await judgeBytes(archived(dockerSave([{ ...sound, config: wrong }])))), /its tar is sha256:/);
  const fewer = (config: Record<string, unknown>) => ({ ...config, rootfs: { diff_ids: [] } });
  assert.match(
    refusal(await judgeBytes(archived(dockerSave([{ ...sound, config: fewer }])))),
    /0 diff_ids for 2 layers/,
  );
});

test('zstd without a digest to hold it against', async () => {
  const config = ({ rootfs: _, ...rest }: Record<string, unknown>) => rest;
  const report = await judgeBytes(archived(dockerSave([{ ...sound, config, compress: layer => zstdFrame(layer) }])));
  assert.match(refusal(report), /no digest says whether it is whole/);
});

test('names that lead out of the root', async () => {
  for (const item of [
    program('../app', good),
    program('a/../../app', good),
    program('/../../etc/passwd', good),
    file('usr/..', ''),
    hardLink('app', '../../etc/passwd'),
    { name: 'short', pax: { path: '../app' }, data: good },
  ])
    assert.match(await withEntries([program('app', good), item]), /leads out of the root/);
  const files = new Map([...dockerSave([sound]), ['../evil', Buffer.from('x')] as const]);
  assert.match(refusal(await judgeBytes(archived(files))), /leads out of the root/);
  for (const Layers of [['../../etc/passwd'], ['/etc/../../x']]) {
    const manifest = json([{ Config: 'x.json', RepoTags: null, Layers }]);
    refusal(await judgeBytes(archived(new Map([...dockerSave([sound]), ['manifest.json', manifest] as const]))));
  }
});

test('an OCI layout directory reads nothing outside of it', async () => {
  await inDirectory(async path => {
    write(path, 'oci-layout', json({}));
    for (const digest of [
      'sha256:../../../../etc/passwd',
      'sha256:abc',
      '../x:00',
      `x/y:${'0'.repeat(64)}`,
      'md5:00',
    ]) {
      write(path, 'index.json', json({ manifests: [{ digest, size: 1 }] }));
      assert.match(refusal(await judgePath(path)), /is no digest/);
    }
    write(path, 'index.json', json({ manifests: [{ digest: `crc32:${'0'.repeat(64)}`, size: 1 }] }));
    assert.match(refusal(await judgePath(path)), /not in the directory/);
  });
});

test('hard links that lead nowhere', async () => {
  for (const items of [
    [hardLink('app', 'gone')],
    [hardLink('app', 'later'), program('later', good)],
    [directory('d'), hardLink('app', 'd')],
    [hardLink('app', 'app')],
  ])
    assert.match(await withEntries(items), /the hard link app leads to/);
});

test('a parent that is a loop of links', async () => {
  const items = [symlink('a', 'b'), symlink('b', 'a'), program('a/app', good), program('app', good)];
  assert.match(await withEntries(items), /a parent of a is a link that leads nowhere \(a: more than 40 links\)/);
});

test('what readers disagree about is refused, or read as Docker does', async () => {
  const after = Buffer.concat([tar([program('app', bad)]), tar([program('app', good)])]);
  assert.match(refusal(await withLayer(after)), /statically linked/);
  const lone = Buffer.concat([entry(program('app', bad)), Buffer.alloc(512), tar([program('app', good)])]);
  assert.match(refusal(await withLayer(lone)), /a lone block of zeros/);
  // A link has no data, whatever its size says: the next header follows.
  const hidden = tar([{ ...symlink('x', 'y'), size: 512 + good.length + 511 }, program('app', bad)]);
  assert.match(refusal(await withLayer(hidden)), /statically linked/);
  const global = tar([{ name: 'g', type: 'g', data: paxRecords({ path: 'elsewhere' }) }, program('app', bad)]);
  assert.match(refusal(await withLayer(global)), /statically linked/);
  for (const [item, words] of [
    [{ ...program('app', good), type: 'Z' }, /unknown type "Z"/],
    [{ name: 'p', type: 'x', data: '9999 path=app\n' }, /malformed pax/],
    [{ name: 'p', type: 'x', data: paxRecords({ path: 'a\0b' }) }, /NUL in a pax header/],
    [{ name: 'p', type: 'x', data: paxRecords({ size: '-1' }) }, /malformed pax/],
    [{ ...program('app', good), header: (block: Buffer) => block.fill(0xff, 124, 136) }, /size is negative/],
    [{ ...program('app', good), header: (block: Buffer) => block.write('8', 130) }, /size is no number/],
  ] as const)
    assert.match(await withEntries([program('app', good), item, file('last', '')]), words);
});

test('sparse files are not what they seem', async () => {
  for (const item of [
    { ...program('app', good), type: 'S' },
    { ...program('x', good), pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'app' } },
  ])
    assert.match(await withEntries([item]), /a sparse file/);
});

test('a pipe that does not end', async () => {
  async function* zeros(before: Buffer): AsyncGenerator<Buffer, void, undefined> {
    yield before;
    for (;;) yield Buffer.alloc(65_536);
  }
  const options = { platform: null, all: false, around: judging() };
  assert.match(refusal(await judgeArchive('-', options, zeros(Buffer.alloc(512)))), /no entries/);
  assert.is((await judgeArchive('-', options, zeros(archived(dockerSave([sound]))))).verdict, 'pass');
});

need(test, 'mkfifo')('a FIFO is not opened, since that would wait for its other end', async () => {
  await inDirectory(async path => {
    execaSync('mkfifo', [join(path, 'image.tar')]);
    const around = judging();
    const options = { buildArgs: new Map(), contexts: new Map(), target: null, context: null, agentVersion: null };
    const asked = { ...options, platform: null, profile: around.profile, around, all: false, cwd: path };
    const [report] = await checkPath(join(path, 'image.tar'), asked);
    assert.equal([report?.verdict, report?.reason.includes('not a regular file')], ['unknown', true]);
  });
});

test('one name twice in the archive, with different bytes', async () => {
  const files = dockerSave([sound]);
  const manifest = [...files].map(([path, bytes]) => file(path, bytes));
  const again = tar([...manifest, file('manifest.json', json([]))]);
  assert.match(refusal(await judgeBytes(again)), /manifest\.json: stands twice/);
  assert.is((await judgeBytes(tar([...manifest, ...manifest]))).verdict, 'pass');
});

test('JSON that is none, too much, too deep, or says a key twice', async () => {
  const files = ociLayout([sound]);
  const index = String(files.get('index.json'));
  for (const [text, words] of [
    ['', /index\.json: empty/],
    ['{', /not JSON/],
    ['null', /neither JSON nor a layer/],
    ['[1,2]', /holds no image/],
    ['{"manifests":{}}', /index\.json: manifests: Invalid type/],
    ['{"manifests":[{"digest":1}]}', /manifests\.0\.digest/],
    [`{"manifests":[],"x":"${'y'.repeat(9 * 2 ** 20)}"}`, /bytes of JSON \(limit/],
    [`${'['.repeat(2 ** 20)}${']'.repeat(2 ** 20)}`, /JSON of more than 200000 values/],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, /holds no image/],
    [index.replace('{', '{"manifests":[],'), /a key stands twice/],
  ] as const)
    assert.match(refusal(await judgeBytes(archived(new Map(files).set('index.json', Buffer.from(text))))), words);
  for (const config of ['"Entrypoint":["/good"],"entrypoint":["/app"]', '"Cmd":["/good"],"Cmd":["/app"]']) {
    const document = Buffer.from(`{"architecture":"amd64","os":"linux","config":{${config}}}`);
    const manifest = json([{ Config: 'c.json', RepoTags: null, Layers: [] }]);
    const bytes = archived(
      new Map([
        ['c.json', document],
        ['manifest.json', manifest],
      ]),
    );
    assert.match(refusal(await judgeBytes(bytes)), /a key stands twice/);
  }
});

test("manifest.json whose keys differ in case only, which Docker's Go takes for one", async () => {
  const files = dockerSave([sound, image([program('app', bad)])]);
  const [first, second] = JSON.parse(String(files.get('manifest.json')));
  files.set('manifest.json', json([{ ...first, layers: second.Layers, config: second.Config }]));
  assert.match(refusal(await judgeBytes(archived(files))), /a key stands twice/);
});

test('indexes: 40 deep, in a circle of their own digests, and as wide as they are deep', async () => {
  const type = 'application/vnd.oci.image.index.v1+json';
  const nest = (depth: number, width: number): Files => {
    const files = ociLayout([sound]);
    let inner = files.get('index.json') ?? Buffer.alloc(0);
    for (let level = 0; level < depth; level++) {
      files.set(`blobs/sha256/${sha256(inner)}`, inner);
      const one = { mediaType: type, digest: `sha256:${sha256(inner)}`, size: inner.length };
      inner = json({ schemaVersion: 2, manifests: Array(width).fill(one) });
    }
    return files.set('index.json', inner);
  };
  assert.is((await judgeBytes(archived(nest(3, 1)))).verdict, 'pass');
  assert.match(refusal(await judgeBytes(archived(nest(40, 1)))), /indexes nested more than 4 deep/);
  assert.match(refusal(await judgeBytes(archived(nest(4, 3000)))), /more than 10,000 descriptors/);
});

test('more layers than any image has', async () => {
  const manifest = json([{ Config: 'c.json', RepoTags: ['a:1'], Layers: Array(501).fill('l.tar') }]);
  const config = json({ architecture: 'amd64', os: 'linux', config: { Entrypoint: ['/app'] } });
  const bytes = archived(
    new Map([
      ['c.json', config],
      ['l.tar', tar([])],
      ['manifest.json', manifest],
    ]),
  );
  assert.match(refusal(await judgeBytes(bytes)), /501 layers \(limit: 500\)/);
});

test('what is no archive', async () => {
  const zip = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(2000, 7)]);
  for (const [bytes, words] of [
    [Buffer.alloc(0), /not an image archive \(empty\)/],
    [Buffer.alloc(10_240), /not an image archive \(no entries\)/],
    [zip, /neither a tar nor gzip nor zstd/],
    [Buffer.from('FROM scratch\n'), /neither a tar nor gzip nor zstd/],
    [Buffer.from('BZh91AY&SY'), /compressed by bzip2/],
    [Buffer.from('\xfd7zXZ\0', 'latin1'), /compressed by xz/],
    [gzipSync('hello'), /neither a tar|not a tar|cut off/],
    [Buffer.from([0x1f, 0x8b, 0x08, 0, 1, 2, 3]), /gzip: /],
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xff, 0xff]), /zstd: /],
  ] as const)
    assert.match(refusal(await judgeBytes(bytes)), words);
  assert.match(refusal(await judgePath('/nowhere/image.tar')), /ENOENT/);
  assert.match(refusal(await judgePath('/dev/null')), /not a regular file/);
});

test('paths and extended headers without end', async () => {
  assert.match(await withEntries([program('app', good), file('a/'.repeat(3000), '')]), /a path of 6000 characters/);
  assert.match(
    await withEntries([program('app', good), symlink('app', '../'.repeat(3000))]),
    /\/app: a link that makes it endless/,
  );
  const huge = { name: 'p', type: 'x', size: 2 ** 32 };
  assert.match(await withEntries([program('app', good), huge]), /an extended header of 4294967296 bytes/);
});

test('files that claim more bytes than there are', async () => {
  const lying = tar([{ ...program('app', good), size: 2 ** 35 }]);
  assert.match(refusal(await withLayer(lying)), /cut off in app: \d+ of its 34359738368 bytes are missing/);
});

test('no mutation of an archive throws, hangs, or turns a failing image into one that passes', async () => {
  const subject = archived(ociLayout([image([program('app', bad.subarray(0, 2000))])], []));
  const headers = archived(dockerSave([{ layers: [tar([program('app', '#!/bin/sh')])], entrypoint: ['/app'] }]));
  const mutation = fc.array(
    fc.record({ at: fc.nat(), kind: fc.constantFrom('set', 'cut', 'insert', 'repeat'), value: fc.nat(255) }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(subject, headers), mutation, async (bytes, mutations) => {
      const report = await judgeBytes(mutations.reduce(mutate, bytes));
      assert.is.not(report.verdict, 'pass');
    }),
    { numRuns: 150 },
  );
});

interface Mutation {
  readonly at: number;
  readonly kind: string;
  readonly value: number;
}

function mutate(bytes: Buffer, { at, kind, value }: Mutation): Buffer {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  if (kind === 'cut') return Buffer.concat([before, after.subarray(value)]);
  if (kind === 'insert') return Buffer.concat([before, Buffer.alloc(value, value), after]);
  if (kind === 'repeat') return Buffer.concat([before, after.subarray(0, 512), after]);
  return Buffer.concat([before, Buffer.from([value]), after.subarray(1)]);
}

test.run();
