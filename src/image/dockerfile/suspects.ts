import { type Context, isScript } from '../context.ts';
import { isBuildTool } from '../machine.ts';
import { type Foreign, isDoubt, isForeign, isInBin, isProgramPlace } from './origins.ts';
import type { StageState } from './stage-state.ts';

interface Suspect {
  readonly path: string;
  readonly origin: Foreign;
}

/**
 * Where nothing tells what is started: a file that came out of a stage with a Go, hidden from us, and behind a script also what the
 * context puts among the programs. `isBeside`: beside programs that were judged only what lies where programs lie. null: none.
 */
export function suspectIn(
  state: StageState,
  context: Context,
  { isBehindScript, isBeside }: { readonly isBehindScript: boolean; readonly isBeside: boolean },
): Suspect | null {
  const { files } = state.machine.current;
  const suspects = [...files.paths, ...files.trees].flatMap(([path, origins]): Suspect[] => {
    const origin = origins.find(isForeign);
    if (origin === undefined || !isProgramPlace(path)) return [];
    const isFile = files.file(path) !== null;
    if (isBeside && (isDoubt(origin) || !isFile)) return [];
    const isOurs = 'inGo' in origin && origin.inGo === true;
    const isForeignProgram = isBeside && isInBin(path) && origin.kind === 'image' && !origin.base.isKnown;
    const isGiven =
      isBehindScript &&
      origin.kind === 'context' &&
      isFile &&
      (isInBin(path) || !isBeside) &&
      !origin.isScript &&
      !isScript(context, origin.path);
    return isOurs || isGiven || isForeignProgram ? [{ path, origin }] : [];
  });
  return suspects.find(({ origin }) => origin.kind === 'hidden' && isBuildTool(origin.by)) ?? suspects[0] ?? null;
}
