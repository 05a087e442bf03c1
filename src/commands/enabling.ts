import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lookPath, lookPathAll } from '../host/look-path.ts';
import { quote } from '../process/quote.ts';

/** Second line of every file that `goshim enable` writes: how it is known again. bin/go knows it by its first three words. */
const mark = '# goshim launcher, put here by `goshim enable`; `goshim disable` takes it away';

/** What can be put into a directory: the launchers of bin/ that stand where another program stood. */
export type Launcher = 'go' | 'strip';

/** The package that this code runs from; its real path, since it will be written down. */
export function packageDirectory(): string {
  return realpathSync(dirname(dirname(fileURLToPath(import.meta.url))));
}

/**
 * The text of DIR/go or DIR/strip: reads the launcher in the package, so that an update of the package needs no second
 * `goshim enable`, and names the Node that is to run it. For bash where there is one, else for /bin/sh.
 */
export function launcherText(name: Launcher, home: string, node: string, path: string | undefined): string {
  const launcher = join(home, 'bin', name);
  return `${shebang(path)}
${mark}
case \${BASH_VERSION-} in 4.[4-9]* | [5-9]*) goshim_last=\${_@a}$_ ;; *) goshim_last= ;; esac # see bin/go
goshim_home=${quote(home)} goshim_node=${quote(node)}
if [ -r ${quote(launcher)} ]; then . ${quote(launcher)}; fi
printf 'goshim: %s is gone: install goshim again, or remove %s\\n' ${quote(launcher)} "$0" >&2
exit 3
`;
}

function shebang(path: string | undefined): string {
  const bash = lookPath('/bin/bash', path) ?? lookPath('bash', path);
  return bash === null ? '#!/bin/sh' : `#!${bash} -p`;
}

/** What stands at a path: `nothing`, a file that `goshim enable` wrote (`ours`), or `other`: never touched. */
export function whatStands(file: string): 'nothing' | 'ours' | 'other' {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return 'nothing';
  if (!stat.isFile() || stat.size > 65_536) return 'other';
  try {
    return readFileSync(file, 'utf8').split('\n', 2)[1] === mark ? 'ours' : 'other';
  } catch {
    return 'other';
  }
}

/** True for the bin directory of a Go installation: a go there must stay the real one. */
export function isGorootBin(directory: string): boolean {
  // `..` of a linked directory is the link's target's.
  return ['pkg/tool', 'src/cmd/go'].some(path => isDirectory(`${directory}/../${path}`));
}

/** Why a plain `go` would not reach DIR, in words; null when it would. */
export function unreached(directory: string, path: string | undefined): string | null {
  const [first, ...others] = lookPathAll('go', path);
  if (first !== undefined && samePlace(dirname(first), directory)) return null;
  return others.some(go => samePlace(dirname(go), directory))
    ? `${first} comes first on PATH: put ${directory} before it`
    : `${directory} is not on PATH: export PATH=${quote(directory)}:"$PATH"`;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function samePlace(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}
