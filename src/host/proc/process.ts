import { closeSync, constants, openSync, readFileSync, readlinkSync } from 'node:fs';
import type { Reading } from '../../binary/facts.ts';
import { errnoOf } from '../reading.ts';

/**
 * One process, held by an open /proc/PID. Once it has ended every read answers ESRCH, also when its number is given to
 * another: what is read belongs to the process that was opened.
 */
export interface HeldProcess {
  readonly pid: number;
  /** A path to one of its files, good while it is held. */
  path(file: string): string;
  read(file: string): Reading<Buffer>;
  /** A link's text, bytes as they are. */
  link(file: string): Reading<Buffer>;
  close(): void;
}

/** Opens /proc/PID below `root` (empty: this machine's); the errno when it is not there or hidden. */
export function holdProcess(pid: number, root = ''): Reading<HeldProcess> {
  let fd: number;
  try {
    fd = openSync(`${root}/proc/${pid}`, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    return { ok: false, why: errnoOf(error) };
  }
  const path = (file: string): string => `/proc/self/fd/${fd}/${file}`;
  return {
    ok: true,
    value: {
      pid,
      path,
      read: file => attempt(() => readFileSync(path(file))),
      link: file => attempt(() => readlinkSync(path(file), 'buffer')),
      close: () => closeSync(fd),
    },
  };
}

function attempt(read: () => Buffer): Reading<Buffer> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return { ok: false, why: errnoOf(error) };
  }
}
