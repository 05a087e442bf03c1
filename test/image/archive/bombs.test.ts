// @slow
// Archives that want all the memory or time there is, each through a pipe into a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { archived, dockerSave, json, ociLayout } from '../../support/image.ts';
import { entry, file, program } from '../../support/tar.ts';
import { zstdRuns } from '../../support/zstd.ts';

interface Weight {
  readonly verdict: string;
  readonly said: string;
  /** The most memory that the whole process had. */
  readonly mebibytes: number;
}

const cli = join(dirname(fileURLToPath(import.meta.url)), '../../../dist/cli.cjs');
const place = mkdtempSync(join(tmpdir(), 'goshim-weigh-'));
const watch = join(place, 'watch.cjs');
const memory = join(place, 'memory');
writeFileSync(
  watch,
  `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(memory)}, String(process.resourceUsage().maxRSS)));\n`,
);
test.after(() => rmSync(place, { recursive: true }));

async function weigh(pieces: Iterable<Buffer>): Promise<Weight> {
  const asked = ['--require', watch, cli, 'check', '--all', '--format', 'json', '-'];
  const child = spawn(process.execPath, asked, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answer = text(child.stdout);
  // It stops reading when it knows enough.
  await pipeline(Readable.from(pieces), child.stdin).catch(() => {});
  await once(child, 'exit');
  const [report] = JSON.parse(await answer).files as {
    verdict: string;
    reason?: string;
    findings: { message: string }[];
  }[];
  const said = [report?.reason ?? '', ...(report?.findings ?? []).map(({ message }) => message)].join(' | ');
  return { verdict: report?.verdict ?? '', said, mebibytes: Number(readFileSync(memory, 'utf8')) / 1024 };
}

/** 1024 times as many entries as asked for. */
function* flood(thousands: number, name: (number: number) => Buffer): Generator<Buffer, void, undefined> {
  for (let thousand = 0; thousand < thousands; thousand++)
    yield Buffer.concat(Array.from({ length: 1024 }, (_, index) => name(thousand * 1024 + index)));
  yield Buffer.alloc(1024);
}

/** An archive whose only layer is these bytes. */
function withLayer(layer: Buffer): readonly Buffer[] {
  return [archived(dockerSave([{ layers: [layer], entrypoint: ['/app'] }]))];
}

const zeros = gzipSync(Buffer.alloc(2 ** 24));
const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(57)]);
const values = Buffer.from(`[${'[],'.repeat(2_600_000)}1]`);

const bombs: Readonly<Record<string, readonly [Iterable<Buffer>, RegExp]>> = {
  'a layer of 2 GiB of zeros': [withLayer(Buffer.concat(Array(128).fill(zeros))), /KiB inflate to more than \d+ MiB/],
  'a compressed archive of 2 GiB of zeros': [Array(128).fill(zeros), /KiB inflate to more than \d+ MiB/],
  'zstd: runs of one byte': [withLayer(zstdRuns(20_000, 131_072)), /KiB inflate to more than \d+ MiB/],
  'zstd: a window of 2 GiB': [withLayer(zstdRuns(1000, 1, 0xa8)), /zstd: /],
  'zstd: a window of 64 MiB': [withLayer(zstdRuns(1000, 1, 0x80)), /zstd: a window of 67108864 bytes/],
  'zstd: a byte a block in a large window': [withLayer(zstdRuns(60_000, 1, 0x78)), /zstd: too many small blocks/],
  'a million entries and more': [
    Array(1000).fill(Buffer.concat(Array(1024).fill(entry(file('usr/share/file', ''))))),
    /more than 1,000,000 entries/,
  ],
  'directories without end': [
    flood(151, number => entry({ name: `d${number}/x/`, type: '5' })),
    /more than 300,000 directories/,
  ],
  'ELF files without end': [flood(60, number => entry(program(`f${number}`, elf))), /more than 50,000 ELF files/],
  'JSON of nothing but values': [
    [archived(ociLayout([]).set('index.json', values))],
    /JSON of more than 200000 values/,
  ],
  'configurations of nothing but values': [
    [
      archived(
        new Map([...Array(9).keys()].map(n => [`${n}.json`, Buffer.concat([json({ config: 1 }), values])] as const)),
      ),
    ],
    /no Go binary/,
  ],
};

for (const [name, [pieces, words]] of Object.entries(bombs)) {
  test(`${name}: named within 400 MB, no pass`, async () => {
    const { verdict, said, mebibytes } = await weigh(pieces);
    assert.ok(verdict === 'unknown' || verdict === 'not-go', verdict);
    assert.match(said, words);
    assert.ok(mebibytes < 400, `${mebibytes} MiB`);
  });
}

test('an image of 700 MB takes no more than 250 MB', async () => {
  const noise = Buffer.alloc(2 ** 20);
  for (let at = 0; at < noise.length; at += 8) noise.writeDoubleLE(Math.sin(at), at);
  const one = entry(file('data', noise));
  const { verdict, mebibytes } = await weigh([...Array(700).fill(one), Buffer.alloc(1024)]);
  assert.is(verdict, 'not-go');
  assert.ok(mebibytes < 250, `${mebibytes} MiB`);
});

test.run();
