/**
 * Text for a line of a terminal or a log: control characters, line ends, bidirectional marks and lone surrogates are shown
 * as escapes (`\n`, `\x1b`, `\u202e`), so that a name can neither end the line nor paint the screen.
 */
export function mask(text: string): string {
  return text.replace(hidden, character => {
    const short = shorts.get(character);
    if (short !== undefined) return short;
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** A path as text. Bytes that are no UTF-8 are shown as `\xHH`; nothing else is changed. */
export function pathText(path: string | Buffer): string {
  if (typeof path === 'string') return path;
  let text = '';
  for (let at = 0; at < path.length; ) {
    const length = sequenceLength(path, at);
    text += length > 0 ? path.toString('utf8', at, at + length) : `\\x${path.toString('hex', at, at + 1)}`;
    at += Math.max(length, 1);
  }
  return text;
}

/** The first `limit` characters, with `…` where something was cut. */
export function cut(text: string, limit = 200): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}

const hidden =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const shorts = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Length of the UTF-8 sequence at `at`, 0 when there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  const sequence = bytes.subarray(at, at + length);
  return length > 0 && sequence.length === length && !sequence.toString('utf8').includes('\ufffd') ? length : 0;
}
