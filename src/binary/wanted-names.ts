/** A name that is looked for in a table of NUL-terminated names. */
export interface Wanted {
  readonly name: string;
  /** The name's bytes and the NUL after them. */
  readonly terminated: Buffer;
}

/** Behind `runtime.`, with which most names of a Go program begin. */
const bestKeyAt = 8;

/** Names by the two bytes that stand `at` bytes into them: as far in as the shortest of them allows. */
export function keyed(names: readonly string[]): {
  readonly at: number;
  readonly isKey: Uint8Array;
  readonly byKey: ReadonlyMap<number, readonly Wanted[]>;
} {
  const wanted = [...new Set(names)]
    .filter(name => name !== '')
    .map(name => ({ name, terminated: Buffer.from(`${name}\0`) }));
  const at = Math.min(bestKeyAt, ...wanted.map(({ terminated }) => terminated.length - 2));
  const isKey = new Uint8Array(1 << 16);
  const byKey = new Map<number, Wanted[]>();
  for (const one of wanted) {
    const key = one.terminated.readUInt16BE(at);
    isKey[key] = 1;
    byKey.set(key, [...(byKey.get(key) ?? []), one]);
  }
  return { at, isKey, byKey };
}

/** Whether this name, and no longer one, begins at an offset. */
export function standsAt(text: Buffer, at: number, { terminated }: Wanted): boolean {
  const last = terminated.length - 1;
  // The end tells most names apart that share their beginning (runtime.…), and costs no call.
  if (text[at + last] !== 0 || text[at + last - 1] !== terminated[last - 1]) return false;
  return text.compare(terminated, 0, last, at, at + last) === 0;
}
