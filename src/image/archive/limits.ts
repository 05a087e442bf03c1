import { ArchiveProblem } from './problem.ts';

const MiB = 2 ** 20;

/**
 * What is read of one archive at most; a limit that is reached is named, and the verdict is unknown. Real images stay far
 * below; gzip reaches 1029:1, zstd more.
 */
export const limits = {
  /** Entries of all tars together. */
  entries: 1_000_000,
  /** Entries laid over one another, of all images together. */
  laid: 8_000_000,
  /** Of one image; a million of them would be half a gigabyte. */
  directories: 300_000,
  pathLength: 4096,
  /** Bytes of a manifest or configuration, and of all of them together. */
  json: 8 * MiB,
  allJson: 64 * MiB,
  layers: 500,
  images: 256,
  descriptors: 10_000,
  /** Indexes within indexes. */
  indexDepth: 4,
  /** A pax header or a long name, as in Go's archive/tar (maxSpecialFileSize). */
  specialEntry: MiB,
  /** ELF files opened, Go or not; Go binaries judged. */
  elfFiles: 50_000,
  goBinaries: 4_000,
  /** A binary is held whole up to this size. */
  wholeFile: 64 * MiB,
  /** zstd's window: what real compressors use (klauspost's best: 32 MiB). */
  zstdWindow: 32 * MiB,
  links: 40,
} as const;

/**
 * Watches how many bytes come out of how many. A layer may inflate to 256 MiB and a hundred times its size, all of an archive
 * to 2 GiB and twenty times its size.
 */
export class Inflation {
  #in = 0;
  #out = 0;
  readonly #whole: Inflation | null;
  readonly #free: number;
  readonly #ratio: number;

  constructor(whole: Inflation | null) {
    this.#whole = whole;
    this.#free = whole === null ? 2048 * MiB : 256 * MiB;
    this.#ratio = whole === null ? 20 : 100;
  }

  read(bytes: number): void {
    this.#in += bytes;
    this.#whole?.read(bytes);
  }

  inflated(bytes: number): void {
    this.#out += bytes;
    if (this.#out > this.#free + this.#ratio * this.#in)
      throw new ArchiveProblem(
        `${Math.round(this.#in / 1024)} KiB inflate to more than ${Math.floor(this.#out / MiB)} MiB (limit: ${this.#ratio}:1 and ${this.#free / MiB} MiB)`,
      );
    this.#whole?.inflated(bytes);
  }
}

/** Counts down one of the limits. */
export class Allowance {
  #left: number;
  readonly #words: string;

  constructor(count: number, what: string) {
    this.#left = count;
    this.#words = `more than ${count.toLocaleString('en')} ${what}`;
  }

  /** False when it is used up. */
  tryTake(count = 1): boolean {
    this.#left -= count;
    return this.#left >= 0;
  }

  take(count = 1): void {
    if (!this.tryTake(count)) throw new ArchiveProblem(this.#words);
  }

  get left(): number {
    return Math.max(0, this.#left);
  }

  get words(): string {
    return this.#words;
  }
}
