// Our reader of tars against Go's archive/tar, which Docker, containerd and BuildKit read with: on the odd files of Go's own
// tests, on what GNU tar writes, and on mutations of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ByteQueue } from '../../../src/image/archive/byte-queue.ts';
import { ArchiveProblem } from '../../../src/image/archive/problem.ts';
import { readTar } from '../../../src/image/archive/tar.ts';
import { builtBinary } from '../../support/binaries.ts';
import { need } from '../../support/need.ts';
import { directory, file, hardLink, opaque, program, symlink, tar, whiteout } from '../../support/tar.ts';
import { inDirectory, inPieces, write } from './subject.ts';

/** Prints a line for each argument: its entries up to the first error, as JSON. */
const goReader = {
  'go.mod': 'module example.com/list\n\ngo 1.19\n',
  'main.go': `package main

import (
	"archive/tar"
	"encoding/json"
	"io"
	"os"
)

type entry struct {
	Name, Link []byte
	Type       string
	Size       int64
}

func main() {
	for _, path := range os.Args[1:] {
		file, err := os.Open(path)
		if err != nil {
			panic(err)
		}
		entries, failed := []entry{}, false
		for reader := tar.NewReader(file); ; {
			header, err := reader.Next()
			if err == io.EOF {
				break
			}
			if err == nil {
				_, err = io.Copy(io.Discard, reader)
			}
			if err != nil {
				failed = true
				break
			}
			if header.Typeflag != tar.TypeXGlobalHeader {
				entries = append(entries, entry{[]byte(header.Name), []byte(header.Linkname), string(rune(header.Typeflag)), header.Size})
			}
		}
		json.NewEncoder(os.Stdout).Encode(map[string]any{"entries": entries, "failed": failed})
		file.Close()
	}
}
`,
};

/** `TYPE SIZE NAME LINK` of each entry, or null where the file is refused. */
type Listing = readonly string[] | null;

function byGo(paths: readonly string[]): readonly Listing[] {
  const lines = execaSync(builtBinary({ source: goReader, env: { CGO_ENABLED: '0' } }), paths).stdout.split('\n');
  return lines.map(line => {
    const { entries, failed } = JSON.parse(line);
    const names: Readonly<Record<string, string>> = { '0': 'file', '1': 'link', '2': 'symlink', '5': 'directory' };
    const text = (base64: string | null) => Buffer.from(base64 ?? '', 'base64').toString('latin1');
    const rows: string[] = entries.map((each: Record<string, string>) => {
      const type = names[each['Type'] ?? ''] ?? 'other';
      const size = type === 'file' ? each['Size'] : 0;
      return [type, size, text(each['Name'] ?? null), text(each['Link'] ?? null)].join(' ');
    });
    return failed ? null : rows;
  });
}

async function byUs(bytes: Buffer): Promise<Listing> {
  const rows: string[] = [];
  try {
    await readTar(new ByteQueue(inPieces(bytes, 700)), ({ name, type, size, linkname }) => {
      rows.push([type, size, latin1(name), latin1(linkname)].join(' '));
    });
    return rows;
  } catch (error) {
    if (error instanceof ArchiveProblem) return null;
    throw error;
  }
}

/** The bytes of a name; those that are no UTF-8 stand in it as lone surrogates. */
function latin1(name: string): string {
  const parts = name.split(/([\udc80-\udcff])/u);
  return parts
    .map((part, index) =>
      index % 2 === 1 ? String.fromCharCode(part.charCodeAt(0) - 0xdc00) : Buffer.from(part).toString('latin1'),
    )
    .join('');
}

const testdata = join(execaSync('go', ['env', 'GOROOT']).stdout, 'src/archive/tar/testdata');

