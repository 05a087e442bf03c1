import { statSync } from 'node:fs';
import { join } from 'node:path';

let known: string | null | undefined;

/**
 * Tells this goshim from another edition of itself, for what is remembered from one start to the next: which bundles it is made of.
 * null where it is not bundled.
 */
export function edition(): string | null {
  known ??= typeof __dirname === 'string' ? bundlesIn(__dirname) : null;
  return known;
}

function bundlesIn(directory: string): string | null {
  const stats = ['full.cjs', 'judge.cjs'].map(name => statSync(join(directory, name), { throwIfNoEntry: false }));
  if (stats.includes(undefined)) return null;
  return `${directory} ${stats.map(stat => `${stat?.mtimeMs} ${stat?.size}`).join(' ')}`;
}
