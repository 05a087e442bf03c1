import type { Output } from './command.ts';

/** How far an archive has been read, on one line of a terminal; gone again at the end. Nothing in the first half second. */
export function bytesOn(terminal: Output): { show(bytes: number, total: number | null): void; end(): void } {
  let next = performance.now() + 500;
  let isShown = false;
  return {
    show(bytes, total) {
      if (performance.now() < next) return;
      next = performance.now() + 100;
      isShown = true;
      const read = `${Math.round(bytes / 1e6)} MB`;
      terminal.write(`\r${total === null ? read : `${read} of ${Math.round(total / 1e6)} MB`}`);
    },
    end() {
      if (isShown) terminal.write('\r\x1b[K');
    },
  };
}
