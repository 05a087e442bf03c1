import { empty, hole, known, literal, show, type Text } from '../text.ts';
import { expand, splitWords } from './expand.ts';
import type { DockerfileText, Instruction } from './read.ts';

/** One FROM and what follows it. */
export interface Stage {
  readonly index: number;
  /** Lower case; null without AS. */
  readonly name: string | null;
  readonly from: Instruction;
  /** What FROM names, variables replaced. */
  readonly image: Text;
  /** `--platform`, variables replaced; null without one. */
  readonly platform: Text | null;
  readonly instructions: readonly Instruction[];
}

export interface Stages {
  readonly stages: readonly Stage[];
  /** ARGs before the first FROM: default or build argument; null where they have neither. */
  readonly globals: ReadonlyMap<string, { readonly text: Text | null; readonly instruction: Instruction }>;
}

/** What the caller of the build would say on its command line. */
export interface BuildOptions {
  readonly buildArgs: ReadonlyMap<string, string>;
  /** `linux/arm64`; null: not said. */
  readonly platform: string | null;
  readonly target: string | null;
  /** `--build-context NAME=…`: an image (`docker-image://`) or a directory. */
  readonly contexts: ReadonlyMap<string, string>;
  /** What a compose file starts instead of ENTRYPOINT and CMD. */
  readonly start?: StartInstead;
}

/** The words of each; null: the image's own. */
export interface StartInstead {
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
}

/** Cuts a Dockerfile into stages. FROM sees only the ARGs before the first FROM, and the platform's own. */
export function readStages(file: DockerfileText, options: BuildOptions): Stages {
  const globals = new Map<string, { text: Text | null; instruction: Instruction }>();
  const lookup = (name: string): Text | undefined => {
    const own = globals.get(name);
    if (own === undefined) return platformArgument(name, options, false);
    return own.text ?? [{ source: `$${name}`, name, quoted: true, isUnset: 'in FROM' }];
  };
  const stages: {
    index: number;
    name: string | null;
    from: Instruction;
    image: Text;
    platform: Text | null;
    instructions: Instruction[];
  }[] = [];
  for (const instruction of file.instructions) {
    if (instruction.keyword === 'FROM') {
      const words = splitWords(instruction.rest.text, file.escaper).map(({ word }) => word);
      const [image = '', as = '', name] = words;
      const platform = instruction.flags.find(flag => flag.name === 'platform')?.value;
      stages.push({
        index: stages.length,
        name: as.toLowerCase() === 'as' && name !== undefined ? name.toLowerCase() : null,
        from: instruction,
        image: expand(image, lookup, file.escaper),
        platform: platform == null ? null : expand(platform, lookup, file.escaper),
        instructions: [],
      });
    } else if (stages.length > 0) stages.at(-1)?.instructions.push(instruction);
    else if (instruction.keyword === 'ARG')
      for (const { name, value } of readArguments(instruction, file.escaper)) {
        const given = options.buildArgs.get(name);
        const text =
          given !== undefined ? literal(given) : value === null ? null : expand(value.raw, lookup, file.escaper);
        globals.set(name, { text, instruction });
      }
  }
  return { stages, globals };
}

export interface Assignment {
  readonly name: string;
  /** The value as it stands, and where in `rest`; null without one. */
  readonly value: { readonly raw: string; readonly at: number } | null;
}

/** `ARG a b=1 c="x y"`. */
export function readArguments(instruction: Instruction, escaper: string): Assignment[] {
  return splitWords(instruction.rest.text, escaper).map(({ word, at }) => {
    const equals = word.indexOf('=');
    if (equals < 0) return { name: word, value: null };
    return { name: word.slice(0, equals), value: { raw: word.slice(equals + 1), at: at + equals + 1 } };
  });
}

/** `ENV a=1 b=2`, and the old `ENV a rest of the line`. */
export function readEnvironment(instruction: Instruction, escaper: string): Assignment[] {
  const { text } = instruction.rest;
  const old = /^([^\s=]+)(\s+)([\s\S]*)$/.exec(text);
  if (old !== null)
    return [
      {
        name: old[1] ?? '',
        value: { raw: (old[3] ?? '').trimEnd(), at: (old[1] ?? '').length + (old[2] ?? '').length },
      },
    ];
  return readArguments(instruction, escaper);
}

/** The stage to build: `--target` by name or number, else the last one. null: no such stage. */
export function findTarget({ stages }: Stages, target: string | null): Stage | null {
  if (target === null) return stages.at(-1) ?? null;
  return stages.find(({ name }) => name === target.toLowerCase()) ?? stages[toIndex(target)] ?? null;
}

/** The earlier stage that a FROM builds upon (names keep their case there), or null when it names an image. */
export function parentOf({ stages }: Stages, stage: Stage): Stage | null {
  const name = known(stage.image);
  if (name === null) return null;
  return stages.slice(0, stage.index).findLast(each => each.name === name) ?? null;
}

/** What `COPY --from=` and `--mount=from=` name: a stage, else null. */
export function referredStage({ stages }: Stages, name: string, byNumber: boolean): Stage | null {
  const found = stages.findLast(each => each.name === name.toLowerCase());
  return found ?? (byNumber ? stages[toIndex(name)] : undefined) ?? null;
}

/** BuildKit's platform ARGs. On a pinned stage, and without `--platform`, nobody knows what they will be. */
export function platformArgument(name: string, { platform }: BuildOptions, isPinned: boolean): Text | undefined {
  if (!/^(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT)$/.test(name)) return undefined;
  // Only Linux images are of interest.
  if (name === 'BUILDOS' || (name === 'TARGETOS' && platform === null)) return literal('linux');
  if (name.startsWith('BUILD') || isPinned || platform === null) return hole(`$${name}`, name);
  const [os = 'linux', architecture = 'amd64', variant = ''] = platform.split('/');
  const value = { PLATFORM: platform, OS: os, ARCH: architecture, VARIANT: variant }[name.slice('TARGET'.length)] ?? '';
  return value === '' ? empty : literal(value);
}

/** A stage that runs on the build machine's platform, not on the image's. */
export function isPinned(stage: Stage): boolean {
  return stage.platform !== null && /\bBUILDPLATFORM\b|\bBUILDARCH\b/.test(show(stage.platform));
}

function toIndex(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : -1;
}
