import type { Output } from './command.ts';

/** Counts on one line of a terminal; gone again at the end. Nothing is written in the first half second. */
export function progressOn(terminal: Output): { tick(): void; end(): void } {
  let count = 0;
  let next = performance.now() + 500;
  let shown = false;
  return {
    tick() {
      count++;
      if (performance.now() < next) return;
      next = performance.now() + 100;
      shown = true;
      terminal.write(`\r${count} files`);
    },
    end() {
      if (shown) terminal.write('\r\x1b[K');
    },
  };
}
