// What must hold of a file that passes, recomputed from the mutated bytes by code that shares nothing with src/.
import { type ElfMap, getField, mapElf } from '../../test/support/elf-map.ts';

/** Strings that only a program with the cause holds: code cannot be mutated away, so any of them that is left counts. */
const traces = ['__tsan_init\0', 'runtime.racefuncenter\0', '-race=true\n', 'CGO_ENABLED=0\n', '.go_export\0'].map(
  text => Buffer.from(text),
);

const magic = Buffer.from('\xff Go buildinf:', 'latin1');

/** What only forbids a pass: a host of plugins is worth a warning. */
const warning = Buffer.from('plugin.open\0');

/** What a seed says of itself; a mutation makes no new traces and moves no build info. */
export interface SeedTraces {
  readonly traces: readonly Buffer[];
  readonly loadsPlugins: boolean;
  readonly buildInfo: number;
}

export function tracesIn(bytes: Buffer): SeedTraces {
  return {
    traces: traces.filter(trace => bytes.includes(trace)),
    loadsPlugins: bytes.includes(warning),
    buildInfo: bytes.indexOf(magic),
  };
}

/** Why these bytes must not be judged so; empty when they may. */
export function reasonsAgainst(verdict: 'pass' | 'warn', bytes: Buffer, seed: SeedTraces): readonly string[] {
  try {
    const left = seed.traces.filter(trace => bytes.includes(trace)).map(String);
    if (verdict === 'pass' && seed.loadsPlugins && bytes.includes(warning)) left.push(String(warning));
    return [...against(bytes, mapElf(bytes), seed.buildInfo), ...left];
  } catch (error) {
    if (error instanceof RangeError) return ['an offset leads out of the file'];
    throw error;
  }
}

function against(bytes: Buffer, map: ElfMap, buildInfo: number): readonly string[] {
  const reasons: string[] = [];
  const expect = (holds: boolean, why: string): void => {
    if (!holds) reasons.push(why);
  };
  const interpreter = map.segments.find(({ type }) => type === 3);
  const loader = interpreter === undefined ? '' : text(bytes, interpreter.offset);
  expect(loader !== '', 'no interpreter');
  const { needed, strings } = dynamicOf(bytes, map);
  expect(
    needed.some(name => /^libc\./.test(name)),
    'no libc needed',
  );
  if (loader.includes('ld-musl')) {
    expect(strings.includes('__libc_start_main\0'), "Go's linker linked it against musl");
  }
  const symbols = definedSymbols(bytes, map);
  for (const name of ['runtime.main', 'main.main']) expect(symbols.has(name), `${name} is not in the symbol table`);
  expect(symbols.has('x_cgo_init') || strings.includes('crosscall2\0'), 'no runtime/cgo');
  for (const { offset, size, type } of [
    ...map.segments,
    ...map.sections.filter(({ type }) => type !== 8 && type !== 0),
  ])
    expect(size === 0 || offset + size <= bytes.length, `a part of type ${type} leaves the file`);
  expect(/^go1\.\d+(\.\d+)?$/.test(version(bytes, buildInfo) ?? runtimeVersion(bytes, map)), 'no official version');
  return reasons;
}

/** What the dynamic linker would load, and the strings it reads; of two entries with one tag it takes the last. */
function dynamicOf(
  bytes: Buffer,
  { segments, wide, littleEndian }: ElfMap,
): { needed: readonly string[]; strings: Buffer } {
  const none = { needed: [], strings: Buffer.alloc(0) };
  const dynamic = segments.find(({ type }) => type === 2);
  if (dynamic === undefined) return none;
  const size = wide ? 8 : 4;
  const entries: [number, number][] = [];
  for (let at = dynamic.offset; at + 2 * size <= dynamic.offset + dynamic.size; at += 2 * size) {
    const key = Number(getField(bytes, { offset: at, size }, littleEndian));
    if (key === 0) break;
    entries.push([key, Number(getField(bytes, { offset: at + size, size }, littleEndian))]);
  }
  const last = (wanted: number): number => entries.findLast(([key]) => key === wanted)?.[1] ?? -1;
  const address = last(5);
  const home = segments.find(
    ({ type, address: start, size }) => type === 1 && start <= address && address < start + size,
  );
  if (home === undefined) return none;
  const start = home.offset + address - home.address;
  return {
    needed: entries.filter(([key]) => key === 1).map(([, offset]) => text(bytes, start + offset)),
    strings: bytes.subarray(start, start + Math.max(0, last(10))),
  };
}

const wantedSymbols = ['runtime.main', 'main.main', 'x_cgo_init'].map(name => Buffer.from(`${name}\0`));

function definedSymbols(bytes: Buffer, map: ElfMap): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { start } of symbolRows(bytes, map))
    for (const wanted of wantedSymbols)
      if (bytes[start + wanted.length - 1] === 0 && bytes.subarray(start, start + wanted.length).equals(wanted))
        found.add(wanted.toString('latin1', 0, wanted.length - 1));
  return found;
}

/** Defined symbols: where each stands, and where its name begins. */
function symbolRows(bytes: Buffer, { sections, wide, littleEndian }: ElfMap): { at: number; start: number }[] {
  const table = sections.find(({ type }) => type === 2);
  const names = table === undefined ? undefined : sections[Number(getField(bytes, table.fields.link, littleEndian))];
  if (table === undefined || names === undefined || names.type !== 3) return [];
  const size = wide ? 24 : 16;
  const rows: { at: number; start: number }[] = [];
  for (let at = table.offset; at + size <= table.offset + table.size; at += size) {
    const section = at + (wide ? 6 : 14);
    if ((littleEndian ? bytes.readUInt16LE(section) : bytes.readUInt16BE(section)) === 0) continue;
    rows.push({ at, start: names.offset + (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) });
  }
  return rows;
}

/** The version's text, from its length byte; official ones are shorter than 128 bytes. null without build info. */
function version(bytes: Buffer, buildInfo: number): string | null {
  if (buildInfo < 0 || !bytes.subarray(buildInfo, buildInfo + magic.length).equals(magic)) return null;
  return bytes.toString('latin1', buildInfo + 33, buildInfo + 33 + (bytes[buildInfo + 32] ?? 0));
}

/** What the program says of itself where build info was destroyed: the text of runtime.buildVersion, found by its symbol. */
function runtimeVersion(bytes: Buffer, map: ElfMap): string {
  const name = Buffer.from('runtime.buildVersion.str\0');
  const row = symbolRows(bytes, map).find(({ start }) => bytes.subarray(start, start + name.length).equals(name));
  const { wide, littleEndian, segments } = map;
  if (row === undefined) return '';
  const value = Number(getField(bytes, { offset: row.at + (wide ? 8 : 4), size: wide ? 8 : 4 }, littleEndian));
  const home = segments.find(({ type, address, size }) => type === 1 && address <= value && value < address + size);
  return home === undefined ? '' : text(bytes, home.offset + value - home.address);
}

function text(bytes: Buffer, offset: number): string {
  if (offset < 0 || offset >= bytes.length) throw new RangeError('offset');
  const end = bytes.indexOf(0, offset);
  return bytes.toString('latin1', offset, end < 0 ? offset : end);
}
