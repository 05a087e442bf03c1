import type { Base } from './bases.ts';
import { Files, type Origin } from './files.ts';
import { Packages } from './packages.ts';
import { hole, type Text } from './text.ts';

/** A value and where it was given. */
export interface Variable {
  readonly text: Text;
  /** Offset in the file. */
  readonly at: number;
  /** `ENV`, `ARG`, `export`, `go env -w`, …, for messages. */
  readonly by: string;
  /** Where the value itself stands, when it stands there as it is. */
  readonly range: { readonly start: number; readonly end: number } | null;
}

/** Longer values are nobody's flags; a file that doubles one in each line would fill the memory. */
const longestValue = 16_384;

/** The variable, or a hole where its value is too long to be kept. */
export function limited<Kind extends Variable>(variable: Kind, name: string): Kind {
  const size = variable.text.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length : 8), 0);
  return size > longestValue ? { ...variable, text: hole(`$${name}`, name) } : variable;
}

/** A command that does what nobody can see from here. */
export interface Hidden {
  readonly by: string;
  readonly at: number;
  /** A build tool or script, rather than some program unknown to us. */
  readonly isBuilder: boolean;
}

/** What a stage has become so far: its files, its packages, go's own settings. */
export class Machine {
  readonly base: Base;
  readonly files: Files;
  readonly packages: Packages;
  readonly hidden: Hidden[];
  /** What was laid over directories of the image as a whole: another image's files, an archive nobody looked into (null). */
  readonly overlays: { readonly into: string; readonly base: Base | null; readonly by: string; readonly at: number }[];
  /** Directories into which something went that may have been a directory itself: its files would stand there too. */
  readonly perhapsTrees: { readonly into: string; readonly origins: readonly Origin[]; readonly at: number }[];
  /** Module paths by the directory of their go.mod, as `go mod init` wrote them. */
  readonly modules: Map<string, string>;
  /** Directories in which goshim's go stands, by the place in the file that says so. */
  readonly shims: Map<string, number>;
  /** Where the base image is named. */
  readonly baseAt: number;
  /** An image whose Go is here: the base, or the last one that a Go was copied from. Which one runs, PATH tells (find-go.ts). */
  go: Base;
  /** Where that image is named. */
  goAt: number;
  /** Where `go mod vendor` ran; null: it did not. */
  vendored: number | null;

  constructor(base: Base, at = 0, from?: Machine) {
    this.base = base;
    this.files = from?.files.fork() ?? new Files();
    this.packages = from?.packages.fork() ?? new Packages(base);
    this.hidden = [...(from?.hidden ?? [])];
    this.overlays = [...(from?.overlays ?? [])];
    this.perhapsTrees = [...(from?.perhapsTrees ?? [])];
    this.modules = new Map(from?.modules);
    this.shims = new Map(from?.shims);
    this.go = from?.go ?? base;
    this.goAt = from?.goAt ?? at;
    this.baseAt = from?.baseAt ?? at;
    this.vendored = from?.vendored ?? null;
    if (from === undefined && base.name !== 'scratch')
      for (const directory of standardDirectories) this.files.makeDirectory(directory);
  }

  fork(): Machine {
    return new Machine(this.base, this.baseAt, this);
  }

  /** After a branch that may have been taken. */
  join(other: Machine): void {
    this.files.join(other.files);
    this.packages.join(other.packages);
    const seen = new Set(this.hidden.map(({ at }) => at));
    for (const each of other.hidden) if (!seen.has(each.at)) this.hidden.push(each);
    for (const [directory, module] of other.modules) this.modules.set(directory, module);
    for (const overlay of other.overlays)
      if (!this.overlays.some(({ at }) => at === overlay.at)) this.overlays.push(overlay);
    for (const tree of other.perhapsTrees)
      if (!this.perhapsTrees.some(({ at, into }) => at === tree.at && into === tree.into)) this.perhapsTrees.push(tree);
    for (const directory of this.shims.keys()) if (!other.shims.has(directory)) this.shims.delete(directory);
    this.vendored ??= other.vendored;
  }

  hide(by: string, at: number, isBuilder: boolean): void {
    // A file that was made to do harm has thousands; the last ones would do.
    if (this.hidden.length >= mostHidden) this.hidden.shift();
    if (!this.hidden.some(each => each.at === at && each.by === by)) this.hidden.push({ by, at, isBuilder });
  }

  /**
   * Where a path's bytes come from. What nothing was said about comes from whatever could have made it: the last hidden
   * build tool, else another hidden command, else (for the system's own directories) the image. Empty: nobody knows.
   */
  origins(path: string): readonly Origin[] {
    const file = this.files.file(path);
    if (file !== null) return file;
    const tree = this.files.find(path);
    if (tree?.some(({ kind }) => kind === 'build' || kind === 'image' || kind === 'hidden')) return tree;
    const hidden = this.#hider();
    const ofImage: readonly Origin[] = [{ kind: 'image', base: this.base, path, at: 0 }];
    if (isSystem(path) && !hidden?.isBuilder) return tree ?? ofImage;
    if (hidden !== null) return [{ kind: 'hidden', by: hidden.by, at: hidden.at, inGo: this.hasGo }];
    return tree ?? (this.base.isKnown ? [] : ofImage);
  }

  /** Whether a Go is known to be here. */
  get hasGo(): boolean {
    const { go } = this.go;
    return (go !== null && go !== 'none') || this.packages.distributionGo !== null;
  }

  /** The command that most probably made what nothing else did: a build tool, then a script, then whatever came last. */
  #hider(): Hidden | null {
    const likely = (each: Hidden): number =>
      !each.isBuilder ? 0 : isBuildTool(each.by) ? 3 : /\.\w+$|^\w+ /.test(each.by) ? 2 : 1;
    let best: Hidden | null = null;
    for (const each of this.hidden) if (best === null || likely(each) >= likely(best)) best = each;
    return best;
  }
}

const mostHidden = 200;

/** make and its kin: what most probably built a program that nothing else accounts for. */
export function isBuildTool(command: string): boolean {
  return buildTools.test(command);
}

const buildTools =
  /^(g?make|mage|task|just|goreleaser|bazel(isk)?|ko|ninja|cmake|go run|go get|xcaddy|promu|earthly|dagger)\b/;

/** Directories that every distribution has, so that a COPY to one goes into it. */
const standardDirectories: readonly string[] =
  '/bin /sbin /lib /etc /opt /var /tmp /root /home /run /srv /usr /usr/bin /usr/sbin /usr/lib /usr/share /usr/local /usr/local/bin /usr/local/sbin /usr/local/lib /usr/local/share'.split(
    ' ',
  );

/** A path that is a directory in every image. */
export function isStandard(path: string): boolean {
  return standardDirectories.includes(path) || /^\/(usr\/)?lib64$/.test(path);
}

/** Directories that belong to the image's distribution. */
export function isSystem(path: string): boolean {
  return /^\/(lib\w*|etc|bin|sbin|usr\/(lib\w*|bin|sbin|share|libexec)|usr\/local\/go|usr\/local\/lib\w*)(\/|$)/.test(
    path,
  );
}
