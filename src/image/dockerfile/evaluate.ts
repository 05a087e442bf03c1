import { findBase, findBaseOf, unknownBase } from '../bases.ts';
import { type Context, contextText, holdsFile } from '../context.ts';
import { replacedProgram } from '../go/find-go.ts';
import type { GoLine, StagePlace } from '../go/go-line.ts';
import { runGo } from '../go/run-go.ts';
import { limited, type Variable } from '../machine.ts';
import { pathOf } from '../paths.ts';
import { runCommand } from '../shell/commands.ts';
import { hideCommand } from '../shell/doubts.ts';
import { Shell, type World } from '../shell/shell.ts';
import { readStartUp } from '../shell/start-up.ts';
import { Source } from '../source.ts';
import { empty, hole, known, literal, show, type Text } from '../text.ts';
import { copyInstruction } from './copy.ts';
import { jsonWords, readJson, readStart } from './exec-form.ts';
import { expand, hasOpenQuote, type Lookup } from './expand.ts';
import { isTrigger, readInstruction } from './instruction.ts';
import { Mounts } from './mounts.ts';
import type { DockerfileText, Instruction } from './read.ts';
import { runScript } from './run-script.ts';
import { StageState } from './stage-state.ts';
import {
  type BuildOptions,
  isPinned,
  parentOf,
  platformArgument,
  readArguments,
  readEnvironment,
  type Stage,
  type Stages,
} from './stages.ts';

/** Follows the instructions of the stages that a target needs, each once, as BuildKit would, without running anything. */
export class Evaluation {
  readonly file: DockerfileText;
  readonly stages: Stages;
  readonly options: BuildOptions;
  readonly context: Context;
  readonly goLines: GoLine[] = [];
  /** What keeps a part of the file from being read. */
  readonly problems: { readonly what: string; readonly at: number }[] = [];
  /** More was written in some stage than is followed: nothing can be said for sure any more. */
  isOverfull = false;
  readonly #parse: World['parse'];
  readonly #done = new Map<Stage, StageState | 'running'>();
  #budget = commandsPerFile;
  #letters = lettersPerFile;

  constructor(file: DockerfileText, stages: Stages, options: BuildOptions, context: Context, parse: World['parse']) {
    this.file = file;
    this.stages = stages;
    this.options = options;
    this.context = context;
    this.#parse = parse;
  }

  /** The stages that were needed. */
  get evaluated(): readonly Stage[] {
    return [...this.#done.keys()];
  }

  /** The finished stage; null for one that needs itself. */
  stage(stage: Stage): StageState | null {
    const done = this.#done.get(stage);
    if (done === 'running') return null;
    if (done !== undefined) return done;
    this.#done.set(stage, 'running');
    const state = this.#start(stage);
    for (const instruction of stage.instructions) {
      if (this.isOverfull) break;
      this.#follow(instruction, stage, state);
      this.isOverfull ||= state.machine.current.files.isFull;
    }
    this.#done.set(stage, state);
    return state;
  }

  /** An image by the name that FROM or --from gives, named contexts first. */
  image(name: string): ReturnType<typeof findBase> {
    const context = this.options.contexts.get(name.toLowerCase());
    if (context === undefined) return findBase(name);
    if (context.startsWith('docker-image://')) return findBase(context.slice('docker-image://'.length));
    return unknownBase(name, `the named context ${context} is no image`);
  }

  lookup(stage: Stage, state: StageState): Lookup {
    const inherits = !state.machine.current.base.isKnown;
    return name => {
      const text = state.variable(name)?.text;
      // What the image sets is seen by its stages; a variable of an unknown image may be anything.
      return text ?? (inherits && stage.index >= 0 ? hole(`$${name}`, name) : undefined);
    };
  }

  place(stage: Stage): StagePlace {
    const text = stage.platform === null ? null : known(stage.platform);
    return {
      stage: stage.index,
      isPinned: isPinned(stage),
      platform: text ?? this.options.platform ?? 'linux/amd64',
    };
  }

  /** A shell inside a stage. `start` is called for every program it starts. */
  shell(stage: Stage, state: StageState, start?: World['start']): Shell {
    const world: World = {
      parse: this.#parse,
      go: (words, shell, shim) => runGo(words, shell, this, stage, shim ?? null),
      contextText: path => contextText(this.context, path),
      mayHold: path => holdsFile(this.context, path),
      spend: () => this.#budget-- > 0,
      spendLetters: count => {
        this.#letters -= count;
        return this.#letters > 0;
      },
      problem: (what, at) => this.problems.push({ what, at }),
      ...(start === undefined ? {} : { start }),
    };
    return new Shell(world, state.machine.current, state.environment(), state.workdir);
  }

  #start(stage: Stage): StageState {
    const name = known(stage.image);
    const isReplaced = name !== null && this.options.contexts.has(name.toLowerCase());
    const parent = isReplaced ? null : parentOf(this.stages, stage);
    const above = parent === null ? null : this.stage(parent);
    if (above !== null) {
      const state = above.child();
      for (const trigger of above.triggers) this.#follow(trigger, stage, state);
      return state;
    }
    const base = name === null ? variableBase(stage.image) : this.image(name);
    if (name === null && mayNameStage(stage, this.stages))
      this.problems.push({ what: `which stage ${show(stage.image)} names is not known`, at: stage.from.at });
    if (sayTriggers.test(base.name))
      this.problems.push({
        what: `the ONBUILD triggers of ${base.name} run here and cannot be seen`,
        at: stage.from.at,
      });
    return new StageState(base, stage.from.at);
  }

