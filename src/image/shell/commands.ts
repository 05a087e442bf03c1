import { literal } from '../text.ts';
import { assign, builtins } from './builtins.ts';
import { changers, doubtAll, hideCommand, hideScript, touch } from './doubts.ts';
import { fileCommands } from './file-commands.ts';
import { dropOptions } from './operands.ts';
import { packageCommands } from './package-commands.ts';
import type { Shell } from './shell.ts';
import { lastValue, readShortOptions } from './short-options.ts';
import { readStartUp } from './start-up.ts';
import { type Word, wordOf } from './words.ts';
import { writeCommands } from './write-commands.ts';

/** Runs one simple command, its words expanded, the first being its name: an alias, a function, or a program. */
export function runCommand(shell: Shell, words: readonly Word[]): void {
  const [first, ...rest] = words;
  const name = wordOf(first);
  // bash would not look at aliases here, sh does.
  if (first !== undefined && name !== null && shell.aliases.has(name)) {
    hideCommand(shell, `alias ${name}`, first.at);
    touch(shell, rest, `alias ${name}`, first.at);
  } else if (name === null || !shell.call(name, rest)) runProgram(shell, words);
}

const mostWrappers = 40;

/** A builtin or a program: functions are not looked at, as behind `env` or `command`. */
export function runProgram(shell: Shell, words: readonly Word[]): void {
  const [first] = words;
  if (first === undefined) return;
  if (shell.wrappers > mostWrappers) {
    hideCommand(shell, 'commands nested too deep', first.at);
    return;
  }
  shell.wrappers++;
  runNamed(shell, words, first);
  shell.wrappers--;
}

function runNamed(shell: Shell, words: readonly Word[], first: Word): void {
  const rest = words.slice(1);
  const name = wordOf(first);
  if (name === null) {
    hideCommand(shell, first.raw, first.at);
    touch(shell, rest, first.raw, first.at);
    return;
  }
  const base = name.split('/').at(-1) ?? name;
  // Another system's binutils, or LLVM's.
  const tool = /^(?:[\w.]+-)+(strip|objcopy)(?:-[\d.]+)?$/.exec(base)?.[1] ?? base;
  const command =
    builtins[base] ??
    wrappers[base] ??
    fileCommands[base] ??
    fileCommands[tool] ??
    writeCommands[base] ??
    packageCommands[base];
  const isWrapper = base in builtins || base in wrappers;
  if (!isWrapper) shell.world.start?.(words, shell);
  if (command !== undefined) command(shell, rest, first);
  else if (/^(go|go\d+(\.\d+)*|xx-go)$/.test(base)) shell.world.go(words, shell);
  else if (base === 'goshim') runGoshim(shell, rest);
  else if (asksOnly(rest) && isBuiltHere(shell, name)) return;
  else if (isBuilder(name)) {
    hideScript(shell, name.includes('/') ? shell.path([name]) : null, name, first.at);
    touch(shell, rest, base, first.at);
  } else {
    if (!harmless.has(base)) shell.machine.hide(base, first.at, false);
    if (!readers.has(base)) touch(shell, rest, base, first.at);
  }
}

/** The path of a program that was built in this file. */
function isBuiltHere(shell: Shell, name: string): boolean {
  const path = name.includes('/') ? shell.path([name]) : null;
  return path !== null && shell.machine.files.file(path)?.every(({ kind }) => kind === 'build') === true;
}

/** `/app --version`, `/app completion bash`: it only says something. */
function asksOnly(words: readonly Word[]): boolean {
  return /^(--?version|-V|version|--?help|-h|help|completion)$/.test(wordOf(words[0]) ?? '') && words.length <= 2;
}

type Run = (shell: Shell, words: readonly Word[], name: Word) => void;

/** Build tools and scripts: whatever they make cannot be seen from here. */
function isBuilder(name: string): boolean {
  const base = name.split('/').at(-1) ?? name;
  if (builders.test(base)) return true;
  if (!name.includes('/')) return false;
  return !/^\/(usr\/(local\/)?)?s?bin\/[\w.-]+$/.test(name) || /\.(sh|bash|py)$/.test(base);
}

const builders =
  /^(make|gmake|mage|task|just|goreleaser|bazel|bazelisk|ko|buildx|earthly|dagger|ninja|cmake|meson|scons|nix|nix-build|garble|gox|tinygo|gccgo|gollvm|packr2?|rake|npm|yarn|pnpm|node|python3?|perl|ruby|xcaddy|fyne|wails|gomobile|promu|dapper|pack|cargo|gcc|cc|clang|ld|musl-gcc|zig|swag|xgo|gopherjs)$/;

