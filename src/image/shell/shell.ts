import type { SyntaxNode as Node, Script } from 'unbash';
import type { Base } from '../bases.ts';
import type { FileLine } from '../files.ts';
import { limited, type Machine, type Variable } from '../machine.ts';
import { pathOf } from '../paths.ts';
import { Source } from '../source.ts';
import { either, hole, literal, sameText, type Text } from '../text.ts';
import { hideCommand } from './doubts.ts';
import { outputOf } from './output-of.ts';
import { type Code, walk, walkStatements } from './walk.ts';
import { markHoles, type Scope, type Word } from './words.ts';

/** What the shells of one check share. */
export interface World {
  readonly parse: (
    script: string,
  ) => Script & { readonly errors?: readonly { readonly message: string; readonly pos: number }[] | undefined };
  /** A go command was met; `shim`: where goshim was told to run it. */
  go(words: readonly Word[], shell: Shell, shim?: number): void;
  /** Called for every program that is started, when it is asked what a container starts. */
  readonly start?: (words: readonly Word[], shell: Shell) => void;
  /** A script that no shell would run. */
  readonly problem?: (what: string, at: number) => void;
  /** Text of a small file of the build context; null where it cannot be read. */
  readonly contextText?: (path: string) => string | null;
  /** False: a directory of the build context that was copied has no such file in it. */
  readonly mayHold?: (path: string) => boolean;
  /** Counts what is read as a script; false once it is too much. */
  spendLetters?(count: number): boolean;
  /** Counts a command; false once the file asks for too many. */
  spend(): boolean;
}

export interface ShellVariable extends Variable {
  readonly exported: boolean;
}

const deepest = 40;
/** Scripts inside of scripts: `eval`, `sh -c`. */
const deepestScript = 8;

/** Walks a script as a shell would run it, without running anything: every branch is taken, and then joined. */
export class Shell {
  readonly world: World;
  machine: Machine;
  variables: Map<string, ShellVariable>;
  /** Absolute; null where nobody knows. */
  directory: string | null;
  positional: readonly Text[] = [];
  /** What the command before this one in a pipeline writes; null: not known. */
  piped: readonly FileLine[] | null = null;
  /** A packed toolchain that the command before this one in a pipeline downloads. */
  pipedGo: Base | null = null;
  /** A packed toolchain that the last command downloaded to its output. */
  printedGo: Base | null = null;
  /** What the last command wrote to its output; null: not known. */
  printed: readonly FileLine[] | null = null;
  /** Names that `alias` gave a meaning. */
  readonly aliases: Set<string>;
  /** What `trap` wants to run, at the end or in between. */
  readonly traps: Word[] = [];
  /** `exit`, or another program in its place: nothing more is run. */
  hasEnded = false;
  /** `return` in a function, `break` or `continue` in a loop: nothing more of it is run. */
  hasLeft = false;
  /** It was `return`. */
  isReturning = false;
  /** Loops around what is being walked. */
  loops = 0;
  /** Commands that run one another: `env nice sudo go`. */
  wrappers = 0;
  /** `set -a`. */
  exportsAll = false;
  /** Names that were exported before they had a value. */
  readonly exportedNames = new Set<string>();
  /** True where a variable that nobody set may come from an image that is not known. */
  readonly inherits: boolean;
  #functions = new Map<string, { readonly body: Node; readonly code: Code }>();
  /** Functions that are running. */
  #depth = 0;
  /** Scripts that are running. */
  #scripts = 0;
  /** What the variables of each function that is running were before `local`, the innermost last. */
  #locals: Map<string, ShellVariable | undefined>[] = [];

  constructor(
    world: World,
    machine: Machine,
    variables: Map<string, ShellVariable>,
    directory: string | null,
    aliases: ReadonlySet<string> = new Set(),
  ) {
    this.aliases = new Set(aliases);
    this.world = world;
    this.machine = machine;
    this.variables = variables;
    this.directory = directory;
    this.inherits = !machine.base.isKnown;
  }

  run(script: Source, holes: readonly Text[number][] = []): void {
    if (this.#scripts > deepestScript || this.world.spendLetters?.(script.text.length) === false) {
      hideCommand(this, 'shells nested too deep', script.at(0));
      return;
    }
    const tree = this.world.parse(script.text);
    const error = tree.errors?.[0];
    if (error !== undefined) {
      const what = `the shell line cannot be read (${error.message})`;
      this.world.problem?.(what, script.at(error.pos));
      this.machine.hide(what, script.at(error.pos), true);
      return;
    }
    this.#scripts++;
    walkStatements(this, tree.commands, { script, holes });
    if (this.#scripts === 1) {
      this.hasEnded = false;
      this.runTraps();
    }
    this.#scripts--;
  }

  /** What traps run once the script has ended. */
  runTraps(): void {
    for (const script of this.traps.splice(0)) this.maybe(inner => inner.runWords([script]));
  }

  /** Runs a word as a script: `sh -c '…'`, `eval '…'`. */
  runWords(words: readonly Word[]): void {
    const [only] = words;
    if (words.length === 1 && only?.source) this.run(only.source);
    else {
      const holes: Text[number][] = [];
      const text = words.map(word => markHoles(word.text, holes)).join(' ');
      this.run(Source.near(text, only?.at ?? 0), holes);
    }
  }

  variable(name: string): Text | undefined {
    if (name === 'PWD') return this.directory === null ? hole('$PWD') : literal(this.directory);
    return this.variables.get(name)?.text ?? (this.inherits ? hole(`$${name}`, name) : undefined);
  }

