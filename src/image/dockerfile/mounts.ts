import type { Base } from '../bases.ts';
import { type Context, contextKind } from '../context.ts';
import type { Files, Origin } from '../files.ts';
import type { Machine } from '../machine.ts';
import { pathOf } from '../paths.ts';
import type { Evaluation } from './evaluate.ts';
import { expand } from './expand.ts';
import type { Instruction } from './read.ts';
import type { StageState } from './stage-state.ts';
import { referredStage, type Stage } from './stages.ts';

interface Mount {
  readonly type: string;
  readonly target: string;
  readonly source: string;
  readonly from: string | null;
}

/** RUN's mounts: what is written into one is gone after the RUN, and what it hides comes back. */
export class Mounts {
  readonly #mounts: readonly Mount[];
  readonly #stageFiles: (mount: Mount) => Files | null;
  readonly #at: number;
  readonly #covered: Files[] = [];
  readonly #context: Context;
  readonly #base: (name: string) => Base;
  /** Variables that secrets set (`type=secret,env=NAME`). */
  readonly variables: readonly string[];

  constructor(instruction: Instruction, stage: Stage, state: StageState, evaluation: Evaluation) {
    const lookup = evaluation.lookup(stage, state);
    this.#at = instruction.at;
    this.#context = evaluation.context;
    this.#base = name => evaluation.image(name);
    const secrets: string[] = [];
    this.variables = secrets;
    this.#mounts = instruction.flags.flatMap(({ name, value }) => {
      if (name !== 'mount' || value === null) return [];
      const options = new Map(
        value.split(',').map(option => {
          const [key = '', ...rest] = option.split('=');
          return [key, rest.join('=')] as const;
        }),
      );
      const type = options.get('type') ?? 'bind';
      const said = options.get('target') ?? options.get('dst') ?? options.get('destination') ?? '';
      const target = pathOf(state.workdir, expand(said, lookup, evaluation.file.escaper));
      const variable = options.get('env');
      if (type === 'secret' && variable !== undefined) secrets.push(variable);
      if (target === null || type === 'ssh') return [];
      return [
        { type, target, source: options.get('source') ?? options.get('src') ?? '/', from: options.get('from') ?? null },
      ];
    });
    this.#stageFiles = ({ from }) => {
      const found = from === null ? null : referredStage(evaluation.stages, from, false);
      return found === null || found === stage ? null : (evaluation.stage(found)?.machine.current.files ?? null);
    };
  }

  attach(machine: Machine): void {
    for (const mount of this.#mounts) {
      this.#covered.push(machine.files.take(mount.target));
      const { type, target, from } = mount;
      if (type === 'secret') machine.files.write(target, [{ kind: 'hidden', by: 'a secret', at: this.#at }]);
      else machine.files.makeDirectory(target);
      if (type !== 'bind') continue;
      const files = this.#stageFiles(mount);
      const source = mount.source.startsWith('/') ? mount.source : `/${mount.source}`;
      if (files !== null) machine.files.copy(files, source.replace(/(?<=.)\/$/, ''), mount.target);
      else if (from === null) this.#attachContext(machine, target, `.${source}`);
      else machine.files.writeTree(target, [{ kind: 'image', base: this.#base(from), path: source, at: this.#at }]);
    }
  }

  #attachContext({ files }: Machine, target: string, path: string): void {
    const origins: readonly Origin[] = [{ kind: 'context', path, at: this.#at, isScript: false }];
    if (contextKind(this.#context, path) === 'file') files.write(target, origins);
    else files.writeTree(target, origins);
  }

  detach(machine: Machine): void {
    for (const [index, { target }] of [...this.#mounts.entries()].reverse()) {
      machine.files.remove(target);
      const covered = this.#covered[index];
      if (covered !== undefined) machine.files.copy(covered, target, target);
    }
  }
}