/** Commands that write no program and change none. */
const harmless: ReadonlySet<string> = new Set(
  `echo printf ls pwd sleep date whoami uname id groups which type hostname nproc df du free env printenv set unset shift
  read wait jobs trap ulimit umask local declare readonly test [ true false : git svn hg curl wget openssl gpg gpg2
  update-ca-certificates adduser addgroup useradd groupadd usermod chown chgrp chmod setcap getcap mkdir rmdir touch
  ldconfig locale-gen ln ldd file readelf nm objdump size stat sha256sum sha512sum sha1sum md5sum cksum head tail sort uniq
  wc cut tr awk gawk sed grep egrep fgrep find tree diff cmp test tput clear exit return break continue apk-tools dpkg
  dpkg-query apt-cache apt-key apt-mark add-apt-repository rpm getent passwd chpasswd su tee ldd unzip gunzip tar gzip xz
  bzip2 zip basename dirname realpath readlink xargs ssh-keyscan ssh ssh-add update-alternatives crane cosign
  jq yq buf protoc wire mockgen stringer golangci-lint gofmt goimports staticcheck gosec govulncheck gotestsum nc
  freshclam c_rehash xx-info xx-apk xx-apt xx-apt-get xx-verify sync mkfifo install-php-extensions source .`.split(
    /\s+/,
  ),
);

/** A command that every system has, or that at least builds nothing. */
export function isOrdinary(name: string): boolean {
  return harmless.has(name) || readers.has(name) || name in fileCommands || name in writeCommands || name in wrappers;
}

/** Commands that only read the files they are given. */
const readers: ReadonlySet<string> = new Set(
  `echo printf ls ldd file readelf nm objdump size stat sha256sum sha512sum sha1sum md5sum cksum head tail wc grep cat tar
  gzip zip chown chmod chgrp setcap getcap test [ mkdir touch find du xx-verify git cosign upx-check which tree diff cmp
  basename dirname realpath readlink ssh curl govulncheck useradd adduser addgroup groupadd usermod
  passwd chpasswd id getent`.split(/\s+/),
);

/** Commands that run another one. */
const wrappers: Readonly<Record<string, Run>> = {
  sh: runShell,
  bash: runShell,
  ash: runShell,
  dash: runShell,
  zsh: runShell,
  ksh: runShell,
  busybox: (shell, words) => runProgram(shell, words),
  env: runEnv,
  time: (shell, words) => runProgram(shell, dropOptions(words, /^-[fo]$/)),
  nice: (shell, words) => runProgram(shell, dropOptions(words, /^-n$/)),
  ionice: (shell, words) => runProgram(shell, dropOptions(words, /^-[cn]$/)),
  nohup: (shell, words) => runProgram(shell, words),
  setsid: (shell, words) => runProgram(shell, dropOptions(words)),
  stdbuf: (shell, words) => runProgram(shell, dropOptions(words, /^-[ioe]$/)),
  timeout: (shell, words) => runProgram(shell, dropOptions(words, /^-[ks]$/).slice(1)),
  dlv: (shell, words) => {
    if (wordOf(words[0]) === 'exec') runProgram(shell, dropOptions(words.slice(1)));
  },
  su: (shell, words) => {
    const at = words.findIndex(word => /^(-\w*c|--command)$/.test(wordOf(word) ?? ''));
    const script = words[at + 1];
    if (at >= 0 && script !== undefined) shell.subshell(inner => inner.runWords([script]));
  },
  sudo: (shell, words) => runAsAnother(shell, words, /^-[ugpCRThUr]$/, /^(-[a-zA-Z]*E[a-zA-Z]*|--preserve-env(=.*)?)$/),
  doas: (shell, words) => runAsAnother(shell, words, /^-[uC]$/, /^$/),
  setpriv: (shell, words) =>
    runProgram(
      shell,
      dropOptions(
        words,
        /^--(re[ug]id|[re][ug]id|groups|inh-caps|ambient-caps|bounding-set|securebits|selinux-label|apparmor-profile)$/,
      ),
    ),
  'ssh-agent': (shell, words) => runProgram(shell, dropOptions(words, /^-[aEOPt]$/)),
  script: (shell, words) => {
    const read = readShortOptions(words, 'cEIoBOmTt', /^(command|log-.*|output-limit)$/);
    const script = lastValue(read, 'c', 'command');
    if (script !== null) shell.subshell(inner => inner.runWords([script]));
  },
  capsh: (shell, words, name) => {
    const at = words.findIndex(word => /^(--|==)$/.test(wordOf(word) ?? ''));
    if (at >= 0) runShell(shell, words.slice(at + 1), name);
  },
  'su-exec': (shell, words) => runProgram(shell, words.slice(1)),
  gosu: (shell, words) => runProgram(shell, words.slice(1)),
  tini: (shell, words) => runProgram(shell, dropOptions(words, /^-[pe]$/)),
  'dumb-init': (shell, words) => runProgram(shell, dropOptions(words, /^(-r|--rewrite)$/)),
  xargs: (shell, words, name) => {
    const inner = dropOptions(words, /^-[dEIiLlnPs]$/);
    const command = wordOf(inner[0]) ?? '';
    if (changers.test(command)) doubtAll(shell, `xargs ${command}`, name.at);
    if (inner.length > 0 && (!harmless.has(command) || command in wrappers)) hideCommand(shell, 'xargs', name.at);
  },
};

