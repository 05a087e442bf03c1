import type { Reading } from './facts.ts';

/** A table, string or header that the bytes do not give; its message is the diagnosis a user reads. */
export class Unreadable extends Error {}
Unreadable.prototype.name = 'Unreadable';

/** Runs `read` once, at the first call, and remembers the value or the reason why there is none. */
export function once<T>(read: () => T): () => T {
  let remembered: { readonly value: T } | { readonly reason: Unreadable } | undefined;
  return () => {
    remembered ??= settle(read);
    if ('reason' in remembered) throw remembered.reason;
    return remembered.value;
  };
}

/** Turns Unreadable into an answer. Anything else that is thrown is a bug of ours and passes through. */
export function attempt<T>(read: () => T): Reading<T> {
  const settled = settle(read);
  return 'reason' in settled ? { ok: false, why: settled.reason.message } : { ok: true, value: settled.value };
}

function settle<T>(read: () => T): { readonly value: T } | { readonly reason: Unreadable } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof Unreadable) return { reason: error };
    throw error;
  }
}
