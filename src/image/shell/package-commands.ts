import type { Manager } from '../bases.ts';
import type { Shell } from './shell.ts';
import { type Word, wordOf } from './words.ts';

type Run = (shell: Shell, words: readonly Word[], name: Word) => void;

const apt: Run = (shell, words, name) => manage(shell, words, name, 'apt');
const dnf: Run = (shell, words, name) => manage(shell, words, name, 'dnf');

/** Package managers, as far as a C toolchain and Go come with them. */
export const packageCommands: Readonly<Record<string, Run>> = {
  apk: (shell, words, name) => manage(shell, words, name, 'apk'),
  'xx-apk': (shell, words, name) => manage(shell, words, name, 'apk'),
  'xx-apt': apt,
  'xx-apt-get': apt,
  apt,
  'apt-get': apt,
  aptitude: apt,
  dnf,
  yum: dnf,
  tdnf: dnf,
  microdnf: dnf,
  zypper: (shell, words, name) => manage(shell, words, name, 'zypper'),
  dpkg: (shell, words, name) => {
    const last = words.at(-1);
    if (words.some(word => /^(-x|-X|--extract|--vextract)$/.test(wordOf(word) ?? '')) && last !== undefined)
      intoRoot(shell, shell.path(last.text), name);
    else takeOff(shell, words, name, /^(-r|-P|--remove|--purge)$/);
  },
  rpm: (shell, words, name) => takeOff(shell, words, name, /^(-\w*e\w*|--erase)$/),
};

const installs = /^(add|install|in|groupinstall|localinstall|reinstall)$/;
const upgrades = /^(upgrade|dist-upgrade|full-upgrade)$/;
const removes = /^(del|remove|purge|rm|erase|autoremove)$/;
/** Options that take the next word. */
const valued: Readonly<Record<Manager, RegExp>> = {
  apk: /^(-t|--virtual|-X|--repository|-p|--root|--repositories-file|--arch|--cache-dir|--keys-dir)$/,
  apt: /^(-o|-t|-c|--option|--target-release)$/,
  dnf: /^(-c|--installroot|--releasever|--repo|--enablerepo|--disablerepo|--setopt|-x)$/,
  zypper: /^(-r|-R|--root|--repo|--from)$/,
};

/** Options by which nothing is installed. */
const onlyAsks: Readonly<Record<Manager, RegExp>> = {
  apk: /^(-s|--simulate)$/,
  apt: /^(-s|-d|--simulate|--just-print|--dry-run|--download-only|--print-uris)$/,
  dnf: /^(--downloadonly|--assumeno)$/,
  zypper: /^(-D|--dry-run|-d|--download-only)$/,
};

/** `dpkg -r`, `rpm -e`: only what they take away counts. */
function takeOff(shell: Shell, words: readonly Word[], name: Word, removes: RegExp): void {
  const given = words.map(wordOf);
  if (given.some(word => removes.test(word ?? ''))) remove(shell, given, name.raw);
}

function remove(shell: Shell, names: readonly (string | null)[], by: string): void {
  const { packages } = shell.machine;
  packages.remove(names.filter(each => each !== null));
  const libc = names.find(each => /^(libc6|musl|glibc|libc-bin)([:=].*)?$/.test(each ?? ''));
  if (libc !== undefined) packages.libcRemovedBy ??= `${by} ${libc}`;
}

/** What is installed, or taken out of a package, below another root is not seen file by file. */
function intoRoot({ machine: { files } }: Shell, root: string | null, name: Word): void {
  const hidden = { kind: 'hidden', by: name.raw, at: name.at } as const;
  if (root === null) return;
  files.writeTree(root, [hidden]);
  files.doubtBelow(root, hidden);
}

/** The sources of packages were written anew, or another release is named. */
function takesOtherRelease({ machine }: Shell, words: readonly Word[]): boolean {
  if (words.some(word => /^(-t|--target-release)/.test(wordOf(word) ?? ''))) return true;
  return [
    '/etc/apt/sources.list',
    '/etc/apt/sources.list.d/debian.sources',
    '/etc/apt/sources.list.d/ubuntu.sources',
  ].some(path => machine.files.file(path) !== null);
}

function manage(shell: Shell, words: readonly Word[], name: Word, manager: Manager): void {
  const names: Word[] = [];
  let group: string | null = null;
  let verb: string | null = null;
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    const text = wordOf(word);
    if (word === undefined) break;
    if (text?.startsWith('-')) {
      if (manager === 'apk' && /^(-t|--virtual)$/.test(text)) group = wordOf(words[index + 1]);
      if (text.startsWith('--virtual=')) group = text.slice('--virtual='.length);
      // Another root's packages are not this stage's.
      const [, option, glued] = /^(--root|-p|--installroot|-R)(?:=(.*))?$/.exec(text) ?? [];
      if (option !== undefined) {
        const root = glued === undefined ? words[index + 1]?.text : [glued];
        intoRoot(shell, root === undefined ? null : shell.path(root), name);
        return;
      }
      if (valued[manager].test(text)) index++;
    } else if (verb === null && text !== null && /^[a-z-]+$/.test(text)) verb = text;
    else names.push(word);
  }
  const known = names.map(wordOf);
  if (verb !== null && removes.test(verb)) remove(shell, known, `${name.raw} ${verb}`);
  if (manager === 'apt' && (upgrades.test(verb ?? '') || known.some(each => /^libc6\b/.test(each ?? ''))))
    if (takesOtherRelease(shell, words)) shell.machine.packages.libcReplacedBy = `${name.raw} ${verb}`;
  if (verb === null || !installs.test(verb)) return;
  if (words.some(word => onlyAsks[manager].test(wordOf(word) ?? ''))) return;
  const { packages } = shell.machine;
  const withRecommended = !words.some(word => wordOf(word) === '--no-install-recommends');
  // `apt-get install gcc-` takes it away.
  const given = known.filter(each => each !== null);
  const gone = manager === 'apt' ? given.filter(each => /[^+]-$/.test(each)) : [];
  const taken = gone.map(each => each.slice(0, -1));
  if (gone.length > 0) remove(shell, taken, `${name.raw} ${verb}`);
  packages.install(
    given.filter(each => !gone.includes(each)),
    { at: name.at, manager, group, withRecommended },
  );
  if (known.includes(null)) packages.installUnseen(name.at);
}
