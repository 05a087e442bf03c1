import type { Base } from '../bases.ts';
import { Machine, type Variable } from '../machine.ts';
import type { ShellVariable } from '../shell/shell.ts';
import { Source } from '../source.ts';
import { show, type Text } from '../text.ts';
import type { Instruction } from './instruction.ts';
import type { StartInstead } from './stages.ts';

/** What ENTRYPOINT or CMD says. */
export interface Start {
  readonly at: number;
  /** null: the shell form; `script` then holds it. */
  readonly words: readonly string[] | null;
  readonly script: Source;
}

/** A stage as far as its instructions have been followed. */
export class StageState {
  readonly machine: { current: Machine };
  readonly variables: Map<string, Variable>;
  workdir: string | null;
  /** USER; empty: what the image says, root where it says nothing. */
  user: Text = [];
  /** SHELL's words; null: the default. */
  shell: readonly string[] | null = null;
  entrypoint: Start | null = null;
  cmd: Start | null = null;
  /** What ONBUILD keeps for stages that start from this one; they do not hand it on. */
  readonly triggers: Instruction[] = [];
  /** Offset of the FROM that names the image. */
  readonly imageAt: number;

  constructor(base: Base, imageAt: number, from?: StageState) {
    this.machine = { current: from?.machine.current.fork() ?? new Machine(base, imageAt) };
    this.variables = new Map(from?.variables);
    this.workdir = from === undefined ? base.workdir : from.workdir;
    this.shell = from?.shell ?? null;
    this.user = from?.user ?? [];
    this.entrypoint = from?.entrypoint ?? null;
    this.cmd = from?.cmd ?? null;
    this.imageAt = imageAt;
  }

  /** A stage that starts from this one. */
  child(): StageState {
    return new StageState(this.machine.current.base, this.imageAt, this);
  }

  /** Another start than its own, as the engine takes it: another ENTRYPOINT leaves nothing of the image's CMD. */
  startInstead({ entrypoint, cmd }: StartInstead, at: number): void {
    const startOf = (words: readonly string[]): Start | null =>
      words.length === 0 ? null : { at, words, script: Source.near('', at) };
    if (entrypoint !== null) {
      this.entrypoint = startOf(entrypoint);
      this.cmd = null;
    }
    if (cmd !== null) this.cmd = startOf(cmd);
  }

  /** ENV and ARG so far, and what the image itself sets. */
  variable(name: string): Variable | undefined {
    return this.variables.get(name) ?? baseEnvironment(this.machine.current.base).find(([each]) => each === name)?.[1];
  }

  /** What a RUN's shell finds in its environment. */
  environment(): Map<string, ShellVariable> {
    const variables = new Map<string, ShellVariable>();
    for (const [name, variable] of baseEnvironment(this.machine.current.base))
      variables.set(name, { ...variable, exported: true });
    const name = show(this.user).replace(/:.*$/, '');
    // Whoever it is has another home than root, and so other settings of go.
    if (!/^(root|0|)$/.test(name))
      variables.set('HOME', { text: [`/home/${name}`], at: 0, by: 'USER', range: null, exported: true });
    for (const [name, variable] of this.variables) variables.set(name, { ...variable, exported: true });
    return variables;
  }
}

/** What the image itself sets (docker-library/golang, Dockerfile-linux.template). */
function baseEnvironment(base: Base): [string, Variable][] {
  const given = (value: string): Variable => ({ text: [value], at: 0, by: 'image', range: null });
  if (base.go === 'official')
    return [
      ['GOPATH', given('/go')],
      ['PATH', given(`/go/bin:/usr/local/go/bin:${systemPath}`)],
      ['HOME', given('/root')],
    ];
  return base.isKnown
    ? [
        ['PATH', given(systemPath)],
        ['HOME', given('/root')],
      ]
    : [];
}

export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
