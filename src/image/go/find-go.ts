import { posix } from 'node:path';
import type { Base } from '../bases.ts';
import { systemPath } from '../dockerfile/stage-state.ts';
import type { Origin } from '../files.ts';
import { isWithin } from '../paths.ts';
import type { Shell } from '../shell/shell.ts';
import { isMissing } from '../shell/text-files.ts';
import { type Word, wordOf } from '../shell/words.ts';
import { known, show } from '../text.ts';

/** Which program the word `go` runs. */
export interface FoundGo {
  /** Where goshim's go stands that runs it; null: it is not goshim's. */
  readonly shim: number | null;
  /** A program that is no go of any image, in words; null: it is none that the file put there. */
  readonly replacedBy: string | null;
  /** What may have put another program, or another toolchain, there; null: nothing did. */
  readonly doubt: string | null;
  /** GOROOT. */
  readonly root: string;
  /** The image it comes from, and where that is named; null: not seen, the last Go that came to the stage. */
  readonly from: { readonly base: Base; readonly at: number } | null;
}

const officialGo = '/usr/local/go/bin/go';

/** Looks a program up as execvp would (PATH's directories in order), among the files that the stage holds. */
export function findGo(word: Word | undefined, shell: Shell): FoundGo {
  const name = wordOf(word) ?? 'go';
  const search = new Search(shell);
  const path = search.find(name);
  // GOSHIM=off and observe build as they are asked.
  const mode = known(shell.variables.get('GOSHIM')?.text ?? []);
  if (search.shim !== null && mode !== '' && mode !== 'on')
    return { shim: null, replacedBy: null, doubt: null, root: '/usr/local/go', from: null };
  if (search.shim !== null || search.replacedBy !== null)
    return { shim: search.shim, replacedBy: search.replacedBy, doubt: null, root: '', from: search.from };
  const root = path === null ? '/usr/local/go' : posix.dirname(posix.dirname(path));
  return { shim: null, replacedBy: null, doubt: search.doubt ?? doubtOfTools(shell, root), root, from: search.from };
}

/** A program of PATH that the stage replaced: the C compiler, a shell. null: it is the image's, or a package's. */
export function replacedProgram(name: string, shell: Shell): string | null {
  const search = new Search(shell);
  search.find(name);
  return search.replacedBy;
}

/**
 * The C compiler that go would call, or its linker, where the file itself put it there; a library that is loaded into all of them;
 * another place for gcc's own programs.
 */
export function replacedCompiler(shell: Shell): string | null {
  const preloaded = shell.variables.get('LD_PRELOAD');
  if (preloaded?.exported === true && preloaded.text.length > 0) return `LD_PRELOAD=${show(preloaded.text)}`;
  for (const name of ['COMPILER_PATH', 'GCC_EXEC_PREFIX']) {
    const place = shell.variables.get(name);
    if (place?.exported === true && place.text.length > 0) return `${name}=${show(place.text)}`;
  }
  const list = shell.machine.files.file('/etc/ld.so.preload');
  if (list !== null) return '/etc/ld.so.preload';
  const said = known(shell.variables.get('CC')?.text ?? []) ?? '';
  return replacedProgram(said.trim().split(/\s+/)[0] || 'gcc', shell) ?? replacedProgram('ld', shell);
}

class Search {
  shim: number | null = null;
  replacedBy: string | null = null;
  doubt: string | null = null;
  from: FoundGo['from'] = null;
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** The file that is run; null: only the image can have it. */
  find(name: string): string | null {
    for (const path of this.#candidates(name)) {
      const found = this.#look(path);
      if (found !== null) return found;
    }
    return null;
  }

