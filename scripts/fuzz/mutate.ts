// Structural mutations: one field, entry, string or length of a well-formed binary is changed, as corruption or an attacker would.
import { type ElfMap, type Field, getField, mapElf, type Part, setField } from '../../test/support/elf-map.ts';
import type { Random } from './random.ts';

/** A binary with its parts found, ready to be mutated many times. */
export interface Target {
  readonly bytes: Buffer;
  readonly map: ElfMap;
  readonly structures: readonly Structure[];
}

export interface Mutation {
  readonly structure: string;
  /** The file's length after it; bytes beyond the original are not there. */
  readonly size: number;
  /** Puts the original bytes back. */
  undo(): void;
}

interface Structure {
  readonly name: string;
  mutate(random: Random, write: Write): void;
}

type Write = (offset: number, bytes: Buffer) => void;

/** Throws for a seed that is not well formed. */
export function prepare(bytes: Buffer): Target {
  const map = mapElf(bytes);
  return { bytes, map, structures: structuresOf(bytes, map) };
}

/** Changes the target's bytes in place: one change most of the time, up to three now and then. */
export function mutate({ bytes, structures }: Target, random: Random): Mutation {
  const saved: { readonly offset: number; readonly bytes: Buffer }[] = [];
  const write: Write = (offset, change) => {
    const start = Math.max(0, offset);
    const end = Math.min(bytes.length, offset + change.length);
    if (start >= end) return;
    saved.push({ offset: start, bytes: Buffer.from(bytes.subarray(start, end)) });
    change.copy(bytes, start, start - offset, end - offset);
  };
  const names: string[] = [];
  const [first, ...rest] = structures;
  if (first === undefined) throw new Error('Assertion failed: a seed without structures');
  for (let count = random.chance(85) ? 1 : 2 + random.below(2); count > 0; count--) {
    const structure = random.pick([first, ...rest]);
    structure.mutate(random, write);
    names.push(structure.name);
  }
  const cut = random.chance(3);
  if (cut) names.push('length');
  return {
    structure: names.length === 1 ? (names[0] ?? '') : cut ? 'length (cut off)' : 'several',
    size: cut ? random.below(bytes.length) : bytes.length,
    undo() {
      for (const { offset, bytes: original } of saved.reverse()) original.copy(bytes, offset);
    },
  };
}

function structuresOf(bytes: Buffer, map: ElfMap): readonly Structure[] {
  const { sections, segments, littleEndian } = map;
  const section = (name: string): Part | undefined => sections.find(one => one.name === name && one.type !== 8);
  const interesting = values(bytes, map);
  const setRandom = (field: Field, random: Random, write: Write): void => {
    const current = getField(bytes, field, littleEndian);
    const change = Buffer.alloc(field.size);
    setField(change, { offset: 0, size: field.size }, littleEndian, interesting(random, current));
    write(field.offset, change);
  };
  const fields = (name: string, all: readonly Field[]): readonly Structure[] =>
    all.length === 0
      ? []
      : [{ name, mutate: (random, write) => setRandom(all[random.below(all.length)] ?? ({} as Field), random, write) }];
  const text = (name: string, part: Part | undefined): readonly Structure[] =>
    part === undefined || part.size === 0 ? [] : [{ name, mutate: (random, write) => scribble(part, random, write) }];
  const words = (name: string, part: Part | undefined, size: Field['size']): readonly Structure[] =>
    part === undefined || part.size < size
      ? []
      : [
          {
            name,
            mutate: (random, write) =>
              setRandom(
                { offset: part.offset + size * random.below(Math.floor(part.size / size)), size },
                random,
                write,
              ),
          },
        ];
  const headers = (name: string, parts: readonly Part[]): readonly Structure[] =>
    parts.length < 2 ? [] : [{ name, mutate: (random, write) => overwrite(bytes, parts, random, write) }];
  const word = map.wide ? 8 : 4;
  const infoAt = bytes.indexOf('\xff Go buildinf:', 0, 'latin1');
  const info = { offset: infoAt, size: infoAt < 0 ? 0 : 600 };
  const functionTable = section('.gopclntab') ?? section('.data.rel.ro.gopclntab');
  const dynamic = segments.find(({ type }) => type === 2);
  const symbolSize = map.wide ? 24 : 16;
  return [
    ...fields('ELF header', Object.values(map.fields)),
    ...fields(
      'program header',
      segments.flatMap(one => Object.values(one.fields)),
    ),
    ...headers(
      'program headers swapped',
      segments.map(({ header }) => header),
    ),
    ...fields(
      'section header',
      sections.flatMap(one => Object.values(one.fields)),
    ),
    ...headers(
      'section headers swapped',
      sections.map(({ header }) => header),
    ),
    ...text('section name', section('.shstrtab')),
    ...text(
      'interpreter',
      segments.find(({ type }) => type === 3),
    ),
    ...words('dynamic entry', dynamic, word),
    ...headers('dynamic entries swapped', entries(dynamic, 2 * word)),
    ...text('dynamic string', section('.dynstr')),
    ...text('dynamic symbol', section('.dynsym')),
    ...words('hash table', section('.gnu.hash') ?? section('.hash'), 4),
    ...words('version need', section('.gnu.version_r'), 2),
    ...text('symbol', section('.symtab')),
    ...watchedSymbols(bytes, section('.symtab'), section('.strtab'), symbolSize, littleEndian),
    ...headers('symbols swapped', entries(section('.symtab'), symbolSize)),
    ...text('symbol name', section('.strtab')),
    ...watchedNames(bytes, section('.strtab')),
    ...text(
      'note',
      segments.find(({ type }) => type === 4),
    ),
    ...(infoAt < 0
      ? []
      : [
          ...text('build info header', { offset: infoAt, size: 32 }),
          { name: 'build info varint', mutate: (random: Random, write: Write) => write(infoAt + 32, varint(random)) },
          ...text('build info text', info),
          ...watchedText(bytes, info),
        ]),
    ...(functionTable === undefined
      ? []
      : [
          ...words('function table header', { offset: functionTable.offset, size: 72 }, word),
          ...words('function table', functionTable, 4),
          ...watchedNames(bytes, functionTable, 'function name'),
        ]),
    ...text('anywhere', { offset: 0, size: bytes.length }),
  ];
}

