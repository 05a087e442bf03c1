import type {
  AndOr,
  Assignment,
  Command,
  SyntaxNode as Node,
  Redirection,
  Script,
  Function as ShellFunction,
  Statement,
} from 'unbash';
import type { Machine, Variable } from '../machine.ts';
import { pathOf } from '../paths.ts';
import { Source } from '../source.ts';
import { either, hole, known, literal, sameText, type Text } from '../text.ts';
import { runCommand } from './commands.ts';
import { expandValue, expandWord, markHoles, type Scope, type Word } from './words.ts';

/** What the shells of one check share. */
export interface World {
  readonly parse: (
    script: string,
  ) => Script & { readonly errors?: readonly { readonly message: string; readonly pos: number }[] | undefined };
  /** A go command was met. */
  go(words: readonly Word[], shell: Shell): void;
  /** Called for every program that is started, when it is asked what a container starts. */
  readonly start?: (words: readonly Word[], shell: Shell) => void;
  /** A script that no shell would run. */
  readonly problem?: (what: string, at: number) => void;
  /** Counts a command; false once the file asks for too many. */
  spend(): boolean;
}

export interface ShellVariable extends Variable {
  readonly exported: boolean;
}

const deepest = 40;
const longestLoop = 64;

/** Walks a script as a shell would run it, without running anything: every branch is taken, and then joined. */
export class Shell {
  readonly world: World;
  machine: Machine;
  variables: Map<string, ShellVariable>;
  /** Absolute; null where nobody knows. */
  directory: string | null;
  positional: readonly Text[] = [];
  /** True where a variable that nobody set may come from an image that is not known. */
  readonly inherits: boolean;
  #functions: Map<
    string,
    { readonly node: ShellFunction; readonly script: Source; readonly holes: readonly Text[number][] }
  >;
  #depth = 0;

  constructor(world: World, machine: Machine, variables: Map<string, ShellVariable>, directory: string | null) {
    this.world = world;
    this.machine = machine;
    this.variables = variables;
    this.directory = directory;
    this.inherits = !machine.base.isKnown;
    this.#functions = new Map();
  }

