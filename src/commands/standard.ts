import { fstatSync, statSync, writeSync } from 'node:fs';
import type { Output } from './command.ts';

/**
 * Standard output (1) or error (2) written to directly: process.stdout would load Node's streams, a tenth of a whole
 * `goshim verify`, and end late or never when its reader does not read. After a failure, which `failed` is told, nothing
 * more is written.
 */
export function standard(descriptor: 1 | 2, failed: (error: NodeJS.ErrnoException) => void): Output {
  let open = true;
  return {
    write(text) {
      if (!open) return;
      try {
        writeAll(descriptor, Buffer.from(text, 'utf8'));
      } catch (error) {
        open = false;
        failed(error as NodeJS.ErrnoException);
      }
    },
    get isTTY() {
      // Most often it is a pipe, a file or /dev/null, and node:tty need not be loaded to see that.
      return isDevice(descriptor) && (descriptor === 1 ? process.stdout : process.stderr).isTTY === true;
    },
  };
}

/** A pipe that somebody made non-blocking answers EAGAIN while it is full. */
function writeAll(descriptor: number, bytes: Buffer): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
}

function isDevice(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null').rdev;
  } catch {
    return false;
  }
}
