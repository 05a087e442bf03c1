import type { Build } from '../../golang/build.ts';
import type { Profile } from '../../profiles.ts';
import { type Change, rewriteAll } from '../../rules/plan.ts';
import { askedLink } from '../../rules/shared/asked-link.ts';
import { cgoIsOn, mayStayStatic } from '../../rules/shared/cgo.ts';
import type { DockerfileText } from '../dockerfile/read.ts';
import type { GoLine } from '../go/go-line.ts';
import { openLine, type Scenario } from '../go/open-line.ts';
import { surroundingsOf } from '../go/surroundings.ts';
import type { Variable } from '../machine.ts';
import { type Word, wordOf } from '../shell/words.ts';
import { type Edit, type EditGroup, removal } from './edit.ts';
import { editLinkFlags } from './link-flags.ts';

/** Edits that make of a line what the planner makes of it, in the words a person would have written. */
export function goLineEdits(
  file: DockerfileText,
  line: GoLine,
  profile: Profile,
  agentVersion: string | null,
): EditGroup {
  const scenario: Scenario = {
    mood: 'plain',
    hasCompiler: line.compiler !== 'absent',
    hasHeaders: line.headers !== 'absent',
  };
  const build = openLine(line, scenario);
  if ('untouched' in build) return [];
  const around = surroundingsOf(line, build, scenario, profile, agentVersion);
  const { planned, changes } = rewriteAll(build, around);
  const overruled = changes.filter(change => change.overruled);
  const wantsCgo = cgoIsOn(planned);
  const editor = new LineEditor(file, line, build);
  for (const change of overruled) editor.overrule(change);
  const compiler = around.compiler();
  if (wantsCgo && !mayStayStatic(build, profile)) {
    if (!compiler.found) editor.installCompiler(compiler.headers !== undefined);
    const addsExternal = askedLink(build) !== 'external';
    const needsAll = askedLink(build) === 'external without runtime/cgo' || isOldPackage(build);
    editor.link({
      dropStrip: overruled.some(
        ({ rule, subject, from }) => rule === 'symbol-table' && subject === '-s' && from === 'argument',
      ),
      dropStatic: overruled.some(({ subject }) => subject.startsWith('-extldflags')),
      addExternal: addsExternal,
      forAll: needsAll && addsExternal,
    });
  } else
    editor.link({
      dropStrip: overruled.some(
        ({ rule, subject, from }) => rule === 'symbol-table' && subject === '-s' && from === 'argument',
      ),
      dropStatic: false,
      addExternal: false,
      forAll: false,
    });
  const tags = changes.find(({ subject, action }) => subject.startsWith('-tags=') && action === 'added');
  if (tags !== undefined) editor.addTags(tags.subject.slice('-tags='.length).split(','));
  return editor.edits;
}

function isOldPackage(build: Build): boolean {
  const minor = build.release?.minor ?? null;
  return minor !== null && minor <= 20 && !build.packages.some(word => word.endsWith('.go'));
}

class LineEditor {
  readonly edits: Edit[] = [];
  readonly #file: DockerfileText;
  readonly #line: GoLine;
  readonly #command: Word | undefined;

  constructor(file: DockerfileText, line: GoLine, build: Build) {
    this.#file = file;
    this.#line = line;
    this.#command = line.words.find(word => wordOf(word) === build.command);
  }

