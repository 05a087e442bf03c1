import type { Place, ProgramNeeds } from '../../rules/shared/place.ts';
import type { FileContent, FileSystem, ImageConfig, Resolved } from './archive.ts';
import { placeIn } from './libc.ts';
import { Directory, File, walk } from './tree.ts';

/** A root file system that was put together from layers or read from a directory. */
export class RootFileSystem implements FileSystem {
  readonly #root: Directory;

  constructor(root: Directory) {
    this.#root = root;
  }

  resolve(path: string, workingDir = '/'): Resolved {
    const walked = walk(this.#root, path.startsWith('/') ? path : `${workingDir}/${path}`);
    if (walked.found === null) return { kind: 'missing', why: walked.why };
    const real = `/${walked.parts.join('/')}`;
    if (walked.found instanceof File)
      return { kind: 'file', path: real, executable: walked.found.executable, content: walked.found.content };
    return { kind: 'directory', path: real };
  }

  /** As execvp(3): files that are not executable are passed over. */
  find(program: string, config: ImageConfig): Resolved {
    if (program.includes('/')) return this.resolve(program, config.workingDir);
    const path = config.env['PATH'] || defaultPath;
    for (const directory of path.split(':')) {
      const found = this.resolve(`${directory || '.'}/${program}`, config.workingDir);
      if (found.kind === 'file' && found.executable) return found;
    }
    return { kind: 'missing', why: `${program}: not in PATH (${path})` };
  }

  *goBinaries(): Generator<{ readonly path: string; readonly content: FileContent }, void, undefined> {
    const seen = new Set<File>();
    const rest: { readonly path: string; readonly directory: Directory }[] = [{ path: '', directory: this.#root }];
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      for (const [name, node] of next.directory.entries()) {
        const path = `${next.path}/${name}`;
        if (node instanceof Directory) rest.push({ path, directory: node });
        else if (node instanceof File && !seen.has(node) && isGo(node.content)) {
          seen.add(node);
          yield { path, content: node.content };
        }
      }
    }
  }

  place(needs: ProgramNeeds, name: string): Place {
    return placeIn(this, needs, name);
  }
}

/** What runc and Docker take when the configuration has no PATH. */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function isGo(content: FileContent): boolean {
  return content.kind === 'go' || (content.kind === 'unread' && content.mayBeGo);
}
