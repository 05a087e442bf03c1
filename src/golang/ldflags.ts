import type { Edit, LinkFlags } from './build.ts';
import { readPerPackage } from './flags.ts';
import { isLinkValueFlag, type LinkWord, readLinkWords } from './link-words.ts';
import type { Origin } from './origin.ts';
import { type ChangedWord, cutWords, filterWords, quoteWord, spansOf, splitQuoted } from './quoted.ts';

/** Reads the value of one -ldflags flag; null where go would refuse it. */
export function readOccurrence(value: string, origin: Origin): LinkFlags | null {
  const read = readPerPackage(value);
  return read === null ? null : make({ head: read.head, body: read.body, added: [], origin, edits: [] });
}

/** What a filter did to one word of `name`'s value. */
export function wordEdit(name: string, { word, now }: ChangedWord, from: Edit['from']): Edit {
  const action = now === null ? 'dropped' : `shortened to ${now}`;
  return { subject: `${name}=${word}`, action, from, overruled: true };
}

/** goshim's own, for every package: Go ≤ 1.20 links runtime/cgo only where the pattern already matches while packages load. */
export function ownOccurrence(): LinkFlags {
  return make({ head: 'all=', body: '', added: [], origin: 'goshim', edits: [] });
}

interface State {
  /** Pattern with its `=`, as written; empty without one. */
  readonly head: string;
  readonly body: string;
  /** Words appended by edits. */
  readonly added: readonly string[];
  readonly origin: Origin | 'goshim';
  readonly edits: readonly Edit[];
}

function make(state: State): LinkFlags {
  const { head, body, added, origin, edits } = state;
  const words = [...(splitQuoted(body) ?? []), ...added];
  const last = (name: string) => readLinkWords(words).findLast(word => word.name === name);
  const self: LinkFlags = {
    pattern: head.slice(0, -1).trim(),
    origin,
    words,
    edits,
    get: name => last(name)?.value ?? undefined,
    set(name, value, how = {}) {
      const said = last(name);
      if (said !== undefined && isInForce(said, value)) return self;
      return changed({ added: [...added, spellSetting(name, value)] }, [settingEdit(name, value, said, how)]);
    },
    remove(name, how = {}) {
      const found = readLinkWords(words).filter(word => word.name === name);
      if (found.length === 0) return self;
      const inForce = found.at(-1)?.value !== 'false';
      return changed(without(found), [
        { subject: spell(name, found.at(-1)), action: how.action ?? 'dropped', from: origin, overruled: inForce },
      ]);
    },
    filterExternal: keep => self.filterValue('extldflags', keep),
    filterValue(name, keep) {
      const filtered = filterWords(last(name)?.value ?? '', keep);
      if (filtered === null) return self;
      return changed(
        { added: [...added, `-${name}=${filtered.text}`] },
        filtered.changed.map(word => wordEdit(`-${name}`, word, origin)),
      );
    },
    text: () => head + startSafely(head, bodyWithAdded(body, added)),
  };
  return self;

  /**
   * cmd/go looks for `-linkmode=external` by words, from behind and without cmd/link's grammar: another spelling, or a later
   * word that looks like it (`-buildid -linkmode=internal`), and it leaves out runtime/cgo.
   */
  function isInForce(said: LinkWord, value: string): boolean {
    const later = words.slice(said.index + said.length);
    const misleads = later.some(word => word === `-${said.name}` || word.startsWith(`-${said.name}=`));
    return said.value === value && (said.plain || !isLinkValueFlag(said.name)) && !misleads;
  }

  function changed(parts: Partial<State>, more: readonly Edit[]): LinkFlags {
    return make({ ...state, ...parts, edits: [...edits, ...more] });
  }

  function settingEdit(name: string, value: string, said: LinkWord | undefined, how: How): Edit {
    const added_ = said === undefined || said.value === value || origin === 'goshim';
    return {
      subject: added_ ? spellSetting(name, value) : spell(name, said),
      action: how.action ?? (added_ ? 'added' : value === 'false' ? 'dropped' : 'overruled'),
      from: added_ ? 'goshim' : origin,
      overruled: how.overruled ?? !added_,
    };
  }

  /** Takes flags out of the body by position, so that the rest keeps its spelling, and out of the appended words. */
  function without(found: readonly LinkWord[]): Partial<State> {
    const gone = new Set(found.flatMap(word => (word.length === 2 ? [word.index, word.index + 1] : [word.index])));
    const spans = spansOf(body) ?? [];
    return {
      body: cutWords(body, spans, index => gone.has(index)),
      added: added.filter((_, index) => !gone.has(spans.length + index)),
    };
  }
}

type How = { readonly action?: string; readonly overruled?: boolean };

function spellSetting(name: string, value: string): string {
  return value === 'true' && !isLinkValueFlag(name) ? `-${name}` : `-${name}=${value}`;
}

function spell(name: string, word: LinkWord | undefined): string {
  return word === undefined || word.value === 'true' || word.value === null ? `-${name}` : `-${name}=${word.value}`;
}

/**
 * The appended words go behind the user's, but before a value flag that was left without its value: it would swallow them,
 * where in the bare line it swallows what go puts next.
 */
function bodyWithAdded(body: string, added: readonly string[]): string {
  if (added.length === 0) return body;
  const spans = spansOf(body) ?? [];
  const dangling = readLinkWords(spans.map(span => span.word)).find(word => word.value === null);
  const at = dangling === undefined ? body.length : (spans[dangling.index]?.start ?? body.length);
  const more = added.map(word => quoteWord(word) ?? word);
  const before = body.slice(0, at).replace(/[ \t\n\r]+$/, '');
  return [before, ...more, body.slice(at)].filter(part => part !== '').join(' ');
}

/**
 * Without a pattern the value must start with `-`, so a first word in quotes (left there when what stood before it went)
 * is written as two words (`'-X=a=b c'` → `-X 'a=b c'`), or gets cmd/link's no-op `-n` before it.
 */
function startSafely(head: string, body: string): string {
  if (head !== '' || body === '' || body.startsWith('-')) return body;
  const first = spansOf(body)?.[0];
  const equals = first?.word.indexOf('=') ?? -1;
  if (first === undefined || equals < 0 || !isLinkValueFlag(first.word.slice(1, equals))) return `-n ${body}`;
  const value = quoteWord(first.word.slice(equals + 1));
  return value === null ? `-n ${body}` : `${first.word.slice(0, equals)} ${value}${body.slice(first.end)}`;
}
