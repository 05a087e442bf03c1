// A made-up machine for doctor: a healthy Debian that tests then damage, with the real go and this tree's launcher on PATH.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import which from 'which';
import { type Bench, run } from '../../src/commands/doctor.ts';

export interface World {
  /** Stands before /proc, /etc and the like; a healthy Debian. */
  root: string;
  /** Where a build would be started; empty. */
  cwd: string;
  env: NodeJS.ProcessEnv;
}

export interface Row {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
}

export const launcher = join(dirname(fileURLToPath(import.meta.url)), '../../bin/go');
export const realGo = which.sync('go', { all: true }).find(path => path !== launcher) ?? '';

export function makeWorld(world: World): void {
  const directory = mkdtempSync(join(tmpdir(), 'goshim-doctor-'));
  world.root = join(directory, 'root');
  world.cwd = join(directory, 'cwd');
  mkdirSync(world.cwd);
  mkdirSync(join(directory, 'home'));
  healthy(world.root);
  world.env = {
    PATH: `${dirname(launcher)}:${dirname(realGo)}:/usr/bin:/bin`,
    HOME: join(directory, 'home'),
    GOTOOLCHAIN: 'local',
  };
}

export async function doctor(world: World, words: readonly string[] = [], bench: Bench = {}) {
  let stdout = '';
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => assert.unreachable(text) },
    env: world.env,
    cwd: world.cwd,
    today: '2026-01-01',
  };
  const argv = words.includes('--format') ? words : ['--format', 'json', ...words];
  const code = await run(argv, io, { root: world.root, ...bench });
  const rows = stdout.startsWith('{') ? (JSON.parse(stdout) as { checks: readonly Row[] }).checks : [];
  return { code, stdout, rows };
}

/** What the checks read of a machine, of a good one. */
export function healthy(root: string): void {
  put(root, '/etc/os-release', 'ID=debian\nPRETTY_NAME="Debian"\n');
  put(root, '/usr/include/stdlib.h', '');
  put(root, '/lib/x86_64-linux-gnu/libc.so.6', 'GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n');
  put(root, '/proc/sys/kernel/osrelease', '6.1.0-18-amd64\n');
  put(root, '/proc/meminfo', 'MemTotal:       16000000 kB\n');
  put(root, '/proc/self/status', 'CapBnd:\t000001ffffffffff\nSeccomp:\t0\n');
  put(root, '/sys/devices/system/cpu/online', '0-7\n');
  mkdirSync(join(root, 'proc/self/ns'));
  for (const [name, number] of Object.entries({
    pid: 4026531836,
    uts: 4026531838,
    ipc: 4026531839,
    cgroup: 4026531835,
  }))
    symlinkSync(`${name}:[${number}]`, join(root, 'proc/self/ns', name));
}

export function inDocker({ root }: World, kernel: string, seccomp: number): void {
  put(root, '/.dockerenv', '');
  put(root, '/proc/sys/kernel/osrelease', `${kernel}\n`);
  put(root, '/proc/self/status', `CapBnd:\t00000000a80425fb\nSeccomp:\t${seccomp}\n`);
  rmSync(join(root, 'proc/self/ns/pid'));
  symlinkSync('pid:[4026532999]', join(root, 'proc/self/ns/pid'));
}

/** A PATH that holds these programs, the launcher and the real go, and nothing else. */
export function pathOf(world: World, programs: readonly string[]): void {
  const only = join(world.cwd, 'only');
  mkdirSync(only);
  for (const name of programs) symlinkSync(which.sync(name), join(only, name));
  world.env['PATH'] = `${only}:${dirname(launcher)}:${dirname(realGo)}`;
}

/** A go that answers `go env -json` as the real one does, but for these. */
export function fakeGo(world: World, changes: Readonly<Record<string, string>>): void {
  const sed = Object.entries(changes).map(([name, value]) => `-e 's|"${name}": ".*"|"${name}": "${value}"|'`);
  program(world, 'go', `'${realGo}' "$@" | sed ${sed.join(' ')}`);
  world.env['GOSHIM_GO'] = join(world.cwd, 'go');
}

export function goenvFile(world: World, text: string): void {
  put(world.env['HOME'] ?? '', '/.config/go/env', text);
}

export function program({ cwd }: World, name: string, script: string): void {
  put(cwd, `/${name}`, `#!/bin/sh\n${script}\n`);
  chmodSync(join(cwd, name), 0o755);
}

export function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

export function everything({ root }: World): readonly string[] {
  return readdirSync(dirname(root), { recursive: true, encoding: 'utf8' }).sort();
}
