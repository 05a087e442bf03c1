import type { SaidFlag } from './arguments.ts';
import type { Edit, KeepWord, LinkFlags } from './build.ts';
import { defaultOf } from './env.ts';
import { readTags } from './flags.ts';
import { ownOccurrence, wordEdit } from './ldflags.ts';
import { filterWords } from './quoted.ts';
import { effectiveFlag, effectiveVariable, type Occurrence, type State } from './said.ts';

// Each edit returns the same State when there was nothing to do. What they promise stands at the Build interface.

export function dropFlag(state: State, name: string): State {
  if (effectiveFlag(state, name)?.value !== 'true') return state;
  const isTrue = (flag: SaidFlag | undefined) => flag?.name === name && flag.value === 'true';
  const dropped = (from: Edit['from']): Edit => ({ subject: `-${name}`, action: 'dropped', from, overruled: true });
  const edits: Edit[] = [];
  if (state.said.some(isTrue)) edits.push(dropped('argument'));
  if (isTrue(state.goflags.findLast(flag => flag.name === name))) edits.push(dropped(state.goflagsOrigin));
  const next = {
    ...state,
    said: state.said.filter(flag => !isTrue(flag)),
    ours: state.ours.filter(flag => !isTrue(flag)),
  };
  const beaten = effectiveFlag(next, name)?.value === 'true' ? withOurs(next, name, 'false') : next;
  return { ...beaten, edits: [...state.edits, ...edits] };
}

export function setFlag(state: State, name: string, value: string): State {
  const before = effectiveFlag(state, name);
  // -ldflags are many values, edited by editLinkFlags only.
  if (before?.value === value || !state.table.has(name) || name === 'ldflags') return state;
  const edit: Edit =
    before === undefined
      ? { subject: `-${name}=${value}`, action: 'added', from: 'goshim', overruled: false }
      : { subject: `-${name}=${before.value}`, action: 'overruled', from: before.origin, overruled: true };
  return { ...replaceFlag(state, name, value), edits: [...state.edits, edit] };
}

export function addTags(state: State, tags: readonly string[]): State {
  const before = readTags(effectiveFlag(state, 'tags')?.value ?? '') ?? [];
  // A comma inside the blank-separated form is an error of go's own; a blank inside a tag can only be spelled there.
  if (before.some(tag => tag.includes(','))) return state;
  const missing = tags.filter(tag => !before.includes(tag));
  if (missing.length === 0) return state;
  const value = [...before.filter(tag => !/[ ']/.test(tag)), ...missing].join(',');
  const edit: Edit = { subject: `-tags=${missing.join(',')}`, action: 'added', from: 'goshim', overruled: false };
  return { ...replaceFlag(state, 'tags', value), edits: [...state.edits, edit] };
}

export function setEnv(
  state: State,
  name: string,
  value: string | undefined,
  how: { readonly action?: string; readonly overruled?: boolean } = {},
): State {
  const before = effectiveVariable(state, name);
  if (before.value === (value ?? '')) return state;
  const asked = before.origin !== 'default';
  const edit: Edit = {
    subject: `${name}=${asked ? before.value : (value ?? '')}`,
    action: how.action ?? (asked ? 'overruled' : 'added'),
    from: asked ? before.origin : 'goshim',
    overruled: how.overruled ?? asked,
  };
  return { ...state, variables: new Map(state.variables).set(name, value), edits: [...state.edits, edit] };
}

export function filterEnv(state: State, name: string, keep: KeepWord): State {
  const { value, origin } = effectiveVariable(state, name);
  const filtered = filterWords(value, keep);
  if (filtered === null) return state;
  const edits = filtered.changed.map(word => wordEdit(name, word, origin));
  const variables = new Map(state.variables).set(name, filtered.text || defaultOf(name) || ' ');
  return { ...state, variables, edits: [...state.edits, ...edits] };
}

export function editLinkFlags(state: State, edit: (flags: LinkFlags) => LinkFlags): State {
  const ownBefore = state.own ?? ownOccurrence();
  const ownAfter = edit(ownBefore);
  const own = ownAfter.words.length === 0 ? state.own : ownAfter;
  const change = (occurrence: Occurrence): Occurrence => ({ ...occurrence, now: edit(occurrence.now) });
  // One in GOFLAGS that is masked anyway is not written again.
  const fromGoflags = state.fromGoflags.map(each => (each.masked ? each : change(each)));
  const fromArguments = state.fromArguments.map(change);
  const before = [ownBefore, ...[...state.fromGoflags, ...state.fromArguments].map(each => each.now)];
  const after = [ownAfter, ...[...fromGoflags, ...fromArguments].map(each => each.now)];
  if (after.every((flags, index) => flags === before[index])) return state;
  const acts = [true, ...[...fromGoflags, ...fromArguments].map(each => !each.masked)];
  const edits = after.flatMap((flags, index) => (acts[index] ? flags.edits.slice(before[index]?.edits.length) : []));
  return { ...state, own, fromGoflags, fromArguments, edits: [...state.edits, ...distinct(edits)] };
}

/** The user's last word for the flag becomes `-name=value` where it stands, earlier ones go; or one of ours is added. */
function replaceFlag(state: State, name: string, value: string): State {
  const last = state.said.findLastIndex(flag => flag.name === name);
  if (last < 0) return withOurs(state, name, value);
  const said = state.said
    .map((flag, index) => (index === last ? { ...flag, value, words: [`-${name}=${value}`] } : flag))
    .filter((flag, index) => index === last || flag.name !== name);
  return { ...state, said };
}

function withOurs(state: State, name: string, value: string): State {
  const kind = state.table.get(name);
  if (kind === undefined) return state;
  const flag: SaidFlag = { name, kind, value, words: [`-${name}=${value}`] };
  return { ...state, ours: [...state.ours.filter(each => each.name !== name), flag] };
}

function distinct(edits: readonly Edit[]): Edit[] {
  const key = (edit: Edit) => JSON.stringify([edit.subject, edit.action, edit.from, edit.overruled]);
  return [...new Map(edits.map(edit => [key(edit), edit])).values()];
}
