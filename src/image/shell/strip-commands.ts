import type { Change, Origin } from '../files.ts';
import { doubtAll, touch } from './doubts.ts';
import { placeCopy } from './file-commands.ts';
import type { Shell } from './shell.ts';
import { hasOption, lastValue, type ReadOptions, readShortOptions } from './short-options.ts';
import { type Word, wordOf } from './words.ts';

/** strip and its kin: `by` is their name in messages. */
export function strip(shell: Shell, words: readonly Word[], { at, raw }: Word, by: string): void {
  const isLlvm = raw.includes('llvm');
  const read = readShortOptions(
    words,
    'FIOKNRof',
    /^(output|target|input-target|output-target|.*-symbols?|remove-.*)$/,
    longNames,
  );
  if (read.isOpen) doubtAll(shell, by, at);
  const effect = effectOf(read, 'strip', isLlvm);
  if (effect === 'none') return;
  const output = lastValue(read, 'o', 'output');
  for (const word of read.operands) {
    const path = shell.path(word.text);
    const target = output === null ? path : shell.path(output.text);
    if (path === null || target === null) doubtAll(shell, by, at);
    else
      for (const each of matching(shell, path)) {
        const to = output === null ? each : target;
        if (to !== each) placeCopy(shell, each, to, at);
        take(shell, to, effect, { what: 'stripped', by, at });
      }
  }
}

/** `objcopy FROM [TO]`. */
export function objcopy(shell: Shell, words: readonly Word[], { at, raw }: Word): void {
  const isLlvm = raw.includes('llvm');
  const read = readShortOptions(
    words,
    'bBiIjKLMNsOFRGW',
    /^(.*-target|.*-symbols?|.*-section|.*-syms?|add-gnu-debuglink|.*-flags|.*-alignment|binary-architecture|.*-address.*|.*-start|.*-lma|.*-vma|gap-fill|pad-to)$/,
    longNames,
  );
  if (read.isOpen) doubtAll(shell, 'objcopy', at);
  const [from, to = from] = read.operands;
  const source = from === undefined ? null : shell.path(from.text);
  const target = to === undefined ? null : shell.path(to.text);
  if (source === null || target === null) return;
  if (target !== source) placeCopy(shell, source, target, at);
  const effect = effectOf(read, 'objcopy', isLlvm);
  if (effect !== 'none') take(shell, target, effect, { what: 'stripped', by: 'objcopy', at });
}

/** Marks what is known of a file as changed. */
export function changeFile(shell: Shell, path: string, change: Change): void {
  const { files } = shell.machine;
  const origins = files.file(path) ?? files.find(path);
  if (origins === null) return;
  const changed = origins.map(
    (origin): Origin => (origin.kind === 'build' ? { ...origin, changes: [...origin.changes, change] } : origin),
  );
  files.write(files.resolve(path), changed);
}

function take(shell: Shell, path: string, effect: 'all' | 'some', change: Change): void {
  if (effect === 'all') changeFile(shell, path, change);
  else touch(shell, [{ text: [path], at: change.at, range: null, raw: path, source: null }], change.by, change.at);
}

/**
 * What happens to a Go program's symbols. Go's functions are local symbols to binutils, so that -x takes them; the last of the
 * options that say how much goes is the one that counts, and strip takes everything where none of them is there (binutils
 * strip_main, copy_main). Of single symbols and sections nobody knows which the agent needs.
 */
function effectOf(read: ReadOptions, tool: 'strip' | 'objcopy', isLlvm: boolean): 'all' | 'some' | 'none' {
  const said = read.options.map(({ name }) => modes[tool][name]).filter(mode => mode !== undefined);
  // LLVM's do what all of them say.
  const how = isLlvm && said.includes('all') ? 'all' : said.at(-1);
  const format = wordOf(lastValue(read, 'O', 'output-target') ?? undefined);
  const single = read.options.some(
    ({ name, value }) =>
      singles.test(name) && !(/^(R|remove-section)$/.test(name) && idleSections.test(wordOf(value ?? undefined) ?? '')),
  );
  const isBare = tool === 'strip' && how === undefined && !hasOption(read, 'X', 'discard-locals');
  const picksOnly = hasOption(read, 'N', 'strip-symbol', 'strip-symbols');
  const isAll = how === 'all' || hasOption(read, 'x', 'discard-all') || (isBare && !picksOnly);
  return isAll ? 'all' : single || (format !== null && !format.startsWith('elf')) ? 'some' : 'none';
}

const debug = Object.fromEntries(['g', 'strip-debug', 'strip-dwo'].map(name => [name, 'debug' as const]));
const all = Object.fromEntries(
  ['strip-all', 'strip-all-gnu', 'strip-unneeded', 'strip-sections', 'strip-non-alloc', 'only-keep-debug'].map(name => [
    name,
    'all' as const,
  ]),
);
const modes: Readonly<Record<'strip' | 'objcopy', Readonly<Record<string, 'all' | 'debug'>>>> = {
  strip: { ...debug, S: 'debug', d: 'debug', ...all, s: 'all' },
  objcopy: { ...debug, ...all, S: 'all' },
};

/** Of binutils 2.40 and LLVM 16, as far as one of them is the beginning of what matters here. */
const longNames: readonly string[] = `strip-all strip-debug strip-dwo strip-unneeded strip-unneeded-symbol
  strip-unneeded-symbols strip-symbol strip-symbols strip-sections strip-non-alloc only-keep-debug only-section discard-all
  discard-locals keep-symbol keep-symbols keep-file-symbols keep-section keep-section-symbols keep-global-symbol keep-global-symbols
  remove-section remove-relocations extract-dwo extract-symbol output output-target input-target target preserve-dates wildcard
  verbose version help localize-hidden localize-symbol localize-symbols redefine-sym redefine-syms`.split(/\s+/);

const singles =
  /^([NKGLWjR]|(strip|keep|keep-global|localize|globalize|weaken|redefine)-sym(bol)?s?|only-section|remove-section|prefix-symbols|update-section|rename-section|set-section-flags|remove-relocations|change-.*|adjust-.*|set-start|extract-dwo|extract-symbol)$/;

/** Sections that no agent needs: notes, the compiler's name, debug information. */
const idleSections = /^\.(comment|note(\..*)?|z?debug.*|gnu\.(lto|warning|build)[\w.]*|GCC\.[\w.]*)$/;

/** The files that a path names, a glob filled in. */
export function matching(shell: Shell, path: string): readonly string[] {
  const matched = shell.machine.files.match(path);
  return matched.length > 0 ? matched : [path];
}