need(test, existsSync(testdata) ? 'go' : testdata)("the odd files of Go's own tests", async () => {
  // Not compared: sparse files, whose size Go tells as if they were unpacked, and one whose entries are 16 GB of nothing.
  const names = readdirSync(testdata).filter(name => name.endsWith('.tar') && !/sparse|writer-big/.test(name));
  const paths = names.map(name => join(testdata, name));
  const go = byGo(paths);
  let alike = 0;
  for (const [index, path] of paths.entries()) {
    const ours = await byUs(readFileSync(path));
    // What we refuse beyond Go: types that no container runtime takes, malformed records that Go passes over.
    if (ours === null && go[index] !== null) continue;
    assert.equal(ours, go[index], names[index]);
    alike++;
  }
  assert.ok(alike >= names.length - 6, `${alike} of ${names.length}`);
});

need(
  test,
  'tar',
  'go',
)('what GNU tar writes, in each of its formats', async () => {
  await inDirectory(async path => {
    const deep = join('d'.repeat(120), 'e'.repeat(120));
    execaSync('mkdir', ['-p', join(path, 'tree', deep)]);
    write(path, `tree/${deep}/ä file`, Buffer.from('hello'));
    execaSync('ln', [join(path, `tree/${deep}/ä file`), join(path, 'tree/hard')]);
    execaSync('ln', ['-s', deep, join(path, 'tree/soft')]);
    for (const format of ['gnu', 'oldgnu', 'pax', 'posix']) {
      const archive = join(path, `${format}.tar`);
      execaSync('tar', ['-c', `--format=${format}`, '-f', archive, '-C', join(path, 'tree'), '.']);
      const ours = await byUs(readFileSync(archive));
      assert.equal(ours, byGo([archive])[0]);
      assert.is(ours?.length, 6);
    }
  });
});

need(test, 'go')('a mutated tar is refused, or read as Go reads it', async () => {
  const long = `${'n'.repeat(70)}/${'m'.repeat(70)}`;
  const subjects = [
    tar([
      directory('a'),
      program('a/b', 'x'.repeat(600)),
      symlink('l', 'a/b'),
      hardLink('h', 'a/b'),
      whiteout('w'),
      opaque('a'),
    ]),
    tar([file(long, 'long'), { ...file('p', 'pax'), pax: { path: 'name by pax', size: '3' } }, symlink('s', long)]),
  ];
  const mutation = fc.record({ subject: fc.nat(1), at: fc.nat(), kind: fc.nat(4), value: fc.nat(255) });
  const mutated = fc
    .sample(fc.array(mutation, { minLength: 1, maxLength: 2 }), { numRuns: 1500, seed: 20261125 })
    .map(all => {
      const first = subjects[all[0]?.subject ?? 0] ?? Buffer.alloc(0);
      return all.reduce((bytes, { at, kind, value }) => mutate(bytes, at, kind, value), first);
    });
  await inDirectory(async path => {
    const go = byGo(mutated.map((bytes, index) => write(path, `${index}.tar`, bytes)));
    let read = 0;
    for (const [index, bytes] of mutated.entries()) {
      const ours = await byUs(bytes);
      if (ours === null) continue;
      assert.equal(ours, go[index], `mutation ${index}`);
      read++;
    }
    assert.ok(read > 200, `${read} were read`);
  });
});

/** Bytes set, cut out, doubled; and headers changed in a way that their checksum follows. */
function mutate(bytes: Buffer, at: number, kind: number, value: number): Buffer {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  const block = place - (place % 512);
  if (kind === 0) return Buffer.concat([bytes.subarray(0, place), Buffer.from([value]), bytes.subarray(place + 1)]);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, block), bytes.subarray(block + 512)]);
  if (kind === 2) return Buffer.concat([bytes.subarray(0, block + 512), bytes.subarray(block)]);
  const copy = Buffer.from(bytes);
  const end = Math.min(copy.length, block + 512);
  copy[place] = kind === 3 ? value : 0x30 + (value % 8);
  if (end - block < 512) return copy;
  copy.fill(' ', block + 148, block + 156);
  const sum = copy.subarray(block, end).reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, block + 148, 'latin1');
  return copy;
}

test.run();