  run(script: Source, holes: readonly Text[number][] = []): void {
    if (this.#depth > deepest) {
      this.machine.hide('shells nested too deep', script.at(0), true);
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
    this.#depth++;
    this.#statements(tree.commands, script, holes);
    this.#depth--;
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
    this.variables.set(name, { ...variable, exported: exported ?? before?.exported ?? false });
  }

  /** A path as this shell sees it; null where it is not known. */
  path(text: Text): string | null {
    return pathOf(this.directory, text);
  }

  /** A shell whose variables and directory die with it; files and packages stay. */
  subshell(body: (shell: Shell) => void): void {
    const inner = this.#copy(this.machine);
    body(inner);
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
    this.#functions = first.#functions;
  }

  call(name: string, words: readonly Word[]): boolean {
    const found = this.#functions.get(name);
    if (found === undefined) return false;
    if (this.#depth > deepest) return true;
    const before = this.positional;
    this.positional = words.map(({ text }) => text);
    this.#depth++;
    this.#node(found.node.body as Node, found.script, found.holes);
    this.#depth--;
    this.positional = before;
    return true;
  }

  #copy(machine: Machine): Shell {
    const copy = new Shell(this.world, machine, new Map(this.variables), this.directory);
    copy.positional = this.positional;
    copy.#functions = new Map(this.#functions);
    copy.#depth = this.#depth;
    return copy;
  }

  #join(other: Shell): void {
    this.machine.join(other.machine);
    if (this.directory !== other.directory) this.directory = null;
    for (const name of new Set([...this.variables.keys(), ...other.variables.keys()])) {
      const [mine, theirs] = [this.variables.get(name), other.variables.get(name)];
      const some = mine ?? theirs;
      if (some === undefined || (mine && theirs && sameText(mine.text, theirs.text))) continue;
      this.variables.set(name, { ...some, text: either(name, mine?.text ?? [], theirs?.text ?? []), range: null });
    }
    for (const [name, body] of other.#functions) if (!this.#functions.has(name)) this.#functions.set(name, body);
  }

  #statements(statements: readonly Statement[], script: Source, holes: readonly Text[number][]): void {
    for (const statement of statements) {
      if (statement.background) this.subshell(inner => inner.#node(statement.command as Node, script, holes));
      else this.#node(statement.command as Node, script, holes);
    }
  }

  #node(node: Node, script: Source, holes: readonly Text[number][]): void {
    if (!this.world.spend()) {
      this.machine.hide('more commands than are followed', script.at(node.pos), true);
      return;
    }
    const list = (body: { readonly commands: readonly Statement[] }) => (shell: Shell) =>
      shell.#statements(body.commands, script, holes);
    switch (node.type) {
      case 'Command':
        this.#command(node, script, holes);
        break;
      case 'AndOr':
        this.#andOr(node, script, holes);
        break;
      case 'Pipeline': {
        const [only] = node.commands;
        if (node.commands.length === 1 && only !== undefined) this.#node(only as Node, script, holes);
        else
          for (const [index, command] of node.commands.entries())
            this.subshell(inner => {
              if (index > 0 && isBareShell(command))
                this.machine.hide(`… | ${command.name?.text}`, script.at(command.pos), true);
              else inner.#node(command as Node, script, holes);
            });
        break;
      }
      case 'If': {
        list(node.clause)(this);
        const bodies = [list(node.then)];
        for (const { clause, then } of node.elif)
          bodies.push(shell => {
            list(clause)(shell);
            list(then)(shell);
          });
        if (node.else !== undefined) bodies.push(list(node.else));
        this.alternatives(bodies, node.else !== undefined);
        break;
      }
      case 'Case':
        this.alternatives(
          node.items.map(item => list(item.body)),
          node.items.some(item => item.pattern.some(pattern => pattern.text === '*')),
        );
        break;
      case 'For':
      case 'Select': {
        const scope = this.#scope(script, holes);
        const words = node.wordlist?.flatMap(word => expandWord(word, scope)) ?? null;
        const name = node.name.value;
        const value = (text: Text): Variable => ({ text, at: script.at(node.name.pos), by: 'for', range: null });
        const isPlain = words?.every(({ text }) => !/[*?[{]/.test(known(text) ?? '*')) ?? false;
        const turns =
          isPlain && words !== null && words.length <= longestLoop
            ? words.map(({ text }) => text)
            : [hole(`$${name}`, name)];
        for (const turn of turns) {
          this.set(name, value(turn));
          list(node.body)(this);
        }
        break;
      }
      case 'While':
        list(node.clause)(this);
        this.maybe(list(node.body));
        break;
      case 'ArithmeticFor':
        this.maybe(list(node.body));
        break;
      case 'Subshell':
        this.subshell(list(node.body));
        break;
      case 'BraceGroup':
        list(node.body)(this);
        break;
      case 'CompoundList':
        list(node)(this);
        break;
      case 'Redirected':
        this.#node(node.command as Node, script, holes);
        break;
      case 'Function':
        this.#functions.set(node.name.value, { node, script, holes });
        break;
      case 'Coproc':
        this.subshell(inner => inner.#node(node.body as Node, script, holes));
        break;
      default:
        break;
    }
  }

  /** `a && b`: all run; `a || b`: b may; what follows a test by && may. */
  #andOr(node: AndOr, script: Source, holes: readonly Text[number][]): void {
    const { commands, operators } = node;
    let index = 0;
    while (index < commands.length) {
      const command = commands[index];
      const before = operators[index - 1];
      let end = index + 1;
      const isGuarded = before === '||' || (index > 0 && isTest(commands[index - 1]));
      if (isGuarded) while (end < commands.length && operators[end - 1] === '&&') end++;
      const group = isGuarded ? commands.slice(index, end) : command === undefined ? [] : [command];
      const body = (shell: Shell): void => {
        for (const each of group) shell.#node(each as Node, script, holes);
      };
      if (isGuarded && !group.every(isLeaving)) this.maybe(body);
      else if (!isGuarded) body(this);
      index = isGuarded ? end : index + 1;
    }
  }

  #command(node: Command, script: Source, holes: readonly Text[number][]): void {
    const scope = this.#scope(script, holes);
    const assignments = node.prefix.filter((each): each is Assignment => each.type === 'Assignment');
    const values = assignments.map(each => [each.name, assigned(each, scope)] as const);
    const words = node.name === undefined ? [] : [...expandWord(node.name, scope)];
    for (const argument of node.suffix) {
      if (argument.type === 'Word') words.push(...expandWord(argument, scope));
      else if (argument.type === 'Assignment') words.push(assignmentWord(argument, scope));
    }
    if (words.length === 0) {
      for (const [name, value] of values) this.set(name, value);
    } else if (values.length === 0) runCommand(this, words);
    else {
      const before = this.variables;
      this.variables = new Map(before);
      for (const [name, value] of values) this.set(name, value, true);
      runCommand(this, words);
      this.variables = before;
    }
    for (const redirection of node.redirects) this.#redirect(redirection, words[0], scope);
  }

  /** `> path` over a file that is followed: it is no longer what it was. */
  #redirect(redirection: Redirection, command: Word | undefined, scope: Scope): void {
    if (redirection.type !== 'Redirect' || !/^(>|>\||&>)$/.test(redirection.operator)) return;
    if (redirection.target === undefined) return;
    const path = this.path(expandValue(redirection.target, scope));
    if (path === null || this.machine.files.file(path) === null) return;
    const by = known(command?.text ?? []) ?? 'a command';
    this.machine.files.write(path, [{ kind: 'hidden', by: `${by} > ${path}`, at: scope.script.at(redirection.pos) }]);
  }