/** Values at which range checks, counts and signs go wrong, and places of other structures. */
function values(bytes: Buffer, map: ElfMap): (random: Random, current: bigint) => bigint {
  const places = [...map.sections, ...map.segments].flatMap(({ offset, size }) => [BigInt(offset), BigInt(size)]);
  const addresses = map.segments.map(({ address }) => BigInt(address));
  const edges = [
    0n,
    1n,
    2n,
    3n,
    4n,
    8n,
    24n,
    0x7fn,
    0xffn,
    0xfffen,
    0xffffn,
    0x10000n,
    0x7fffffffn,
    0x80000000n,
    0xffffffffn,
  ];
  const far = [1n << 32n, 1n << 40n, (1n << 53n) + 1n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n];
  const size = BigInt(bytes.length);
  const fixed = [...edges, ...far, size, size - 1n, size + 1n, ...places, ...addresses];
  return (random, current) => {
    switch (random.below(6)) {
      case 0:
        return current + BigInt(random.below(33) - 16);
      case 1:
        return current ^ (1n << BigInt(random.below(64)));
      case 2:
        return BigInt(random.next());
      default:
        return fixed[random.below(fixed.length)] ?? 0n;
    }
  };
}

/** One to eight bytes: flipped, zeroed, filled, random, or a terminator moved. */
function scribble(part: Part, random: Random, write: Write): void {
  const length = Math.min(part.size, random.chance(60) ? 1 : 1 + random.below(8));
  const change = Buffer.alloc(length);
  const how = random.below(4);
  for (let index = 0; index < length; index++)
    change[index] = how === 0 ? 0 : how === 1 ? 0xff : how === 2 ? 0x20 + random.below(0x5f) : random.below(256);
  write(part.offset + random.below(part.size - length + 1), change);
}

/** One entry over another, or over itself with zeros. */
function overwrite(bytes: Buffer, parts: readonly Part[], random: Random, write: Write): void {
  const from = parts[random.below(parts.length)];
  const to = parts[random.below(parts.length)];
  if (from === undefined || to === undefined) return;
  const copy = Buffer.from(bytes.subarray(from.offset, from.offset + from.size));
  const other = Buffer.from(bytes.subarray(to.offset, to.offset + to.size));
  write(to.offset, from === to ? Buffer.alloc(to.size) : copy);
  if (random.chance(50)) write(from.offset, other);
}

function entries(part: Part | undefined, size: number): readonly Part[] {
  if (part === undefined) return [];
  return Array.from({ length: Math.min(4096, Math.floor(part.size / size)) }, (_, index) => ({
    offset: part.offset + index * size,
    size,
  }));
}

/** The names that verdicts turn on. */
const watched = [
  'runtime.main',
  'main.main',
  'x_cgo_init',
  '_cgo_topofstack',
  'crosscall2',
  '__tsan_init',
  'runtime.racefuncenter',
  '_start',
  '_rt0_amd64_linux',
  'runtime.buildVersion',
];

function watchedNames(bytes: Buffer, part: Part | undefined, name = 'symbol name that counts'): readonly Structure[] {
  if (part === undefined) return [];
  const content = bytes.subarray(part.offset, part.offset + part.size);
  const places = watched.flatMap(text => {
    const at = content.indexOf(`${text}\0`);
    return at < 0 ? [] : [{ offset: part.offset + at, size: text.length + 1 }];
  });
  return places.length === 0
    ? []
    : [{ name, mutate: (random, write) => scribble(places[random.below(places.length)] ?? part, random, write) }];
}

function watchedSymbols(
  bytes: Buffer,
  symbols: Part | undefined,
  names: Part | undefined,
  size: number,
  littleEndian: boolean,
): readonly Structure[] {
  if (symbols === undefined || names === undefined) return [];
  const places = entries(symbols, size).filter(({ offset }) => {
    const start = names.offset + Number(getField(bytes, { offset, size: 4 }, littleEndian));
    return watched.includes(bytes.toString('latin1', start, bytes.indexOf(0, start)));
  });
  return places.length === 0
    ? []
    : [
        {
          name: 'symbol that counts',
          mutate: (random, write) => scribble(places[random.below(places.length)] ?? symbols, random, write),
        },
      ];
}

/** Settings and the version: the words of build info that a rule reads. */
function watchedText(bytes: Buffer, info: Part): readonly Structure[] {
  const content = bytes.subarray(info.offset, info.offset + info.size);
  const places = ['-race=true', 'CGO_ENABLED=', 'go1.', '-compiler=gc', '-buildmode='].flatMap(text => {
    const at = content.indexOf(text);
    return at < 0 ? [] : [{ offset: info.offset + at, size: text.length + 2 }];
  });
  return [
    {
      name: 'build info word that counts',
      mutate: (random, write) => scribble(places[random.below(places.length)] ?? info, random, write),
    },
  ];
}

function varint(random: Random): Buffer {
  const long = [[0x80], [0xff, 0xff, 0xff, 0xff, 0x0f], Array(10).fill(0xff), Array(9).fill(0x80), [0], [0x7f]];
  const one = long[random.below(long.length + 2)];
  return Buffer.from(one ?? [random.below(256), random.below(256)]);
}
