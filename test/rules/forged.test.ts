// Files made to look like what the agent takes: each carries the names that a quick look would believe, and none may pass.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openBinary, openSource } from '../../src/binary/open.ts';
import { judge, verdictOf } from '../../src/rules/judge.ts';
import { kinds } from '../binary/kinds.ts';
import { type BinarySpec, builtBinary } from '../support/binaries.ts';
import { need } from '../support/need.ts';
import { judging } from './around.ts';

const external = { source: 'hello', args: ['-ldflags=all=-linkmode=external'] } satisfies BinarySpec;
const believed = [
  ...['runtime.main', 'main.main', 'runtime.mallocgc', 'runtime.gcStart', 'runtime.newproc1', 'runtime.findRunnable'],
  ...['x_cgo_init', 'runtime.text', 'runtime.iscgo'],
];
const added = (place: (index: number) => string) =>
  believed.flatMap((name, index) => ['--add-symbol', `${name}=${place(index)}`]);

const forged: Readonly<Record<string, { readonly spec: BinarySpec; readonly says: RegExp }>> = {
  'symbols without a place, added to a stripped program': {
    spec: { ...external, after: [['objcopy', '--strip-all', ...added(index => `0x${index + 1}000`)]] },
    says: /symbol-table fail .*runtime\.main is no function in its code/,
  },
  'symbols that point into the code, added to a stripped program': {
    spec: {
      ...external,
      after: [['objcopy', '--strip-all', ...added(index => `.text:${index * 16},function,global`)]],
    },
    says: /symbol-table fail .*\d functions in \.symtab, \d+ in Go's function table/,
  },
  'the looked-for symbols kept, all others stripped': {
    spec: { ...external, after: [['strip', ...believed.flatMap(name => ['-K', name])]] },
    says: /symbol-table fail .*functions in \.symtab/,
  },
  'all symbols there, but one of them moved': {
    spec: {
      ...external,
      after: [['objcopy', '-N', 'runtime.main', '--add-symbol', 'runtime.main=.text:64,function,local']],
    },
    says: /symbol-table fail .*no runtime\.main where \.symtab has it/,
  },
  'x_cgo_init added to an external link without runtime/cgo': {
    spec: {
      ...kinds['external without runtime/cgo, 1.20'],
      after: [['objcopy', '--add-symbol', 'x_cgo_init=.text:16,function,global']],
    },
    says: /dynamic-linking fail .*without runtime\/cgo/,
  },
  'build info of another file in a section that is not loaded': {
    spec: {
      source: 'hello',
      args: external.args,
      env: { GOEXPERIMENT: 'arenas' },
      after: [
        ['objcopy', '--rename-section', '.go.buildinfo=.other'],
        ['objcopy', '--add-section', `.go.buildinfo=${builtBinary(external)}`],
      ],
    },
    says: /official-release unknown .*its section is in no segment/,
  },
  'a version written over with -X': {
    spec: { source: 'hello', args: ['-ldflags=all=-linkmode=external -X=runtime.buildVersion=go1.20.1'] },
    says: /official-release unknown .*-ldflags wrote over its version/,
  },
  'an experiment that the version keeps quiet about': {
    spec: {
      source: 'hello',
      args: ['-trimpath', '-ldflags=all=-linkmode=external -X=runtime.buildVersion=go1.26.8'],
      env: { GOEXPERIMENT: 'arenas' },
    },
    says: /official-release unknown .*GOEXPERIMENT=arenas/,
  },
  'the signs of -race taken away, as far as they are well known': {
    spec: {
      source: 'hello',
      args: ['-race', '-ldflags=all=-linkmode=external'],
      after: [['objcopy', '-N', 'runtime.racefuncenter', '-N', '__tsan_init']],
      edit: { name: 'no -race 2', apply: replaced('-race=true', '-rXce=true') },
    },
    says: /no-race fail .*__tsan_func_enter/,
  },
  'another version in the build info than in the runtime': {
    spec: { ...external, edit: { name: 'version go1.25.1', apply: anotherVersion } },
    says: /official-release fail .*build info and the runtime disagree/,
  },
  'all symbols moved by the same distance': {
    spec: { ...external, edit: { name: 'symbols moved', apply: withSymbolsMoved } },
    says: /symbol-table fail .*runtime\.pclntab is not where/,
  },
  'the header of another machine': {
    spec: { ...external, edit: { name: 'e_machine 183', apply: withHeader(0x12, 183) } },
    says: /agent-version unknown .*built for amd64, but its header says arm64/,
  },
  'an entry point outside of the code': {
    spec: { ...external, edit: { name: 'e_entry 0', apply: withHeader(0x18, 0) } },
    says: /dynamic-linking unknown .*entry point/,
  },
  'a program that is no loader in PT_INTERP': {
    spec: {
      ...external,
      edit: { name: 'interp 1', apply: replaced('/lib64/ld-linux-x86-64.so.2', '/usr/bin/anything-at-all.2') },
    },
    says: /dynamic-linking unknown .*loader/,
  },
};

