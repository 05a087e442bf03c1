import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { openFile } from '../../binary/source.ts';
import type { FileContent } from './archive.ts';
import type { ElfReader } from './elf-content.ts';
import { plain } from './entry-list.ts';
import type { Allowance } from './limits.ts';
import { decodeName, show } from './names.ts';
import { ArchiveProblem } from './problem.ts';
import { Directory, File, Link, type Node } from './tree.ts';

/** A root file system that lies unpacked in a directory (buildx type=local). Links in it are not followed on this machine. */
export function readRootDirectory(path: string, elf: ElfReader, allowance: Allowance): Directory {
  const root = new Directory();
  const inodes = new Map<string, File>();
  const rest = [{ path: Buffer.from(path), directory: root }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    for (const name of namesIn(next.path)) {
      allowance.take();
      const full = Buffer.concat([next.path, slash, name]);
      const node = nodeAt(full, elf, inodes);
      next.directory.set(decodeName(name), node);
      if (node instanceof Directory) rest.push({ path: full, directory: node });
    }
  }
  return root;
}

const slash = Buffer.from('/');

function nodeAt(path: Buffer, elf: ElfReader, inodes: Map<string, File>): Node {
  const stat = lstatSync(path);
  if (stat.isDirectory()) return new Directory();
  if (stat.isSymbolicLink()) return new Link(decodeName(readlinkSync(path, 'buffer')));
  const inode = `${stat.dev}:${stat.ino}`;
  const known = inodes.get(inode);
  if (known !== undefined) return known;
  const file = new File(stat.isFile() ? contentOf(path, elf) : plain, (stat.mode & 0o111) !== 0);
  if (stat.nlink > 1) inodes.set(inode, file);
  return file;
}

function contentOf(path: Buffer, elf: ElfReader): FileContent {
  const source = openFile(path);
  if ('code' in source) return { kind: 'unread', why: source.why, mayBeGo: true };
  try {
    const head = source.read(0, Math.min(4, source.size)).toString('latin1');
    if (head === '\x7fELF') return elf.look(source);
    return head.startsWith('#!') ? { kind: 'script' } : plain;
  } finally {
    source.close();
  }
}

function namesIn(directory: Buffer): Buffer[] {
  try {
    return readdirSync(directory, 'buffer');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ArchiveProblem(`${show(decodeName(directory))}: cannot be read (${why})`);
  }
}
