/**
 * What is wrong with an archive, in one line that names what and where. Nothing can be said about the image it stands in:
 * the verdict is unknown, never a pass.
 */
export class ArchiveProblem extends Error {}
ArchiveProblem.prototype.name = 'ArchiveProblem';

/** Prefixes the place to a problem that was found deeper down; any other error is a bug of ours and stays as it is. */
export function at(where: string, error: unknown): unknown {
  return error instanceof ArchiveProblem ? new ArchiveProblem(`${where}: ${error.message}`) : error;
}