  #follow(instruction: Instruction, stage: Stage, state: StageState): void {
    const { rest, at } = instruction;
    const { escaper } = this.file;
    if (expanded.has(instruction.keyword) && readJson(rest.text) === null && hasOpenQuote(rest.text, escaper))
      this.problems.push({ what: `a quote of ${instruction.keyword} is not closed`, at });
    switch (instruction.keyword) {
      case 'ARG':
        for (const { name, value } of readArguments(instruction, escaper)) {
          const text = this.#argument(name, value?.raw ?? null, stage, state);
          const place = value === null ? null : rest.range(value.at, value.at + value.raw.length);
          if (text !== null) state.variables.set(name, limited({ text, at, by: 'ARG', range: place }, name));
        }
        break;
      case 'ENV': {
        const lookup = this.lookup(stage, state);
        const pairs = readEnvironment(instruction, escaper).map(({ name, value }): [string, Variable] => [
          name,
          {
            text: value === null ? empty : expand(value.raw, lookup, escaper),
            at: value === null ? at : rest.at(value.at),
            by: 'ENV',
            range: value === null ? null : rest.range(value.at, value.at + value.raw.length),
          },
        ]);
        for (const [name, variable] of pairs) state.variables.set(name, limited(variable, name));
        break;
      }
      case 'WORKDIR':
        state.workdir = pathOf(state.workdir, expand(rest.text.trim(), this.lookup(stage, state), escaper));
        if (state.workdir !== null) state.machine.current.files.makeDirectory(state.workdir);
        break;
      case 'USER':
        state.user = expand(rest.text.trim(), this.lookup(stage, state), escaper);
        break;
      case 'SHELL':
        state.shell = readJson(rest.text) ?? state.shell;
        break;
      case 'COPY':
      case 'ADD':
        copyInstruction(instruction, stage, state, this);
        break;
      case 'RUN':
        this.#run(instruction, stage, state);
        break;
      case 'ENTRYPOINT':
        state.entrypoint = readStart(instruction);
        state.cmd = null;
        break;
      case 'CMD':
        state.cmd = readStart(instruction);
        break;
      case 'ONBUILD':
        this.#keepTrigger(instruction, state);
        break;
      default:
        break;
    }
  }

  /** An instruction for the builds that start from this stage, those in this file included. */
  #keepTrigger({ rest, at, end, heredocs }: Instruction, state: StageState): void {
    const trigger = readInstruction(rest, this.file.escaper);
    if (isTrigger(trigger.keyword)) state.triggers.push({ ...trigger, at, end, heredocs });
    else this.problems.push({ what: 'ONBUILD wants an instruction, and none of FROM, MAINTAINER, ONBUILD', at });
  }

  /** null: the variable stays unset. */
  #argument(name: string, raw: string | null, stage: Stage, state: StageState): Text | null {
    const given = this.options.buildArgs.get(name);
    if (given !== undefined) return literal(given);
    if (raw !== null) return expand(raw, this.lookup(stage, state), this.file.escaper);
    const global = this.stages.globals.get(name);
    if (global?.text != null) return global.text;
    const platform = platformArgument(name, this.options, isPinned(stage));
    // Whoever calls the build may give a value.
    return platform ?? [{ source: `$${name}`, name, quoted: true, isUnset: true }];
  }

  #run(instruction: Instruction, stage: Stage, state: StageState): void {
    const mounts = new Mounts(instruction, stage, state, this);
    const shell = this.shell(stage, state);
    const words = readJson(instruction.rest.text);
    mounts.attach(shell.machine);
    for (const name of mounts.variables)
      shell.set(name, { text: hole('a secret', name), at: instruction.at, by: 'secret', range: null }, true);
    if (words !== null) {
      runCommand(shell, jsonWords(words, instruction.rest));
    } else {
      const script = runScript(instruction, state.shell);
      const interpreter = state.shell?.[0] ?? '/bin/sh';
      const replaced = replacedProgram(interpreter, shell);
      if ('hidden' in script) hideCommand(shell, script.hidden, instruction.at);
      else if (replaced !== null) hideCommand(shell, `SHELL ${replaced}`, instruction.at);
      else if (script.script.text.length > longestArgument)
        this.problems.push({
          what: 'a RUN longer than the 128 KiB that Linux takes as one argument',
          at: instruction.at,
        });
      else {
        const [program, ...options] = jsonWords(script.shell ?? [interpreter], Source.near('', instruction.at));
        if (program !== undefined) readStartUp(shell, program, options);
        shell.run(script.script);
      }
    }
    mounts.detach(shell.machine);
    state.machine.current = shell.machine;
  }

  /** A file of the build context by its path in a stage's image. */
  readContext(path: string, machine: { readonly files: StageState['machine']['current']['files'] }): string | null {
    const origins = machine.files.find(path);
    const from = origins?.find(origin => origin.kind === 'context');
    return from?.kind === 'context' ? contextText(this.context, from.path) : null;
  }
}

