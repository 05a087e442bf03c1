import { parse } from 'unbash';
import { unknownBase } from '../bases.ts';
import { Machine } from '../machine.ts';
import { runCommand } from '../shell/commands.ts';
import { Shell } from '../shell/shell.ts';
import type { Word } from '../shell/words.ts';
import { known, literal } from '../text.ts';
import type { FileContent, FileSystem, ImageConfig, Resolved } from './archive.ts';

export interface Started {
  /** Go binaries, and what may be one, by their path in the image. */
  readonly programs: ReadonlyMap<string, FileContent>;
  /** Why what is started cannot be told (`/entrypoint.sh is a script`): any Go binary of the image may be meant. Empty: it can. */
  readonly unclear: string;
  /** What is started and is not there, in words. */
  readonly missing: readonly string[];
  /** Programs that are started and are no Go binaries. */
  readonly others: readonly string[];
}

/**
 * What an image starts: Entrypoint and Cmd, looked through shells and wrappers (tini, su-exec, env) by the shell that reads
 * Dockerfiles. The shell itself need not be there.
 */
export function startedBy(config: ImageConfig, files: FileSystem): Started {
  const finder = new Finder(config, files);
  const words = [...config.entrypoint, ...config.cmd];
  finder.run(words);
  return finder;
}

const mostCommands = 10_000;

class Finder implements Started {
  readonly programs = new Map<string, FileContent>();
  unclear = '';
  readonly missing: string[] = [];
  readonly others: string[] = [];
  readonly #config: ImageConfig;
  readonly #files: FileSystem;
  readonly #names = new Set<string>();

  constructor(config: ImageConfig, files: FileSystem) {
    this.#config = config;
    this.#files = files;
  }

  run(argv: readonly string[]): void {
    let left = mostCommands;
    // Of a base that is not known variables may be set from outside, as `docker run -e` does.
    const machine = new Machine(unknownBase('the image', ''), 0);
    const variables = Object.entries(this.#config.env).map(([name, value]) => {
      const variable = { text: literal(value), at: 0, by: 'ENV', range: null, exported: true };
      return [name, variable] as const;
    });
    const world = {
      parse,
      go: () => {},
      start: (words: readonly Word[], shell: Shell) => this.#start(words, shell),
      spend: () => left-- > 0,
    };
    const shell = new Shell(world, machine, new Map(variables), this.#config.workingDir);
    runCommand(
      shell,
      argv.map(raw => ({ text: literal(raw), at: 0, range: null, raw, source: null })),
    );
    // What the shell calls hidden because it is some program was looked at already.
    const hidden = shell.machine.hidden.find(({ by, isBuilder }) => isBuilder && !this.#names.has(by));
    if (hidden !== undefined) this.#isUnclear(`${hidden.by} hides what is started`);
  }

  #start(words: readonly Word[], shell: Shell): void {
    const [name, ...rest] = words.map(({ text }) => known(text));
    if (name === undefined || name === null) {
      this.#isUnclear(`${words[0]?.raw} is not known`);
      return;
    }
    this.#names.add(name);
    if (!name.includes('/') && builtins.has(name)) return;
    const found = this.#find(name, shell);
    if (found.kind !== 'file') {
      const why = found.kind === 'missing' ? found.why : `${name} is a directory`;
      if (!this.missing.includes(why)) this.missing.push(why);
      return;
    }
    const { content, path } = found;
    // What the kernel cannot start, a shell runs as a script.
    if (content.kind === 'script' || content.kind === 'plain') this.#isUnclear(`${path} is a script`);
    else if (path.startsWith('/cnb/lifecycle/')) this.#isUnclear(`${path} starts what the buildpack put there`);
    else if (content.kind === 'elf') this.#startOther(path, rest, shell);
    else {
      if (!found.executable) this.missing.push(`${path} is not executable`);
      this.programs.set(path, content);
    }
  }

  /** A program that is no Go binary may be one more wrapper: its arguments are tried. */
  #startOther(path: string, rest: readonly (string | null)[], shell: Shell): void {
    if (!this.others.includes(path)) this.others.push(path);
    for (const word of rest) {
      if (word === null || word === '' || word.startsWith('-')) continue;
      const found = this.#find(word, shell);
      if (found.kind === 'file' && found.executable && found.content.kind === 'go')
        this.programs.set(found.path, found.content);
    }
  }

  #find(name: string, shell: Shell): Resolved {
    const path = shell.variables.get('PATH');
    const env = path === undefined ? {} : { PATH: known(path.text) ?? '' };
    return this.#files.find(name, { ...this.#config, env, workingDir: shell.directory ?? this.#config.workingDir });
  }

  #isUnclear(why: string): void {
    this.unclear ||= why;
  }
}

/** POSIX.1-2017 XCU 2.14 and 1.6, and what shells add to them. */
const builtins: ReadonlySet<string> = new Set(
  `: [ [[ alias bg break continue echo exit false fg getopts hash jobs kill printf pwd read return test times trap true
  type ulimit umask unalias wait sleep`.split(/\s+/),
);