  *#candidates(name: string): Generator<string> {
    const shell = this.#shell;
    if (name.includes('/')) {
      const path = shell.path([name]);
      if (path !== null) yield path;
      return;
    }
    const text = shell.variables.get('PATH')?.text ?? [systemPath];
    // A directory whose name is not known cannot be looked into.
    const directories = text.map(piece => (typeof piece === 'string' ? piece : '\0')).join('');
    for (const directory of directories.split(':')) {
      const path = directory.includes('\0') ? null : shell.path([`${directory === '' ? '.' : directory}/${name}`]);
      if (path !== null) yield path;
    }
  }

  /** The path that this candidate is in the end, null: there is none, or perhaps none. */
  #look(path: string): string | null {
    const { machine } = this.#shell;
    const { files } = machine;
    const isGo = /^go[\d.]*$/.test(posix.basename(path));
    const directory = posix.dirname(path);
    const shim =
      machine.shims.get(directory) ??
      (/\bgoshim\b/i.test(directory) ? this.#shell.variables.get('PATH')?.at : undefined);
    if (shim !== undefined && isGo) {
      this.shim = shim;
      return path;
    }
    const real = files.resolve(path);
    const single = files.file(real);
    if (single !== null) {
      const foreign = single.find(origin => !this.#isGoOfImage(origin));
      const [image] = single;
      if (foreign !== undefined) this.replacedBy = `${path} (${sourceOf(foreign)})`;
      else if (image?.kind === 'image') this.from = image;
      return real;
    }
    if (isGo && real === '/usr/bin/go' && machine.packages.distributionGo !== null) return real;
    for (const origin of files.find(real) ?? []) {
      // Programs whose names nobody knows; hardly one is called go.
      if (origin.kind === 'build') continue;
      if (origin.kind === 'image' && this.#isGoOfImage(origin)) {
        this.from = origin;
        return real;
      }
      if (origin.kind === 'image' ? !hasGo(origin.base) : isMissing(origin, this.#shell)) continue;
      const isThere = origin.kind === 'context' && origin.isAbsent !== true;
      if (isThere) this.replacedBy = `${path} (${sourceOf(origin)})`;
      else this.doubt ??= `${path} (${sourceOf(origin)})`;
      if (isThere) return real;
    }
    const hider = machine.hidden.at(-1);
    // A clone of Go that its own scripts built.
    if (hider !== undefined && isGo && isGoRoot.test(real) && !isOfGolang.test(real) && files.find(real) === null)
      this.doubt ??= `${path} (${hider.by})`;
    const overlay = machine.overlays.find(({ into, base }) => isWithin(real, into) && (base === null || hasGo(base)));
    if (overlay !== undefined && isGo && machine.base.go === 'official') this.doubt ??= `${path} (${overlay.by})`;
    const isOwn = real === officialGo && machine.base.go === 'official' && files.gone(real)?.isSure !== true;
    if (isOwn) {
      this.from = { base: machine.base, at: machine.baseAt };
      return real;
    }
    if (real === path) return null;
    // A link out of what the file tells of.
    if (isGo && real.endsWith('/bin/go')) this.doubt ??= `${path} (a link to ${real})`;
    else this.replacedBy = `${path} (a link to ${real})`;
    return real;
  }

  #isGoOfImage(origin: Origin): boolean {
    if (origin.kind !== 'image') return false;
    const isGo = origin.path.endsWith('/bin/go');
    if (isGo && origin.base !== this.#shell.machine.go && origin.base.go !== 'official')
      this.doubt ??= `${origin.path} of ${origin.base.name}`;
    return isGo || hasGo(origin.base) === false;
  }
}

const isGoRoot = /\/(go|golang)[\w.-]*\/bin\/go$/;
const isOfGolang = /^(\/usr\/local)?\/go\/bin\/go$/;

/** Whether an image may have a go in one of PATH's directories. */
function hasGo(base: Base): boolean {
  return base.go !== 'none' || !base.isKnown;
}

/** Other parts of a toolchain that decide what comes out: its tools and sources, GOROOT in the environment. */
function doubtOfTools(shell: Shell, root: string): string | null {
  const said = shell.variables.get('GOROOT');
  const value = said === undefined || !said.exported ? '' : (known(said.text) ?? '$GOROOT');
  if (value !== '' && posix.normalize(value).replace(/(?<=.)\/$/, '') !== root) return `GOROOT=${value}`;
  for (const [path, origins] of shell.machine.files.paths) {
    if (!isWithin(path, root) || path === `${root}/bin/go` || path === `${root}/go.env`) continue;
    const foreign = origins.find(({ kind }) => kind !== 'image');
    if (foreign !== undefined) return `${path} (${sourceOf(foreign)})`;
  }
  return null;
}

function sourceOf(origin: Origin): string {
  switch (origin.kind) {
    case 'hidden':
      return origin.by;
    case 'context':
      return `${origin.path} of the build context`;
    case 'build':
      return 'built in this file';
    case 'image':
      return `${origin.path} of ${origin.base.name}`;
    case 'unseen':
      return `a copy of ${origin.path}`;
  }
}
