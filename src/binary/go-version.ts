import { type BuildInfoPlaces, goString } from './build-info.ts';
import type { BuildInfo } from './facts.ts';
import type { Pclntab } from './pclntab.ts';
import { attempt } from './reading.ts';
import { atAddress } from './segments.ts';
import type { Symbols } from './symbols.ts';

const longestVersion = 4096;

/**
 * What is still known of a Go program whose build info was taken out: the text of runtime.buildVersion, else the releases
 * that write its function table; null when neither is there. Throws Unreadable when the function table cannot be read.
 */
export function fallbackBuildInfo(
  places: BuildInfoPlaces,
  symbols: () => Symbols,
  pclntab: () => Pclntab | null,
): BuildInfo | null {
  const version = attempt(() => runtimeVersion(places, symbols()));
  if (version.ok && version.value !== '') return info(version.value, 'runtime.buildVersion');
  const table = pclntab();
  return table === null ? null : info(table.releases, 'pclntab');
}

/**
 * runtime.buildVersion, empty when there is none: the text itself, which cmd/link names `runtime.buildVersion.str`, so that no
 * pointer has to be followed, or what the variable points to.
 */
export function runtimeVersion(places: BuildInfoPlaces, symbols: Symbols): string {
  const text = symbols.place('runtime.buildVersion.str');
  if (text !== null && text.size > 0 && text.size <= longestVersion)
    return atAddress(places.bytes, places.segments, text.address, text.size, 'runtime.buildVersion')
      .toString('utf8')
      .replace(/\0$/, '');
  const variable = symbols.place('runtime.buildVersion');
  return variable === null ? '' : goString(places, variable.address, longestVersion).toString('utf8');
}

function info(goVersion: string, from: BuildInfo['from']): BuildInfo {
  return { goVersion, path: '', mainModule: null, dependencies: [], settings: new Map(), from };
}
