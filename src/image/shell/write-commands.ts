import { posix } from 'node:path';
import type { Base } from '../bases.ts';
import type { Origin } from '../files.ts';
import { downloadedGo } from '../go/download.ts';
import { isSystem } from '../machine.ts';
import { globOf, pathOf } from '../paths.ts';
import { changers, doubtAll, hideCommand } from './doubts.ts';
import { directoryOption, operands, paths } from './operands.ts';
import type { Shell } from './shell.ts';
import { hasOption, lastValue, readShortOptions } from './short-options.ts';
import { writeFile } from './text-files.ts';
import { type Word, wordOf } from './words.ts';

type Run = (shell: Shell, words: readonly Word[], name: Word) => void;

/** Commands that write, bring or remove files. */
export const writeCommands: Readonly<Record<string, Run>> = {
  rm: (shell, words, name) => {
    for (const path of paths(shell, words)) shell.machine.files.takeAway(path, { by: 'rm', at: name.at, isSure: true });
  },
  unlink: (shell, words, name) => {
    for (const path of paths(shell, words))
      shell.machine.files.takeAway(path, { by: 'unlink', at: name.at, isSure: true });
  },
  tee: (shell, words, name) => {
    const isAppended = words.some(word => /^(-\w*a\w*|--append)$/.test(wordOf(word) ?? ''));
    for (const path of paths(shell, words))
      writeFile(shell, path, { lines: shell.piped, isAppended, by: `tee ${path}`, at: name.at });
  },
  dd: (shell, words, name) => {
    for (const { text } of words) {
      const [first, ...rest] = text;
      if (typeof first !== 'string' || !first.startsWith('of=')) continue;
      const path = shell.path([first.slice(3), ...rest]);
      if (path !== null) writeFile(shell, path, { lines: null, isAppended: false, by: 'dd', at: name.at });
    }
  },
  sed: (shell, words, name) => {
    if (!words.some(word => /^(-[a-zA-Z]*i|--in-place)/.test(wordOf(word) ?? ''))) return;
    for (const path of paths(shell, words, /^(-e|-f|--expression|--file)$/))
      if (
        shell.machine.files.file(path) !== null ||
        goSettings.test(path) ||
        /^\/(etc\/apt|usr\/local\/go)\//.test(path)
      )
        writeFile(shell, path, { lines: null, isAppended: false, by: 'sed -i', at: name.at });
  },
  gcc: compile,
  cc: compile,
  clang: compile,
  'g++': compile,
  'musl-gcc': compile,
  mkdir: (shell, words) => {
    for (const path of paths(shell, words)) shell.machine.files.makeDirectory(path);
  },
  tar: (shell, words, name) => {
    if (!words.some(word => /^-?[a-zA-Z]*x[a-zA-Z]*$|^--extract$|^--get$/.test(wordOf(word) ?? ''))) return;
    if (words.some(word => /^(-[a-zA-Z]*O[a-zA-Z]*|--to-stdout)$/.test(wordOf(word) ?? ''))) return;
    const target = directoryOption(shell, words, '-C', '--directory') ?? shell.directory;
    const go = packedGo(shell, words);
    const isStripped = words.some(word => /^--strip(-components)?(=1)?$/.test(wordOf(word) ?? ''));
    if (go !== null && target !== null) unpackGo(shell, go, isStripped ? target : posix.join(target, 'go'), name.at);
    else unpack(shell, words, target, 'tar', name.at);
  },
  unzip: (shell, words, name) =>
    unpack(shell, words, directoryOption(shell, words, '-d') ?? shell.directory, 'unzip', name.at),
  cpio: (shell, _words, name) => doubtHere(shell, 'cpio', name.at),
  '7z': (shell, _words, name) => doubtHere(shell, '7z', name.at),
  bsdtar: (shell, _words, name) => doubtHere(shell, 'bsdtar', name.at),
  patch: (shell, _words, name) => doubtHere(shell, 'patch', name.at),
  git: (shell, words, name) => {
    const verb = words.map(wordOf).find(word => gitWriters.test(word ?? ''));
    if (verb !== undefined) doubtHere(shell, `git ${verb}`, name.at);
  },
  'update-alternatives': (shell, words) => {
    const at = words.findIndex(word => wordOf(word) === '--install');
    const [link, , target] = words.slice(at + 1);
    const [path, real] = [link, target].map(word => (word === undefined ? null : shell.path(word.text)));
    if (at >= 0 && path != null && real != null) shell.machine.files.link(path, real);
  },
  curl: (shell, words, name) => download(shell, words, downloaders.curl, name),
  wget: (shell, words, name) => download(shell, words, downloaders.wget, name),
  find: (shell, words, name) => {
    const exec = words.findIndex(word => /^-(exec|execdir|ok)$/.test(wordOf(word) ?? ''));
    const command = wordOf(words[exec + 1]) ?? '';
    if (exec >= 0 && changers.test(command)) doubtAll(shell, `find … -exec ${command}`, name.at);
    if (exec >= 0 && command === 'go') hideCommand(shell, 'find … -exec go', name.at);
    if (command === 'rm' || words.some(word => wordOf(word) === '-delete')) deleteFound(shell, words, name.at);
  },
};

