/** What is to become of the text of a -ldflags word. */
export interface LinkEdit {
  readonly dropStrip: boolean;
  readonly dropStatic: boolean;
  readonly addExternal: boolean;
  /** Up to Go 1.20 a package without cgo gets runtime/cgo only by a pattern. */
  readonly forAll: boolean;
}

/**
 * Rewrites a -ldflags word as it stands in a shell script, quotes included; `prefix` is `-ldflags=` where value and flag are
 * one word. A word that is continued over lines is given with its line ends. null where its quoting is too mixed to be touched.
 */
export function editLinkFlags(raw: string, edit: LinkEdit): string | null {
  const cut = cutQuotes(raw);
  if (cut === null) return null;
  const { quote, before } = cut;
  let inner = cut.inner;
  if (edit.dropStrip) inner = dropStrip(inner);
  if (edit.dropStatic) inner = dropStatic(inner);
  if (edit.addExternal) {
    inner = inner.replace(/(^|\s)--?linkmode(=|\s+)\S+/g, '$1').trim();
    inner = `${inner}${inner === '' ? '' : ' '}-linkmode=external`;
  }
  // The blanks before a continued line are its indent.
  inner = inner.replace(/(\S) {2,}(?=\S)/g, '$1 ').trim();
  if (edit.forAll && inner.startsWith('-')) inner = `all=${inner}`;
  else if (edit.forAll && inner !== '') return null;
  if (quote !== '') return `${before}${quote}${inner}${quote}`;
  if (!/\s/.test(inner)) return `${before}${inner}`;
  return /[$`\\]/.test(inner) ? `${before}"${inner}"` : `${before}'${inner}'`;
}

/** The flag's name, the quote, and what it holds; `'-ldflags=…'` as a whole counts too. */
function cutQuotes(raw: string): { before: string; quote: string; inner: string } | null {
  const whole = /^(["'])(--?ldflags=)([\s\S]*)\1$/.exec(raw);
  if (whole !== null) {
    const [, quote = '', flag = '', inner = ''] = whole;
    return inner.includes(quote) ? null : { before: flag, quote, inner };
  }
  const [, before = '', value = ''] = /^(--?ldflags=)?([\s\S]*)$/.exec(raw) ?? [];
  const quoted = /^(["'])([\s\S]*)\1$/.exec(value);
  if (quoted !== null) {
    const [, quote = '', inner = ''] = quoted;
    const bare = inner.replace(/\\./g, '').replace(/\$\([^()]*\)/g, '');
    return bare.includes(quote) ? null : { before, quote, inner };
  }
  return /["'\s]/.test(value) ? null : { before, quote: '', inner: value };
}

/** `-s` goes; the wish for a small file is kept as `-w`. */
function dropStrip(inner: string): string {
  const strip = /(^|\s)--?s(?:=(?:true|1|t|T|TRUE|True))?(?=\s|$)/;
  const hasW = /(^|\s)--?w(?==|\s|$)/.test(inner);
  let kept = inner;
  for (let first = !hasW; strip.test(kept); first = false) kept = kept.replace(strip, first ? '$1-w' : '');
  return kept;
}

/** `-extldflags` without the words that make a static link; without any word left the flag goes too. */
function dropStatic(inner: string): string {
  return inner.replace(
    /(^|\s)(--?extldflags(?:=|\s+))(\\?["'])?([\s\S]*?)(?:\3(?=\s|$)|$)/g,
    (whole, blank: string, flag: string, quote: string | undefined, value: string) => {
      const single = quote === undefined ? (/^\S*/.exec(value)?.[0] ?? '') : value;
      const rest = quote === undefined ? value.slice(single.length) : '';
      const words = single
        .split(/\s+/)
        .filter(word => word !== '' && !/^--?static(-pie)?$|^-Wl,(-static|-Bstatic)$/.test(word));
      if (words.length === 0) return `${blank}${rest.trimStart()}`;
      if (words.join(' ') === single) return whole;
      return `${blank}${flag}${quote ?? ''}${words.join(' ')}${quote ?? ''}${rest}`;
    },
  );
}