  #scope(script: Source, holes: readonly Text[number][]): Scope {
    return {
      script,
      holes,
      positional: this.positional,
      variable: name => this.variable(name),
      substitute: command => this.#substitute(command),
    };
  }

  #substitute(command: string): Text | null {
    if (command === 'pwd') return this.directory === null ? null : literal(this.directory);
    const asked = /^go env (GOPATH|GOBIN|GOROOT|GOOS)$/.exec(command)?.[1];
    if (asked === undefined) return null;
    const set = this.variables.get(asked)?.text;
    if (set !== undefined && set.length > 0) return set;
    if (this.machine.base.go !== 'official') return null;
    return literal({ GOPATH: '/go', GOBIN: '', GOROOT: '/usr/local/go', GOOS: 'linux' }[asked] ?? '');
  }
}

function assigned(node: Assignment, scope: Scope): Variable {
  const { value } = node;
  const at = scope.script.at(node.pos);
  if (value.type !== 'Word' || node.index !== undefined)
    return { text: hole(node.text), at, by: 'assignment', range: null };
  const text = expandValue(value, scope);
  return {
    text: node.append ? [...(scope.variable(node.name) ?? []), ...text] : text,
    at,
    by: 'assignment',
    range: scope.script.range(value.pos, value.end),
  };
}

/** `export X=0`: the assignment as one word. */
function assignmentWord(node: Assignment, scope: Scope): Word {
  const { text } = assigned(node, scope);
  const [first, ...rest] = text;
  const head = `${node.name}=`;
  const whole = typeof first === 'string' ? [head + first, ...rest] : [head, ...text];
  const { script } = scope;
  return {
    text: whole,
    at: script.at(node.pos),
    range: script.range(node.pos, node.end),
    raw: node.text,
    source: null,
  };
}

function isBareShell(node: { readonly type: string }): node is Command {
  if (node.type !== 'Command') return false;
  const { name, suffix } = node as Command;
  return (
    /^(ba|da|a|z)?sh$/.test(name?.value.split('/').at(-1) ?? '') &&
    !suffix.some(each => 'value' in each && each.value === '-c')
  );
}

/** A command whose success decides what runs next: `[ … ]`, `test`, `[[ … ]]`, `command -v`, `grep -q`. */
function isTest(node: { readonly type: string } | undefined): boolean {
  if (node === undefined) return false;
  if (node.type === 'TestCommand' || node.type === 'ArithmeticCommand') return true;
  if (node.type === 'Pipeline') {
    const { commands } = node as unknown as { readonly commands: readonly { readonly type: string }[] };
    return isTest(commands.at(-1));
  }
  return (
    node.type === 'Command' &&
    /^(\[|test|command|which|type|grep|id|getent|false)$/.test((node as Command).name?.value ?? '')
  );
}

/** `|| exit 1`, `|| true`: nothing to follow. */
function isLeaving(node: { readonly type: string }): boolean {
  return (
    node.type === 'Command' &&
    /^(exit|return|true|:|echo|false|break|continue)$/.test((node as Command).name?.value ?? '')
  );
}