/** A C compiler writes what -o names, `a.out`, or an object beside it. */
function compile(shell: Shell, words: readonly Word[], { raw, at }: Word): void {
  const read = readShortOptions(words, 'oIDLlUfWmOxB', /^$/);
  if (read.isOpen) hideCommand(shell, raw, at);
  const output = lastValue(read, 'o');
  const path = output === null ? shell.path(['a.out']) : shell.path(output.text);
  if (path !== null) shell.machine.files.write(path, [{ kind: 'hidden', by: raw, at }]);
}

/** The toolchain that tar is given, in a file or through a pipe, where it takes all of it out. */
function packedGo(shell: Shell, words: readonly Word[]): Base | null {
  if (words.some(word => /^--(transform|xform|one-top-level)/.test(wordOf(word) ?? ''))) return null;
  const file = words.findIndex(word => /^(-?[a-zA-Z]*f|--file)$/.test(wordOf(word) ?? ''));
  const named = words[file + 1];
  if (file < 0 || wordOf(named) === '-') return shell.pipedGo;
  const path = named === undefined ? null : shell.path(named.text);
  const [origin, other] = (path === null ? null : shell.machine.files.file(path)) ?? [];
  return origin?.kind === 'hidden' && other === undefined ? (origin.archive ?? null) : null;
}

function unpackGo({ machine }: Shell, base: Base, root: string, at: number): void {
  machine.files.writeTree(root, [{ kind: 'image', base, path: '/usr/local/go', at }]);
  machine.go = base;
  machine.goAt = at;
}

/** The members that are named, else everything below the target; below `/` that would be everything there is. */
function unpack(shell: Shell, words: readonly Word[], target: string | null, by: string, at: number): void {
  if (target === null) return;
  const hidden: readonly Origin[] = [{ kind: 'hidden', by, at }];
  for (const word of operands(words.slice(1), /^-[Cfd]$/)) {
    const member = wordOf(word);
    if (member !== null && !/\.(tgz|tar|zip|t?[gx]z|bz2|zst)(\.\w+)?$/.test(member) && /^[\w./-]+$/.test(member))
      shell.machine.files.write(posix.join(target, member), hidden);
  }
  if (isSystem(target) || target === '/') {
    shell.machine.hide(by, at, false);
    shell.machine.overlays.push({ into: target, base: null, by, at });
    // Below / it is said of the libc already.
    if (target !== '/') shell.machine.files.doubtBelow(target, { kind: 'hidden', by, at });
  } else {
    shell.machine.files.writeTree(target, hidden);
    shell.machine.files.doubtBelow(target, { kind: 'hidden', by, at });
  }
}

/** What writes into the working directory, whatever its words name. */
function doubtHere(shell: Shell, by: string, at: number): void {
  if (shell.directory !== null) shell.machine.files.doubtBelow(shell.directory, { kind: 'hidden', by, at });
}

