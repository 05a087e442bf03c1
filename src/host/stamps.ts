import { lstatSync, type Stats, statSync } from 'node:fs';

export interface Stamps {
  /** Two texts are equal where nothing can be seen to have changed. */
  readonly text: string;
  readonly present: ReadonlySet<string>;
  /** The youngest change among them, in ms since the epoch. */
  readonly newest: number;
}

/** Milliseconds after which a file's times tell a later change from the last one, on every file system. */
export const settled = 2000;

/**
 * What can be seen of these files, links and what they lead to, or that they are not there; null where one of them cannot be asked
 * for. Of a directory only which it is, unless its path ends in a slash: then its entries count.
 */
export function stampsOf(files: Iterable<string>): Stamps | null {
  const present = new Set<string>();
  let newest = 0;
  let text = '';
  try {
    for (const file of files) {
      const own = lstatSync(file, { throwIfNoEntry: false });
      const stats = own?.isSymbolicLink() === true ? [own, statSync(file, { throwIfNoEntry: false })] : [own];
      if (stats.at(-1) !== undefined) present.add(file);
      for (const stat of stats) {
        if (stat === undefined) continue;
        newest = Math.max(newest, stat.ctimeMs, stat.mtimeMs);
        text += `${identity(stat, file.endsWith('/'))} `;
      }
      text += '\n';
    }
  } catch {
    return null;
  }
  return { text, present, newest };
}

function identity(stat: Stats, entriesCount: boolean): string {
  const which = `${stat.dev} ${stat.ino} ${stat.mode} ${stat.uid} ${stat.gid}`;
  if (stat.isDirectory() && !entriesCount) return which;
  return `${which} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;
}
