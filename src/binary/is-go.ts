import type { Bytes } from './bytes.ts';
import type { BuildInfo } from './facts.ts';
import { hasGoNote } from './notes.ts';
import type { Pclntab } from './pclntab.ts';
import { attempt, Unreadable } from './reading.ts';
import type { SectionHeader } from './sections.ts';
import type { Segment } from './segments.ts';

/** What the answer is drawn from, cheapest first. */
export interface Signals {
  readonly bytes: Bytes;
  readonly segments: readonly Segment[];
  sections(): readonly SectionHeader[] | null;
  buildInfo(): BuildInfo | null;
  pclntab(): Pclntab | null;
  needed(): readonly string[];
  packer(): string | null;
}

const sectionNames: ReadonlySet<string> = new Set([
  '.go.buildinfo',
  '.gopclntab',
  '.data.rel.ro.gopclntab',
  '.gosymtab',
  '.note.go.buildid',
  '.note.go.pkg-list',
  '.note.go.abihash',
  '.go_export',
]);

/**
 * True on the first sign that Go (gc or gccgo) built the file, and for a packed file: nobody can see what is inside, and to
 * pass over it would hide a program that cannot be monitored. Throws Unreadable when there is no sign and a table could not be
 * read.
 */
export function isGo(signals: Signals): boolean {
  const sections = attempt(signals.sections);
  if (sections.ok && sections.value?.some(({ name }) => sectionNames.has(name)) === true) return true;
  if (hasGoNote(signals.bytes, signals.segments)) return true;
  const needed = attempt(signals.needed);
  if (needed.ok && needed.value.some(name => /^lib(std|go)\.so(\.|$)/.test(name))) return true;
  const info = attempt(signals.buildInfo);
  // Corrupt build info is still a sign of Go.
  if (info.ok ? info.value !== null : info.why.startsWith('build info')) return true;
  if (signals.pclntab() !== null || signals.packer() !== null) return true;
  if (!sections.ok) throw new Unreadable(sections.why);
  return false;
}
