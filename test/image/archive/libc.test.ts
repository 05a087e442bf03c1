import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtBinary } from '../../support/binaries.ts';
import { archived, dockerSave } from '../../support/image.ts';
import { need } from '../../support/need.ts';
import { file, program, symlink, type TarItem, tar } from '../../support/tar.ts';
import { debian, good, judgeBytes } from './subject.ts';

async function said(items: readonly TarItem[], app = good): Promise<string> {
  const layers = [tar(items), tar([program('app', app)])];
  const report = await judgeBytes(archived(dockerSave([{ layers, entrypoint: ['/app'] }])));
  const { verdict, message } = report.findings.find(({ rule }) => rule === 'libc-in-image') ?? {
    verdict: '',
    message: '',
  };
  return `${verdict} ${message}`;
}

const without = (name: string) => debian.filter(item => item.name !== `usr/lib/x86_64-linux-gnu/${name}`);
const libc = debian.find(({ name }) => String(name).endsWith('libc.so.6'))?.data ?? '';

test('the libc of the image is found behind links, with its version', async () => {
  assert.match(await said(debian), /^pass the image has glibc 2\.\d+$/);
});

test('no libc, no loader, no directory of the loader', async () => {
  assert.match(await said([]), /^fail the image has no C library/);
  assert.match(await said(without('libc.so.6')), /^fail the image has no C library/);
  assert.match(
    await said(without('ld-linux-x86-64.so.2')),
    /^fail the program's loader \/lib64\/ld-linux-x86-64\.so\.2 is not in/,
  );
});

test('a loader that is no program', async () => {
  const name = 'ld-linux-x86-64.so.2';
  const empty = program(`usr/lib/x86_64-linux-gnu/${name}`, '');
  assert.match(await said([...without(name), empty]), /^fail the program's loader .* is not in/);
});

test('a loader that may not be executed', async () => {
  const name = 'ld-linux-x86-64.so.2';
  const loader = debian.find(item => String(item.name).endsWith(`x86_64-linux-gnu/${name}`))?.data ?? '';
  const barred = file(`usr/lib/x86_64-linux-gnu/${name}`, loader);
  assert.match(await said([...without(name), barred]), /^fail the program's loader .* is not executable/);
});

test('a glibc that is older than what the program asks for', async () => {
  // The versions are names in .dynstr: an older libc has no GLIBC_2.34 and newer.
  const old = Buffer.from(libc);
  for (let minor = 32; minor < 60; minor++) {
    const name = Buffer.from(`\0GLIBC_2.${minor}\0`);
    for (let found = old.indexOf(name); found >= 0; found = old.indexOf(name)) old.write('\0GLIBC_2.11\0', found);
  }
  const items = [...without('libc.so.6'), file('usr/lib/x86_64-linux-gnu/libc.so.6', old)];
  assert.match(await said(items), /^fail the program needs GLIBC_2\.3\d, the image has glibc 2\.31$/);
});

test('a libc that cannot be read is not taken for good', async () => {
  for (const data of ['/* GNU ld script */', Buffer.from(libc).subarray(0, 3000)]) {
    const items = [...without('libc.so.6'), file('usr/lib/x86_64-linux-gnu/libc.so.6', data)];
    assert.match(await said(items), /^unknown /);
  }
});

need(test, 'musl-gcc')('musl: found as loader and libc in one, refused for a program of glibc', async () => {
  const musl = readFileSync(
    builtBinary({ source: 'fmt', args: ['-ldflags=-linkmode=external'], env: { CC: 'musl-gcc', CGO_ENABLED: '1' } }),
  );
  const alpine = [
    program('lib/ld-musl-x86_64.so.1', readFileSync('/lib/x86_64-linux-musl/libc.so')),
    symlink('lib/libc.musl-x86_64.so.1', 'ld-musl-x86_64.so.1'),
  ];
  assert.is(await said(alpine, musl), 'pass the image has musl');
  assert.match(await said(alpine), /^fail /);
  assert.match(await said(debian, musl), /^fail the program's loader \/lib\/ld-musl-x86_64\.so\.1 is not in/);
  // Alpine's libc6-compat gives musl the names of glibc.
  const compat = [...alpine, symlink('lib64/ld-linux-x86-64.so.2', '/lib/ld-musl-x86_64.so.1')];
  assert.match(await said(compat), /^fail the program wants .*glibc.*has musl/);
});

test.run();