  set(name: string, variable: Variable, exported?: boolean): void {
    const before = this.variables.get(name);
    this.variables.set(name, {
      ...limited(variable, name),
      exported: exported ?? before?.exported ?? (this.exportsAll || this.exportedNames.has(name)),
    });
  }

  /** A path as this shell sees it; null where it is not known. */
  path(text: Text): string | null {
    const [first, ...rest] = text;
    if (typeof first !== 'string' || !/^~(\/|$)/.test(first)) return pathOf(this.directory, text);
    return pathOf(this.directory, [...this.home, first.slice(1), ...rest]);
  }

  get home(): Text {
    return this.variables.get('HOME')?.text ?? ['/root'];
  }

  /** A shell whose variables and directory die with it; files and packages stay. */
  subshell(body: (shell: Shell) => void): void {
    const inner = this.#copy(this.machine);
    body(inner);
    inner.hasEnded = false;
    inner.runTraps();
    this.machine = inner.machine;
  }

  /** What may or may not run. */
  maybe(body: (shell: Shell) => void): void {
    this.alternatives([body], false);
  }

  /** Branches of which one runs; when they are not all there is, none may. */
  alternatives(bodies: readonly ((shell: Shell) => void)[], isComplete: boolean): void {
    if (!this.world.spend()) return;
    const ends = bodies.map(body => {
      const branch = this.#copy(this.machine.fork());
      body(branch);
      return branch;
    });
    const [first, ...others] = isComplete ? ends : [this.#copy(this.machine.fork()), ...ends];
    if (first === undefined) return;
    for (const other of others) first.#join(other);
    this.machine = first.machine;
    this.variables = first.variables;
    this.directory = first.directory;
    this.hasEnded = first.hasEnded;
    this.hasLeft = first.hasLeft;
    this.isReturning = first.isReturning;
    this.#functions = first.#functions;
  }

  define(name: string, body: Node, code: Code): void {
    this.#functions.set(name, { body, code });
  }

  call(name: string, words: readonly Word[]): boolean {
    const found = this.#functions.get(name);
    if (found === undefined) return false;
    if (this.#depth > deepest) {
      hideCommand(this, `${name}, nested too deep`, words[0]?.at ?? 0);
      return true;
    }
    const before = this.positional;
    this.positional = words.map(({ text }) => text);
    this.#depth++;
    this.#locals.push(new Map());
    const { loops } = this;
    this.loops = 0;
    walk(this, found.body, found.code);
    this.loops = loops;
    for (const [name, variable] of this.#locals.pop() ?? []) {
      if (variable === undefined) this.variables.delete(name);
      else this.variables.set(name, variable);
    }
    this.hasLeft = false;
    this.isReturning = false;
    this.#depth--;
    this.positional = before;
    return true;
  }

  /** `local NAME`: what it is now comes back when the function ends. */
  localize(name: string): void {
    const frame = this.#locals.at(-1);
    if (frame !== undefined && !frame.has(name)) frame.set(name, this.variables.get(name));
  }

  /** Whether a function is running. */
  get isInFunction(): boolean {
    return this.#locals.length > 0;
  }

  #copy(machine: Machine): Shell {
    const copy = new Shell(this.world, machine, new Map(this.variables), this.directory, this.aliases);
    copy.positional = this.positional;
    copy.exportsAll = this.exportsAll;
    for (const name of this.exportedNames) copy.exportedNames.add(name);
    copy.piped = this.piped;
    copy.pipedGo = this.pipedGo;
    copy.#functions = new Map(this.#functions);
    copy.#depth = this.#depth;
    copy.#scripts = this.#scripts;
    copy.loops = this.loops;
    copy.wrappers = this.wrappers;
    copy.#locals = [...this.#locals];
    return copy;
  }

  #join(other: Shell): void {
    this.machine.join(other.machine);
    this.hasEnded &&= other.hasEnded;
    this.hasLeft = (this.hasLeft || this.hasEnded) && (other.hasLeft || other.hasEnded) && !this.hasEnded;
    this.isReturning ||= other.isReturning;
    if (this.directory !== other.directory) this.directory = null;
    for (const name of new Set([...this.variables.keys(), ...other.variables.keys()])) {
      const [mine, theirs] = [this.variables.get(name), other.variables.get(name)];
      const some = mine ?? theirs;
      if (some === undefined || (mine && theirs && sameText(mine.text, theirs.text))) continue;
      this.variables.set(name, { ...some, text: either(name, mine?.text ?? [], theirs?.text ?? []), range: null });
    }
    for (const name of other.aliases) this.aliases.add(name);
    for (const name of other.exportedNames) this.exportedNames.add(name);
    this.traps.push(...other.traps.filter(each => !this.traps.includes(each)));
    for (const [name, body] of other.#functions) if (!this.#functions.has(name)) this.#functions.set(name, body);
  }

  /** What expanding the words of a script asks. */
  scope(code: Code): Scope {
    const { script, holes } = code;
    return {
      script,
      holes,
      positional: this.positional,
      variable: name => this.variable(name),
      assign: (name, text) =>
        this.set(name, { text: text ?? hole(`$${name}`, name), at: script.at(0), by: 'arithmetic', range: null }),
      substitute: (command, inner) => {
        const output = outputOf(this, command);
        if (output === null && inner !== undefined) this.subshell(shell => walkStatements(shell, inner.commands, code));
        return output;
      },
    };
  }
}
