import { type BigIntStats, closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Reading } from '../../binary/facts.ts';
import { errnoOf } from '../reading.ts';
import { type Mapping, parseMaps } from './maps.ts';
import type { HeldProcess } from './process.ts';

/** The program whose code a process runs. */
export interface Program {
  /** Where it can be opened while the process is held and `close` has not been called. */
  readonly open: string;
  /** Its path as the process sees it; bytes as they are. */
  readonly path: Buffer;
  readonly stat: BigIntStats;
  /** How it was found: the exe link itself, or a mapped file behind a loader. */
  readonly via: 'exe' | 'ld.so' | 'dynamizer' | 'qemu-user';
  /** In words, what was followed where `via` is not exe; else empty. */
  readonly how: string;
  close(): void;
}

/**
 * Opens /proc/PID/exe, once: the descriptor stays good after exit, unlink and rename. The link's text is never opened.
 */
export function openExe(process: HeldProcess): Reading<Program> {
  const link = process.link('exe');
  if (!link.ok) return link;
  return openAs(process.path('exe'), link.value, 'exe', '');
}

/** A loader, emulator or wrapper runs somebody else's program; null for everything else. */
export function wrapperOf(exe: Buffer): 'ld.so' | 'dynamizer' | 'qemu-user' | null {
  const name = basename(exe.toString('latin1').replace(/ \(deleted\)$/, ''));
  if (/^ld-(linux[\w-]*|musl-\w+|2\.\d+)?\.?so(\.\d+)*$/.test(name) || /^ld(64)?\.so(\.\d+)?$/.test(name))
    return 'ld.so';
  if (/^(libc\.so|ld-musl-\w+\.so\.1)$/.test(name)) return 'ld.so';
  if (name.startsWith('oneagentdynamizer')) return 'dynamizer';
  return /^qemu-[a-z0-9_]+(-static)?$/.test(name) && !name.startsWith('qemu-system-') ? 'qemu-user' : null;
}

/**
 * The programs that may be the one behind a wrapper, most likely first; the caller takes the first that is Go. The dynamizer
 * names its target in DT_DYNAMIZER_TARGET_EXE (its content is not documented, so it is only the first guess).
 */
export function* programsBehind(
  process: HeldProcess,
  wrapper: Program,
  via: 'ld.so' | 'dynamizer' | 'qemu-user',
): Generator<Program> {
  const seen = new Set([identity(wrapper.stat)]);
  const mappings = mappedFiles(process);
  for (const candidate of [...named(process, via), ...mappings]) {
    const opened = openCandidate(process, candidate, via);
    if (opened === null) continue;
    if (seen.has(identity(opened.stat))) opened.close();
    else {
      seen.add(identity(opened.stat));
      yield opened;
    }
  }
}

interface Candidate {
  readonly path: Buffer;
  readonly how: string;
  /** Set for mapped files: what the path must still be. */
  readonly mapping?: Mapping;
}

function named(process: HeldProcess, via: Program['via']): Candidate[] {
  if (via !== 'dynamizer') return [];
  const environ = process.read('environ');
  const prefix = 'DT_DYNAMIZER_TARGET_EXE=';
  const target = environ.ok ? words(environ.value).find(word => word.toString('latin1').startsWith(prefix)) : undefined;
  const cmdline = process.read('cmdline');
  const argv = cmdline.ok ? words(cmdline.value) : [];
  return [
    ...(target === undefined ? [] : [{ path: target.subarray(prefix.length), how: 'DT_DYNAMIZER_TARGET_EXE' }]),
    ...argv.slice(0, 4).map(path => ({ path, how: 'its command line' })),
  ].filter(({ path }) => path[0] === 0x2f);
}

function mappedFiles(process: HeldProcess): Candidate[] {
  const maps = process.read('maps');
  if (!maps.ok) return [];
  const seen = new Set<string>();
  return parseMaps(maps.value)
    .filter(({ inode }) => !seen.has(inode) && seen.add(inode))
    .slice(0, 64)
    .map(mapping => ({ path: mapping.path, how: 'its memory map', mapping }));
}

/** map_files needs a capability; the path below the process's own root must still be the mapped inode. */
function openCandidate(process: HeldProcess, { path, how, mapping }: Candidate, via: Program['via']): Program | null {
  if (mapping !== undefined) {
    const direct = openAs(process.path(`map_files/${mapping.range}`), path, via, how);
    if (direct.ok) return direct.value;
  }
  const below = Buffer.concat([Buffer.from(process.path('root')), path]);
  const opened = openAs(below, path, via, how);
  if (!opened.ok) return null;
  if (mapping === undefined || String(opened.value.stat.ino) === mapping.inode) return opened.value;
  opened.value.close();
  return null;
}

function openAs(file: string | Buffer, path: Buffer, via: Program['via'], how: string): Reading<Program> {
  try {
    if (!statSync(file).isFile()) return { ok: false, why: 'not a regular file' };
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const open = `/proc/self/fd/${fd}`;
    return {
      ok: true,
      value: { open, path, via, how, stat: fstatSync(fd, { bigint: true }), close: () => closeSync(fd) },
    };
  } catch (error) {
    return { ok: false, why: errnoOf(error) };
  }
}

function identity({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

function words(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(0, from);
    found.push(bytes.subarray(from, end < 0 ? bytes.length : end));
    from = end < 0 ? bytes.length : end + 1;
  }
  return found;
}