const gitWriters = /^(checkout|reset|pull|apply|am|restore|stash|merge|rebase|submodule|switch)$/;

function download(shell: Shell, words: readonly Word[], tool: Downloader, name: Word): void {
  const by = wordOf(name)?.split('/').at(-1) ?? name.raw;
  const urls = words.filter(({ text: [first] }) => typeof first === 'string' && /^\w+:\/\//.test(first));
  const [url, second] = urls;
  const archive = url === undefined || second !== undefined ? null : downloadedGo(url.text);
  const hidden: readonly Origin[] = [{ kind: 'hidden', by, at: name.at, ...(archive === null ? {} : { archive }) }];
  const read = readShortOptions(words, tool.valued, tool.names, [...tool.output, ...tool.directory, 'output-file']);
  const outputs = read.options.flatMap(({ name, value }) =>
    tool.output.includes(name) && value !== null ? [value] : [],
  );
  const isByUrl = tool.isByUrl || hasOption(read, 'O', 'remote-name', 'remote-name-all');
  if (outputs.length === 0 ? !isByUrl : outputs.some(word => wordOf(word) === '-')) {
    shell.printedGo = archive;
    return;
  }
  for (const { text } of outputs) {
    const path = shell.path(text);
    if (path !== null) shell.machine.files.write(path, hidden);
  }
  if (outputs.length > 0) return;
  const into = lastValue(read, ...tool.directory);
  const directory = into === null ? shell.directory : shell.path(into.text);
  for (const { text } of urls) {
    const last = text.findLastIndex(piece => typeof piece === 'string' && piece.includes('/'));
    const piece = text[last];
    if (typeof piece !== 'string') continue;
    const file = pathOf(directory, [piece.slice(piece.lastIndexOf('/') + 1), ...text.slice(last + 1)]);
    if (file !== null) shell.machine.files.write(file, hidden);
  }
}

/** How a downloader is told where its file goes. */
interface Downloader {
  /** Letters and long names that take a value. */
  readonly valued: string;
  readonly names: RegExp;
  readonly output: readonly string[];
  readonly directory: readonly string[];
  /** Without a word it writes a file named after the URL. */
  readonly isByUrl: boolean;
}

const downloaders: Readonly<Record<'curl' | 'wget', Downloader>> = {
  curl: {
    valued: 'AbcCdDeEFHhKmoPQrtTuUwxXyYz',
    names:
      /^(output|output-dir|header|user|data.*|request|retry.*|max-time|connect-timeout|proxy|cacert|cert|key|url|user-agent|referer|write-out)$/,
    output: ['o', 'output'],
    directory: ['output-dir'],
    isByUrl: false,
  },
  wget: {
    valued: 'aABDeiIloOPQRtTUwX',
    names: /^(output-document|output-file|directory-prefix|header|user|password|tries|timeout|user-agent)$/,
    output: ['O', 'output-document'],
    directory: ['P', 'directory-prefix'],
    isByUrl: true,
  },
};

/** `find DIR … -delete`: what it finds is not known; a `-name` tells what it is not. */
function deleteFound(shell: Shell, words: readonly Word[], at: number): void {
  const first = words.findIndex(word => /^[-!(]/.test(wordOf(word) ?? ''));
  const names = words.flatMap((word, index) =>
    /^-i?name$/.test(wordOf(words[index - 1]) ?? '') ? [wordOf(word) ?? '*'] : [],
  );
  const isAny =
    names.length === 0 || names.some(name => loaderNames.some(each => globOf(name)?.test(each) ?? name === each));
  if (!isAny) return;
  for (const path of paths(shell, words.slice(0, first < 0 ? undefined : first)))
    shell.machine.files.takeAway(path, { by: 'find', at, isSure: false });
}

const loaderNames = ['libc.so.6', 'ld-linux-x86-64.so.2', 'ld-linux-aarch64.so.1', 'ld-musl-x86_64.so.1'];

/** GOENV's usual place, and go.env in a GOROOT. */
const goSettings = /\/go(\/env|\.env)$/;
