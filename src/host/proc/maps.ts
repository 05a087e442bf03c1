/** One file mapping of /proc/PID/maps. */
export interface Mapping {
  /** `7f00-7f10`, the name under map_files. */
  readonly range: string;
  readonly executable: boolean;
  readonly inode: string;
  /** As the process sees it; the kernel's `\012` escapes undone, ` (deleted)` kept. */
  readonly path: Buffer;
}

/** The file-backed mappings, in address order. Anonymous and special ones (`[heap]`) are left out. */
export function parseMaps(maps: Buffer): Mapping[] {
  const found: Mapping[] = [];
  for (const line of maps.toString('latin1').split('\n')) {
    const [, range, mode, inode, path] = /^([0-9a-f]+-[0-9a-f]+) (\S{4}) \S+ \S+ (\d+) +(.+)$/.exec(line) ?? [];
    if (range === undefined || mode === undefined || inode === undefined || path === undefined) continue;
    if (inode === '0' || !path.startsWith('/')) continue;
    // seq_file's mangle_path writes only the newline as an octal escape here (fs/proc/task_mmu.c).
    found.push({
      range,
      executable: mode[2] === 'x',
      inode,
      path: Buffer.from(path.replaceAll('\\012', '\n'), 'latin1'),
    });
  }
  return found;
}
