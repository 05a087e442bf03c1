import { posix } from 'node:path';
import { get, isUnresolved, text } from './data.ts';

/** What a service lays over a path of its image. */
export interface Mount {
  /** As messages name it. */
  readonly shown: string;
  /** Absolute, without a slash at its end; null where nobody knows before it is rendered. */
  readonly target: string | null;
}

/** The volumes of a service, with those of `tmpfs`, and the files of `configs` and `secrets`. A volume without a source begins as what the image has there. */
export function mountsOf(service: unknown): Mount[] {
  const volumes = listOf(get(service, 'volumes')).flatMap((each): Mount[] => {
    const short = text(each);
    if (short !== null) return shortMount(short);
    const target = text(get(each, 'target'));
    const source = text(get(each, 'source'));
    if (target === null || (source === null && get(each, 'type') !== 'tmpfs')) return [];
    return [mountAt(`${source ?? 'tmpfs'}:${target}`, target)];
  });
  const memory = listOf(get(service, 'tmpfs')).flatMap((each): Mount[] => {
    const said = text(each);
    return said === null ? [] : [mountAt(`tmpfs ${said}`, said.replace(/:.*$/, ''))];
  });
  const files = ['configs', 'secrets'].flatMap(key =>
    listOf(get(service, key)).flatMap((each): Mount[] => {
      const target = text(get(each, 'target'));
      return target?.startsWith('/') ? [mountAt(`${key} ${target}`, target)] : [];
    }),
  );
  return [...volumes, ...memory, ...files];
}

/** `SOURCE:TARGET[:MODE]`; a drive letter and a variable's default have colons of their own. */
function shortMount(said: string): Mount[] {
  const variables: string[] = [];
  const plain = said.replace(/\$\{[^}]*\}/g, variable => `\0${variables.push(variable) - 1}\0`);
  const parts = plain
    .replace(/^([A-Za-z]):(?=[\\/])/, '$1\0\0')
    .split(':')
    .map(part => part.replace(/\0(\d+)\0/g, (_, index: string) => variables[Number(index)] ?? ''));
  const [, target] = parts;
  if (target !== undefined) return [mountAt(said, target)];
  return isUnresolved(said) ? [{ shown: said, target: null }] : [];
}

function mountAt(shown: string, target: string): Mount {
  if (isUnresolved(target)) return { shown, target: null };
  return { shown, target: posix.resolve('/', target) };
}

/** Whether a path of the image is not to be seen any more; null: perhaps. */
export function hides({ target }: Mount, path: string): boolean | null {
  return target === null ? null : target === '/' || path === target || path.startsWith(`${target}/`);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}