/** Instructions whose words BuildKit expands, and refuses when a quote stays open. */
const expanded: ReadonlySet<string> = new Set(['ADD', 'ARG', 'COPY', 'ENV', 'USER', 'WORKDIR']);

/** Images of Go whose name says that they build what starts from them; any other image's triggers hide behind an unknown base. */
const sayTriggers = /\bgo(lang)?\b.*\bonbuild\b/i;

/** Whether a name with a variable in it, known letters before it, may be that of a stage before. */
function mayNameStage({ image: [first], index }: Stage, { stages }: Stages): boolean {
  if (typeof first !== 'string') return false;
  return stages.slice(0, index).some(({ name }) => name?.startsWith(first) === true);
}

/** An image whose name holds a variable that is not known: the literal parts around it may still tell. */
function variableBase(image: Text): ReturnType<typeof findBase> {
  const [first] = image;
  const last = image.at(-1);
  const repository = typeof first === 'string' ? /^(.*?):[^/]*$/.exec(first)?.[1] : undefined;
  if (repository === undefined) return unknownBase(show(image), 'a variable in its name is not known');
  return findBaseOf(show(image), repository, typeof last === 'string' && image.length > 1 ? last : '');
}

/** MAX_ARG_STRLEN: the script is one argument of `sh -c`. */
const longestArgument = 131_071;

const commandsPerFile = 5000;
/** Of all scripts that are read, those that `eval` puts together included. */
const lettersPerFile = 2 << 20;
