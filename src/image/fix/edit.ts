/** A stretch of the file to be replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits that only make sense together. */
export type EditGroup = readonly Edit[];

/** Applies edits that do not overlap; of two at the same place only the first is done. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => b.start - a.start || b.end - a.end);
  let result = text;
  let last = Number.POSITIVE_INFINITY;
  const done = new Set<string>();
  for (const edit of sorted) {
    const key = `${edit.start} ${edit.end} ${edit.text}`;
    if (edit.end > last || done.has(key)) continue;
    done.add(key);
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
    last = edit.start;
  }
  return result;
}

/** Takes a word out, and the blanks before it. */
export function removal(text: string, range: { readonly start: number; readonly end: number }): Edit {
  const lineStart = text.lastIndexOf('\n', range.start - 1) + 1;
  const restOfLine = /^[ \t]*[\\`][ \t]*\r?\n/.exec(text.slice(range.end))?.[0];
  // Alone on a continued line: the line goes.
  if (restOfLine !== undefined && /^[ \t]*$/.test(text.slice(lineStart, range.start)))
    return { start: lineStart, end: range.end + restOfLine.length, text: '' };
  let start = range.start;
  while (start > 0 && /[ \t]/.test(text[start - 1] ?? '')) start--;
  // Behind a line start the blanks are the indent; the word's own blank after it goes instead.
  if (/[\n]/.test(text[start - 1] ?? '\n')) {
    const after = /^[ \t]+/.exec(text.slice(range.end))?.[0].length ?? 0;
    return { start: range.start, end: range.end + after, text: '' };
  }
  return { start, end: range.end, text: '' };
}