for (const [name, { spec, says }] of Object.entries(forged))
  need(
    test,
    'objcopy',
    'strip',
  )(name, () => {
    const opened = openBinary(builtBinary(spec));
    if (opened.kind !== 'elf') throw new Error('Assertion failed: an ELF file');
    const findings = judge(opened.facts, judging());
    opened.close();
    assert.is.not(verdictOf(findings, { strict: false }), 'pass');
    const lines = findings.map(({ rule, verdict, message, evidence }) => `${rule} ${verdict} ${message} [${evidence}]`);
    assert.ok(
      lines.some(line => says.test(line)),
      lines.join('\n'),
    );
  });

need(test, 'musl-gcc')("musl's start-up function in .dynsym of a program that starts in Go's own code", () => {
  const bytes = readFileSync(builtBinary(kinds['internal, musl']));
  const opened = openSource({ size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) });
  if (opened.kind !== 'elf') throw new Error('Assertion failed: an ELF file');
  const names = { defined: new Set<string>(), undefined: new Set(['__libc_start_main']) };
  const findings = judge({ ...opened.facts, dynamicSymbols: () => ({ ok: true, value: names }) }, judging());
  assert.is(findings.find(({ rule }) => rule === 'musl-internal-link')?.verdict, 'fail');
});

/** Overwrites a text wherever it stands with one that is no longer. */
function replaced(from: string, to: string): (bytes: Buffer) => Buffer {
  return bytes => {
    const copy = Buffer.from(bytes);
    if (to.length > from.length || !copy.includes(from)) throw new Error(`Assertion failed: ${from}`);
    for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) {
      copy.fill(0, at, at + from.length);
      copy.write(to, at);
    }
    return copy;
  };
}

/** e_entry (8 bytes) or a field of 2 bytes. */
function withHeader(at: number, value: number): (bytes: Buffer) => Buffer {
  return bytes => {
    const copy = Buffer.from(bytes);
    if (at === 0x18) copy.writeBigUInt64LE(BigInt(value), at);
    else copy.writeUInt16LE(value, at);
    return copy;
  };
}

function withSymbolsMoved(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const headers = Number(copy.readBigUInt64LE(0x28));
  for (let row = headers; row < headers + 64 * copy.readUInt16LE(0x3c); row += 64) {
    if (copy.readUInt32LE(row + 4) !== 2) continue;
    const start = Number(copy.readBigUInt64LE(row + 0x18));
    const end = start + Number(copy.readBigUInt64LE(row + 0x20));
    for (let at = start + 8; at < end; at += 24) copy.writeBigUInt64LE(copy.readBigUInt64LE(at) + 64n, at);
  }
  return copy;
}

function anotherVersion(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf('go1.', copy.indexOf('\xff Go buildinf:', 0, 'latin1'));
  copy.write('go1.9', at);
  return copy;
}

test.run();
