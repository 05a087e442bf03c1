// What a container sees after all layers: OCI image-spec layer.md, and containerd where it is silent.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FileSystem } from '../../../src/image/archive/archive.ts';
import { archived, dockerSave } from '../../support/image.ts';
import { directory, file, hardLink, opaque, program, symlink, type TarItem, tar, whiteout } from '../../support/tar.ts';
import { bad, good, rootOf } from './subject.ts';

/** A root made of these layers. */
function root(...layers: readonly (readonly TarItem[])[]): Promise<FileSystem> {
  return rootOf(archived(dockerSave([{ layers: layers.map(tar), entrypoint: ['/app'] }])));
}

/** What stands at each of these paths: the path after links, or why there is nothing. */
function at(files: FileSystem, ...paths: readonly string[]): readonly string[] {
  return paths.map(path => {
    const found = files.resolve(path);
    return found.kind === 'missing' ? found.why : `${found.kind} ${found.path}`;
  });
}

test('a whiteout removes a file or a directory of lower layers', async () => {
  const files = await root([file('a/b', ''), file('a/c', ''), file('d/e/f', '')], [whiteout('a/b'), whiteout('d/e')]);
  assert.equal(at(files, '/a/b', '/a/c', '/d/e/f', '/d'), [
    '/a/b: no such file',
    'file /a/c',
    '/d/e/f: no directory /d/e',
    'directory /d',
  ]);
  assert.is(files.resolve('/a/.wh.b').kind, 'missing');
});

test('a whiteout leaves alone what its own layer brings, before or after it', async () => {
  for (const layer of [
    [whiteout('a'), file('a', 'new')],
    [file('a', 'new'), whiteout('a')],
  ]) {
    assert.equal(at(await root([file('a', 'old')], layer), '/a'), ['file /a']);
  }
});

test('an opaque directory is emptied of lower layers first, wherever its mark stands', async () => {
  for (const layer of [
    [opaque('d'), file('d/new', '')],
    [file('d/new', ''), opaque('d')],
  ]) {
    const files = await root([file('d/old', ''), file('d/sub/old', '')], [directory('d'), ...layer]);
    assert.equal(at(files, '/d/old', '/d/sub', '/d/new'), [
      '/d/old: no such file',
      '/d/sub: no such file',
      'file /d/new',
    ]);
  }
});

test('a file over a directory removes what is below it, and the other way round', async () => {
  const files = await root([file('d/x', ''), file('f', '')], [file('d', ''), directory('f'), file('f/y', '')]);
  assert.equal(at(files, '/d', '/d/x', '/f/y'), ['file /d', '/d/x: /d is no directory', 'file /f/y']);
});

test('a directory over a directory keeps what is in it; over a link it takes its place', async () => {
  const files = await root(
    [file('usr/lib/x', ''), symlink('lib', 'usr/lib'), file('d/x', '')],
    [directory('d'), directory('lib'), file('lib/y', '')],
  );
  assert.equal(at(files, '/d/x', '/lib/x', '/lib/y', '/usr/lib/y'), [
    'file /d/x',
    '/lib/x: no such file',
    'file /lib/y',
    '/usr/lib/y: no such file',
  ]);
});

test('a name below a link goes where the link leads, inside the root', async () => {
  const files = await root(
    [directory('usr/lib'), symlink('lib', 'usr/lib'), symlink('out', '/../../usr')],
    [file('lib/new', ''), file('out/z', '')],
    [whiteout('lib/new')],
    [file('lib/newer', '')],
  );
  assert.equal(at(files, '/usr/lib/new', '/usr/lib/newer', '/usr/z'), [
    '/usr/lib/new: no such file',
    'file /usr/lib/newer',
    'file /usr/z',
  ]);
});

test('links are followed inside the root, 40 of them', async () => {
  const chain = Array.from({ length: 45 }, (_, index) => symlink(`l${index}`, index === 0 ? 'a/b' : `l${index - 1}`));
  const files = await root([
    file('a/b', ''),
    symlink('absolute', '/a/b'),
    symlink('up', '../../../../a/b'),
    symlink('a/parent', '..'),
    symlink('me', 'me'),
    symlink('x', 'y'),
    symlink('y', 'x'),
    symlink('gone', 'nowhere'),
    symlink('grows', 'grows/grows'),
    ...chain,
  ]);
  assert.equal(at(files, '/absolute', '/up', '/a/parent/a/b', '/a/../../a/./b', '/l39'), Array(5).fill('file /a/b'));
  assert.equal(at(files, '/l40', '/me', '/x', '/gone', '/grows'), [
    '/l40: more than 40 links',
    '/me: more than 40 links',
    '/x: more than 40 links',
    '/gone: no such file',
    '/grows: more than 40 links',
  ]);
});

test('hard links name a path of the root, in the same layer or a lower one', async () => {
  const files = await root(
    [program('bin/app', good)],
    [hardLink('usr/same', 'bin/app'), hardLink('again', './usr/same')],
  );
  const found = files.resolve('/again');
  assert.is(found.kind === 'file' && found.content.kind, 'go');
  assert.is([...files.goBinaries()].length, 1);
});

test('PATH is searched for what is executable', async () => {
  const files = await root([
    file('usr/local/bin/app', 'not executable'),
    directory('usr/bin/app'),
    program('bin/app', good),
    program('opt/app', bad),
  ]);
  const config = { entrypoint: [], cmd: [], workingDir: '/opt', env: {} };
  const path = (program: string, env: Record<string, string> = {}) => {
    const found = files.find(program, { ...config, env });
    return found.kind === 'missing' ? found.why : found.path;
  };
  assert.is(path('app'), '/bin/app');
  assert.is(path('app', { PATH: '/bin:/opt' }), '/bin/app');
  assert.is(path('app', { PATH: '/opt:/bin' }), '/opt/app');
  assert.is(path('app', { PATH: '' }), '/bin/app');
  assert.is(path('./app'), '/opt/app');
  assert.is(path('app', { PATH: '/sbin' }), 'app: not in PATH (/sbin)');
});

test('file capabilities, which pax headers hold as bytes', async () => {
  const capability = '\x01\0\0\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0';
  const files = await root([{ ...program('app', good), pax: { 'SCHILY.xattr.security.capability': capability } }]);
  assert.is([...files.goBinaries()].length, 1);
});

test('long names, pax names, names that are no UTF-8', async () => {
  const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/app`;
  const files = await root([
    program(long, good),
    { name: 'short', pax: { path: 'pax/näme' }, data: '' },
    { name: Buffer.from([0x63, 0x61, 0x66, 0xe9]), data: '' },
    file('café', ''),
  ]);
  assert.equal(at(files, `/${long}`, '/pax/näme', '/caf\udce9', '/café'), [
    `file /${long}`,
    'file /pax/näme',
    'file /caf\udce9',
    'file /café',
  ]);
});

test.run();