/** `sh -c '…'` is looked through; a script file hides what it does. */
function runShell(shell: Shell, words: readonly Word[], name: Word): void {
  for (const [index, word] of words.entries()) {
    const option = wordOf(word);
    if (option === null) break;
    if (/^-\w*c\w*$/.test(option)) {
      const script = words[index + 1];
      if (script !== undefined)
        shell.subshell(inner => {
          readStartUp(inner, name, words.slice(0, index + 1));
          inner.positional = words.slice(index + 3).map(({ text }) => text);
          inner.runWords([script]);
        });
      return;
    }
    if (/^[-+]o$/.test(option)) continue;
    if (!option.startsWith('-')) break;
  }
  const script = words.find(word => !/^[-+]/.test(wordOf(word) ?? ''));
  if (script !== undefined) {
    shell.world.start?.([script], shell);
    hideScript(shell, shell.path(script.text), `${name.raw} ${script.raw}`, name.at);
  } else if (shell.world.start === undefined && !words.some(word => /^--(version|help)$/.test(wordOf(word) ?? '')))
    // It reads its script from somewhere.
    hideCommand(shell, name.raw, name.at);
}

function runEnv(shell: Shell, words: readonly Word[]): void {
  const before = shell.variables;
  shell.variables = new Map(before);
  let index = 0;
  for (; index < words.length; index++) {
    const word = words[index];
    const text = wordOf(word);
    if (word === undefined) break;
    if (text === '-i' || text === '-' || text === '--ignore-environment') shell.variables.clear();
    else if (text === '-u' || text === '--unset') shell.variables.delete(wordOf(words[++index]) ?? '');
    else if (text?.startsWith('--unset=')) shell.variables.delete(text.slice('--unset='.length));
    else if (text === '-C' || text === '--chdir') index++;
    else if (/^(-[iv0]*S|--split-string)/.test(text ?? '')) {
      splitAndRun(shell, word, words.slice(index + 1));
      shell.variables = before;
      return;
    } else if (text?.startsWith('-')) continue;
    else if (/^[A-Za-z_]\w*=/.test(typeof word.text[0] === 'string' ? word.text[0] : ''))
      assign(shell, [word], true, 'env');
    else break;
  }
  if (index < words.length) runProgram(shell, words.slice(index));
  shell.variables = before;
}

/** sudo and doas let little of the environment through (env_reset; doas.conf without keepenv). */
function runAsAnother(shell: Shell, words: readonly Word[], valued: RegExp, keeps: RegExp): void {
  const command = dropOptions(words, valued);
  const before = shell.variables;
  const isKept = words.slice(0, words.length - command.length).some(word => keeps.test(wordOf(word) ?? ''));
  if (!isKept) shell.variables = new Map([...before].filter(([name]) => /^(PATH|HOME|TERM|LANG|LC_\w+)$/.test(name)));
  runEnv(shell, command);
  shell.variables = before;
}

/** `env -S 'A=b go build'`, the words in the option itself or behind it. */
function splitAndRun(shell: Shell, option: Word, rest: readonly Word[]): void {
  const own = (wordOf(option) ?? '').replace(/^(-[iv0]*S|--split-string=?)/, '');
  shell.runWords(own === '' ? rest : [{ ...option, text: literal(own), source: null }, ...rest]);
}

/** `goshim go build …` is go with goshim before it; `goshim enable DIR` puts it there for good. */
function runGoshim(shell: Shell, words: readonly Word[]): void {
  const [command, ...rest] = words;
  const name = wordOf(command);
  const { shims } = shell.machine;
  const directory = rest.map(({ text }) => shell.path(text)).find(path => path !== null);
  if (name === 'enable' && command !== undefined && directory != null) shims.set(directory, command.at);
  if (name !== 'go' || command === undefined) return;
  shell.world.go([{ ...command, text: literal('go') }, ...rest], shell, command.at);
}
