import type { Base, Manager } from '../bases.ts';
import type { Checked, RuntimePlace } from '../dockerfile/check.ts';
import type { DockerfileText, Instruction } from '../dockerfile/read.ts';
import type { Edit, EditGroup } from './edit.ts';

/** Another image where the one that runs has no libc, or another one than the builder. */
export function baseEdits(file: DockerfileText, { place }: Checked): readonly EditGroup[] {
  if (place === null || place.builder === null) return [];
  const { builder, runtime } = place;
  const from = (at: number): Instruction | undefined =>
    file.instructions.find(each => each.keyword === 'FROM' && each.at === at);
  const runs = from(place.runtimeAt);
  const builds = from(place.builderAt);
  const groups: EditGroup[] = [];
  const { builderInstalls, runtimeInstalls } = place;
  // What installs by apk or apt stays on its distribution; then the builder goes where the program runs.
  const alpine = builds !== undefined && isOnly(builderInstalls, 'apk') ? alpineOf(builder.name) : null;
  if (runtime.libc === 'musl' && builder.libc === 'glibc' && alpine !== null && builds !== undefined) {
    const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
    const compiler = { start: builds.end, end: builds.end, text: `${newline}RUN apk add --no-cache gcc musl-dev` };
    groups.push([...renamed(builds, alpine), ...(builderInstalls.size === 0 ? [compiler] : [])]);
  }
  const other = isReplaceable(file, place, runs) ? runtimeFor(builder, runtime) : null;
  if (other !== null && runs !== undefined && isOnly(runtimeInstalls, builder.libc === 'musl' ? 'apk' : 'apt'))
    groups.push(renamed(runs, other));
  return runtimeInstalls.size > 0 ? groups : groups.reverse();
}

/**
 * Whether another image can stand in its place: not for one that nobody knows, nor for one with the right libc (but for a Debian
 * that is older than the builder's), nor where users or commands of its own are wanted of it.
 */
function isReplaceable(
  { instructions }: DockerfileText,
  { builder, runtime }: RuntimePlace,
  runs?: Instruction,
): boolean {
  if (runtime.libc === 'unknown') return false;
  if (runtime.libc === builder?.libc)
    return /^((docker\.io\/(library\/)?)?debian:|gcr\.io\/distroless\/)/.test(runtime.name);
  const isDistroless = runtime.name.startsWith('gcr.io/distroless/');
  if (isDistroless && builder?.libc === 'musl') return false;
  const next = instructions.find(({ keyword, at }) => keyword === 'FROM' && runs !== undefined && at > runs.at);
  const commands = instructions.filter(
    ({ keyword, at }) =>
      keyword === 'RUN' && runs !== undefined && at > runs.at && (next === undefined || at < next.at),
  );
  return runtime.manager !== null || commands.length === 0;
}

function isOnly(managers: ReadonlySet<Manager>, one: Manager): boolean {
  return [...managers].every(manager => manager === one);
}

function renamed({ rest }: Instruction, name: string): readonly Edit[] {
  const word = /^\S+/.exec(rest.text)?.[0] ?? '';
  const range = rest.range(0, word.length);
  return range === null || word.includes('$') ? [] : [{ ...range, text: name }];
}

function alpineOf(golang: string): string | null {
  const found = /^(.*golang):(\d[\w.]*)(-(?:bookworm|bullseye|trixie|buster))?$/.exec(golang);
  return found === null ? null : `${found[1]}:${found[2]}-alpine`;
}

/** An image of the builder's libc that is close to the one that was meant. */
function runtimeFor(builder: Base, runtime: Base): string | null {
  if (builder.libc === 'musl') {
    const release = /alpine(\d+\.\d+)/.exec(builder.name)?.[1];
    return `alpine:${release ?? 'latest'}`;
  }
  if (builder.libc !== 'glibc') return null;
  const debian = debians[builder.glibc ?? 41];
  if (debian === undefined) return null;
  const distroless = /^gcr\.io\/distroless\/(base-nossl|\w+?)(?:-debian\d+)?(:[\w.-]+)?(?:@.*)?$/.exec(runtime.name);
  if (distroless !== null) {
    const [, name = '', tag = ''] = distroless;
    return `gcr.io/distroless/${/^(base-nossl|cc)$/.test(name) ? name : 'base'}-debian${debian.number}${tag}`;
  }
  return `debian:${debian.name}-slim`;
}

const debians: Readonly<Record<number, { readonly number: number; readonly name: string }>> = {
  31: { number: 11, name: 'bullseye' },
  36: { number: 12, name: 'bookworm' },
  41: { number: 13, name: 'trixie' },
};
