import type { SaidFlag } from './arguments.ts';
import type { Edit, LinkFlags } from './build.ts';
import type { GoEnv } from './env.ts';
import type { FlagKind } from './flags.ts';
import type { CommandLine } from './line.ts';
import type { Origin, Wish } from './origin.ts';

/** A line while it is being planned: what was read, and what the edits made of it. */
export interface State {
  readonly line: CommandLine;
  readonly env: GoEnv;
  readonly table: ReadonlyMap<string, FlagKind>;
  readonly goflags: readonly SaidFlag[];
  readonly goflagsOrigin: Origin;
  /** Flags of goshim's, put before the user's own: behind GOFLAGS, and beaten by an argument. */
  readonly ours: readonly SaidFlag[];
  /** The user's flags. */
  readonly said: readonly SaidFlag[];
  /** What followed them, a `--` included. */
  readonly rest: readonly string[];
  readonly packages: readonly string[];
  readonly programArguments: readonly string[];
  readonly own: LinkFlags | null;
  readonly fromGoflags: readonly Occurrence[];
  readonly fromArguments: readonly Occurrence[];
  readonly variables: ReadonlyMap<string, string | undefined>;
  readonly edits: readonly Edit[];
}

/** One -ldflags of the user's, as read and as it is now. */
export interface Occurrence {
  readonly asRead: LinkFlags;
  readonly now: LinkFlags;
  /** A later occurrence of the same pattern wins whole, so this one never acts. */
  readonly masked: boolean;
}

/** The flag that go will act on: the last among the arguments, else ours, else the last in GOFLAGS. */
export function effectiveFlag(state: State, name: string): Wish | undefined {
  const named = (flag: SaidFlag) => flag.name === name;
  const said = state.said.findLast(named) ?? state.ours.findLast(named);
  if (said !== undefined) return { value: said.value, origin: 'argument' };
  const inGoflags = state.goflags.findLast(named);
  return inGoflags === undefined ? undefined : { value: inGoflags.value, origin: state.goflagsOrigin };
}

export function effectiveVariable(state: State, name: string): Wish {
  if (!state.variables.has(name)) return state.env.get(name);
  const value = state.variables.get(name);
  return value === undefined ? { value: '', origin: 'default' } : { value, origin: 'environment' };
}

/** go's argv; equal to the line as it was read while nothing has been edited. */
export function argvOf(state: State): string[] {
  const { line, own, fromGoflags, fromArguments, ours, said, rest } = state;
  const emitGoflags = own !== null || fromGoflags.some(({ asRead, now }) => asRead !== now);
  const reemitted = emitGoflags ? fromGoflags.filter(({ masked }) => !masked).map(({ now }) => now) : [];
  let seen = 0;
  return [
    ...line.before,
    line.command,
    ...line.chdirWords,
    ...[...(own === null ? [] : [own]), ...reemitted].map(flags => `-ldflags=${flags.text()}`),
    ...ours.flatMap(flag => flag.words),
    ...said.flatMap(flag => {
      const occurrence = flag.name === 'ldflags' ? fromArguments[seen++] : undefined;
      if (occurrence === undefined || occurrence.asRead === occurrence.now) return flag.words;
      return [`-ldflags=${occurrence.now.text()}`];
    }),
    ...rest,
  ];
}

export function envChangesOf({ variables, env }: State): Record<string, string | null> {
  const changes: Record<string, string | null> = {};
  for (const [name, value] of variables) {
    const before = env.get(name);
    if (before.origin === 'environment' && before.value === value) continue;
    changes[name] = value ?? null;
  }
  return changes;
}
