import type { Build } from '../../golang/build.ts';
import { linkerOptions, systemLinkerWords } from './words.ts';

/** The loader that a line names instead of the C library's own (ld(1) -I, --dynamic-linker; cmd/link -I); null: it names none. */
export function namedLoader(build: Build): string | null {
  const given = build.linkFlags.at(-1)?.get('I') ?? '';
  let named = given === '' ? null : given;
  const options = linkerOptions(systemLinkerWords(build));
  for (const [index, option] of options.entries()) {
    const found = /^(?:--?dynamic-linker(?:=(.*))?|-I(.*))$/.exec(option);
    if (found !== null) named = (found[1] ?? found[2]) || (options[index + 1] ?? '');
  }
  return named;
}

/**
 * A word behind which the system's linker may find anything: a file of more words, of gcc's specs, a linker script, a plugin, a
 * program in gcc's place for its own (-B, -wrapper).
 */
export function hiddenWords(build: Build): string | null {
  const words = systemLinkerWords(build);
  const isHiding = (option: string): boolean => /^(@.|-T.*|--script(=.*)?|--default-script(=.*)?)$/.test(option);
  const found =
    words.find(word => /^@.|^-T|^-B|^--?(specs|fplugin|ld-path)(=|$)|^-wrapper$|^-fuse-ld=.*\//.test(word)) ??
    linkerOptions(words).find(isHiding) ??
    null;
  return found;
}