  /** A wish that the planner overrules, where it stands. */
  overrule({ subject, from }: Change): void {
    const [name = '', value] = subject.replace(/^--?/, '').split('=');
    if (from === 'argument') {
      if (name !== 's' && name !== 'extldflags' && name !== 'linkmode') this.#removeFlag(name);
      return;
    }
    if (from.startsWith('GOFLAGS')) {
      this.#editVariable(this.#variable('GOFLAGS'), text => withoutFlag(text, name));
      return;
    }
    const variable = this.#variable(subject.split('=')[0] ?? '');
    if (subject === 'CGO_ENABLED=0') this.#editVariable(variable, text => text.replace('0', '1'));
    else if (value !== undefined) {
      const gone = value.split(/\s+/).filter(word => /^-/.test(word));
      this.#editVariable(variable, text =>
        gone.reduce((kept, word) => kept.replace(new RegExp(` ?${escapeRegExp(word)}(?![\\w-])`), ''), text),
      );
    }
  }

  link(edit: Parameters<typeof editLinkFlags>[1]): void {
    if (!edit.dropStrip && !edit.dropStatic && !edit.addExternal) return;
    const word = this.#valueWord('ldflags');
    if (word === null) {
      if (edit.addExternal) this.#insertFlag(`-ldflags=${edit.forAll ? 'all=' : ''}-linkmode=external`);
      return;
    }
    // Written over several lines it is edited as it stands in the file, and not as the shell gets it.
    const place = word.range ?? word.span ?? null;
    if (place === null) return;
    const raw = word.range === null ? this.#file.text.slice(place.start, place.end) : word.raw;
    const edited = editLinkFlags(raw, edit);
    if (edited !== null) this.edits.push({ ...place, text: edited });
  }

  addTags(tags: readonly string[]): void {
    const word = this.#valueWord('tags');
    if (word === null) this.#insertFlag(`-tags=${tags.join(',')}`);
    else if (word.range !== null) {
      const close = /["']$/.test(word.raw) ? 1 : 0;
      const separator = /[^"'=]\s+[^"']/.test(word.raw) ? ' ' : ',';
      const at = word.range.end - close;
      this.edits.push({ start: at, end: at, text: `${separator}${tags.join(separator)}` });
    }
  }

  /** After the stage's FROM, or behind the gcc that came without headers. */
  installCompiler(onlyHeaders: boolean): void {
    const { text, instructions } = this.#file;
    const commands = installs[this.#line.base.manager ?? 'none'];
    if (commands === undefined) return;
    const { compilerAt } = this.#line;
    if (onlyHeaders && compilerAt !== null) {
      const found = /\bgcc\b(?![\w-])/.exec(text.slice(compilerAt, compilerAt + 2000));
      if (found !== null) {
        const at = compilerAt + found.index + found[0].length;
        this.edits.push({ start: at, end: at, text: ` ${commands.headers}` });
        return;
      }
    }
    const from = instructions.filter(({ keyword }) => keyword === 'FROM')[this.#line.stage];
    if (from === undefined) return;
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    this.edits.push({ start: from.end, end: from.end, text: `${newline}RUN ${commands.all}` });
  }

  #removeFlag(name: string): void {
    const { words } = this.#line;
    for (const [index, word] of words.entries()) {
      const text = wordOf(word);
      const found = text === null ? null : /^--?([^=]+)(=.*)?$/.exec(text);
      if (found?.[1] !== name || word.range === null) continue;
      const next = words[index + 1];
      const takesNext = found[2] === undefined && valued.has(name);
      const end = takesNext && next?.range != null ? next.range.end : word.range.end;
      this.edits.push(removal(this.#file.text, { start: word.range.start, end }));
    }
  }

  /** The word that holds a flag's value: `-ldflags=…` itself, or the next one. The last one counts. */
  #valueWord(name: string): Word | null {
    const { words } = this.#line;
    let found: Word | null = null;
    for (const [index, word] of words.entries()) {
      const head = word.text[0];
      if (typeof head !== 'string') continue;
      const match = /^--?([A-Za-z]+)(=)?/.exec(head);
      if (match?.[1] !== name) continue;
      if (match[2] === '=') found = word;
      else if (wordOf(word) !== null) found = words[index + 1] ?? null;
    }
    return found;
  }

  #insertFlag(flag: string): void {
    const { words } = this.#line;
    const index = this.#command === undefined ? -1 : words.indexOf(this.#command);
    const next = wordOf(words[index + 1]) ?? '';
    // go wants -C before every other flag.
    const last = /^--?C$/.test(next) ? words[index + 2] : /^--?C=/.test(next) ? words[index + 1] : this.#command;
    const range = last?.range;
    if (range == null) return;
    this.edits.push({ start: range.end, end: range.end, text: ` ${flag}` });
  }

  #variable(name: string): Variable | undefined {
    return this.#line.environment.get(name) ?? this.#line.goEnv.get(name);
  }

  #editVariable(variable: Variable | undefined, edit: (text: string) => string): void {
    if (variable?.range == null) return;
    const before = this.#file.text.slice(variable.range.start, variable.range.end);
    const after = edit(before);
    if (after !== before) this.edits.push({ ...variable.range, text: after });
  }
}

const valued: ReadonlySet<string> = new Set(['compiler', 'buildmode', 'mod']);

const installs: Readonly<Record<string, { readonly all: string; readonly headers: string }>> = {
  apk: { all: 'apk add --no-cache gcc musl-dev', headers: 'musl-dev' },
  apt: { all: 'apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev', headers: 'libc6-dev' },
  dnf: { all: 'dnf install -y gcc glibc-devel', headers: 'glibc-devel' },
  zypper: { all: 'zypper install -y gcc glibc-devel', headers: 'glibc-devel' },
};

function withoutFlag(text: string, name: string): string {
  if (name === 's') return text.replace(/(-ldflags=(?:[^\s"']*[= ])?)-s(?=[\s"']|$)/, '$1-w');
  return text.replace(new RegExp(`(^|[\\s"'])--?${escapeRegExp(name)}(=[^\\s"']*)?(?=[\\s"']|$) ?`), '$1');
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
