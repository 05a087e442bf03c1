import type { BinaryFacts } from '../../binary/facts.ts';
import { readHeader } from '../../binary/header.ts';
import { openSource } from '../../binary/open.ts';
import { attempt } from '../../binary/reading.ts';
import { readSegments, segmentType } from '../../binary/segments.ts';
import type { RangeSource } from '../../binary/source.ts';
import { readVersionDefinitions } from '../../binary/version-definitions.ts';
import type { Finding } from '../../rules/finding.ts';
import type { FileContent } from './archive.ts';
import { Allowance, limits } from './limits.ts';
import { highestDefined, needsOf } from './needs.ts';
import { NotKept, PassingSource, type Range } from './passing-source.ts';
import type { Body } from './tar.ts';

export type Judge = (facts: BinaryFacts) => readonly Finding[];

/** What came of one ELF file; `missing` has to be kept when the file passes by once more, null when nothing is missing. */
export interface Seen {
  readonly content: FileContent;
  readonly missing: Range | null;
}

/**
 * Looks at ELF files while they stream by and keeps what was found, never the file: one of up to 64 MiB is held whole as long
 * as it is judged, of a larger one only the ranges that the reader asks for.
 */
export class ElfReader {
  readonly #judge: Judge;
  readonly #files = new Allowance(limits.elfFiles, 'ELF files');
  readonly #binaries = new Allowance(limits.goBinaries, 'Go binaries');
  #spool: Buffer = Buffer.alloc(0);

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  /** Reads a body to its end. `wanted` are the ranges that earlier passes missed. */
  async read(body: Body, wanted: readonly Range[]): Promise<Seen> {
    this.#files.take();
    const size = body.left;
    if (size > limits.wholeFile) return this.#readPassing(body, new PassingSource(size, wanted));
    if (this.#spool.length < size) this.#spool = Buffer.allocUnsafe(Math.min(limits.wholeFile, 2 * size));
    const spool = this.#spool;
    let filled = 0;
    for (let piece = await body.next(); piece !== null; piece = await body.next()) filled += piece.copy(spool, filled);
    return seen(this.look({ size, read: (offset, length) => spool.subarray(offset, offset + length) }));
  }

  /** Gives the memory back. */
  release(): void {
    this.#spool = Buffer.alloc(0);
  }

  look(source: RangeSource): FileContent {
    const opened = openSource(source);
    if (opened.kind !== 'elf')
      return opened.kind === 'not-elf' ? { kind: 'plain' } : { kind: 'unread', why: opened.why, mayBeGo: false };
    const { facts } = opened;
    const go = facts.isGo();
    if (!go.ok) return { kind: 'unread', why: go.why, mayBeGo: false };
    if (!go.value) return { kind: 'elf', glibcMinor: glibcOf(facts, source) };
    if (this.#binaries.left === 0) return unread(`not judged: ${this.#binaries.words}`);
    const found = { kind: 'go', goarch: facts.goarch, needs: needsOf(facts), findings: this.#judge(facts) } as const;
    this.#binaries.tryTake();
    return found;
  }

  /** The reader is asked again whenever a range it asked for has arrived, so that the next one is known before it passes. */
  async #readPassing(body: Body, source: PassingSource): Promise<Seen> {
    this.release();
    let asks = mostAsks;
    for (let piece = await body.next(); piece !== null; piece = await body.next()) {
      const due = source.nextComplete;
      source.push(piece);
      if (source.position < due || source.position === source.size || asks-- <= 0) continue;
      if (asks === mostAsks - 1) for (const range of likelyRanges(source)) source.keep(range);
      const content = this.#ask(source);
      if (content !== null) {
        while ((await body.next()) !== null);
        return seen(content);
      }
      // What has passed by cannot be had, but what comes later may be asked for once more.
      if (source.missed !== null) source.keep(source.missed);
    }
    const content = this.#ask(source);
    if (content !== null) return seen(content);
    const { size, missed } = source;
    const why = `${Math.round(size / 2 ** 20)} MiB, more than is held, and a table in the middle had passed by: give the archive as a file`;
    return { content: unread(why), missing: missed };
  }

  /** null: bytes are asked for that are not there; `missed` says which. */
  #ask(source: PassingSource): FileContent | null {
    source.missed = null;
    try {
      return this.look(source);
    } catch (error) {
      if (error instanceof NotKept) return null;
      throw error;
    }
  }
}

const mostAsks = 12;

/**
 * Both ends of what is loaded: linkers put the dynamic section, its tables and the build info there. Where exactly is known only
 * from the section table, which most of them write last.
 */
function likelyRanges(source: RangeSource): readonly Range[] {
  const segments = attempt(() => {
    const { bytes, header } = readHeader(source);
    return readSegments(bytes, header);
  });
  if (!segments.ok) return [];
  return segments.value
    .filter(({ type, fileSize }) => type === segmentType.load && fileSize > 0)
    .flatMap(({ offset, fileSize }) => [
      { offset, length: Math.min(fileSize, segmentEnd) },
      { offset: Math.max(offset, offset + fileSize - segmentEnd), length: Math.min(fileSize, segmentEnd) },
    ]);
}

const segmentEnd = 4 * 2 ** 20;

/** Only of the file that programs ask for as `libc.so.6`. */
function glibcOf(facts: BinaryFacts, source: RangeSource): number | null {
  const soname = facts.soname();
  if (!soname.ok || soname.value === null || !/^libc\.so\.6(\.|$)/.test(soname.value)) return null;
  const versions = readVersionDefinitions(source);
  return versions.ok ? highestDefined(versions.value) : null;
}

function seen(content: FileContent): Seen {
  return { content, missing: null };
}

function unread(why: string): FileContent {
  return { kind: 'unread', why, mayBeGo: true };
}
